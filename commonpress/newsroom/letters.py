"""Who our letters are from: the publication, as it is named when a letter is written."""

from commonpress.newsroom.models.publication import Publication
from commonpress.notices.sender import Sender, register


def publication_as_sender() -> Sender:
    publication = Publication.load()
    return Sender(
        name=publication.name,
        language=publication.language,
        reply_to=publication.contact_email,
        zone=publication.zone,
    )


register(publication_as_sender)
