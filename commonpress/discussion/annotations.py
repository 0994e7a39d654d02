"""Passages as W3C Web Annotations (https://www.w3.org/TR/annotation-model/)."""

from typing import Any

from commonpress.discussion.models import Passage
from commonpress.discussion.rules import Discussed
from commonpress.newsroom.models.addresses import absolute


def annotation_of(passage: Passage, page: Discussed) -> dict[str, Any]:
    """Return a passage with the words it is about; the place only while they stand in the story."""
    story = absolute(page.path_here)
    address = f"{story}comments/on/{passage.public_id}"
    quote = {"type": "TextQuoteSelector", "exact": passage.exact, "prefix": passage.prefix, "suffix": passage.suffix}
    place = {"type": "TextPositionSelector", "start": passage.start, "end": passage.end}
    annotation: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": f"{address}.json",
        "type": "Annotation",
        "created": passage.created_at.isoformat(),
        "motivation": "questioning" if passage.is_question else "commenting",
        "body": {"id": f"{address}/", "format": "text/html"},
        "target": {
            "source": story,
            # The block within the story, and the place within the block's text.
            "selector": quote if passage.is_orphaned else [quote, place | {"refinedBy": quote}],
        },
    }
    if passage.is_question:
        annotation["body"] = [annotation["body"], {"type": "TextualBody", "value": passage.question}]
    return annotation
