"""What the discussion refuses, with the sentences people read."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from commonpress.lib.refusals import Refused, TooOften


class ThreadIsClosed(Refused):
    status = 409
    message = _("This discussion is closed. You can still read it.")


class ClosedWhileWriting(ThreadIsClosed):
    message = _("This discussion has been closed. What you wrote is still here, so that you can keep it.")


class WriterIsAnother(Refused):
    status = 409
    message = _(
        "You are signed in as somebody else now, or no longer. Please look which name it says, and send it again."
    )


class PageIsWithdrawn(Refused):
    status = 410
    message = _("What stood here was published once and has been withdrawn by the editors.")


class CommentIsGone(Refused):
    status = 409
    message = _("This comment is no longer here.")


class AnsweredIsGone(CommentIsGone):
    message = _(
        "The comment you are answering is no longer here. What you wrote is still here, so that you can keep it."
    )


class PassageIsChanged(Refused):
    status = 409
    message = _("The story has been changed, and these words no longer stand in it like this.")


class ChangedWhileWriting(PassageIsChanged):
    message = _(
        "The story has been changed, and these words no longer stand in it like this. What you wrote is still here, so "
        "that you can keep it."
    )


class PassageIsUnclear(Refused):
    status = 422
    message = _("These words stand more than once in the story. Please mark a few words more.")


class QuestionIsClosed(Refused):
    status = 409
    message = _(
        "The author takes no more answers to this question. What you wrote is still here, so that you can keep it."
    )


class SentAlready(Refused):
    status = 409
    message = _("This form was sent already. What you wrote now is still here: please send it again.")
    may_try_again = True


class ThreadIsFull(Refused):
    status = 409
    message = _("This discussion is full.")


class OwnComment(Refused):
    message = _("You cannot vote on your own comment.")


class TooManyNewVoters(TooOften):
    message = _(
        "Many people have just voted from your network for the first time. Please sign in to vote, or come back in an hour."
    )


class TooManyAsked(TooOften):
    message = _(
        "Many letters have just been asked for from your network. Please choose to be told of nothing, or come back in an hour; what you wrote is still here."
    )


class NotAModerator(Refused):
    message = _("Only moderators may do this.")


class ColleagueIsNotErased(Refused):
    status = 409
    message = _(
        "Whoever wrote this works here. They can delete their account themselves, or an owner takes their role away first."
    )


class NotAnEditor(Refused):
    message = _("Only editors may do this.")


class NotOnAPassage(Refused):
    status = 409
    message = _("Only a published comment on words of the story can become a correction request.")


class RequestIsDecided(Refused):
    status = 409
    message = _("A colleague has decided this request meanwhile. Please look at it again.")


class NotAVote(Refused):
    status = 422
    message = _("A vote is up or down. Please use the buttons beside the comment.")


class NotYourComment(Refused):
    message = _("Only who wrote a comment can change it, in the browser or with the account it was written with.")


class OwnCommentIsGone(CommentIsGone):
    message = _("This comment is no longer here. What you wrote is still here, so that you can keep it.")


class EditIsOver(Refused):
    """Raised for a change that comes too late."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _(
                "A comment can be changed for %(minutes)s minutes. You can still delete it from its own page,"
                " or write to the editors."
            )
            % {"minutes": settings.EDIT_MINUTES}
        )


class AnsweredMeanwhile(Refused):
    status = 409
    message = _(
        "Somebody has answered this comment, so it stays as they read it."
        " You can still delete it from its own page, add a reply, or write to the editors."
    )


class HeldByModerator(Refused):
    status = 409
    message = _("A moderator is looking at this comment, so it cannot be changed now. You can delete it.")


class RemovedByModerator(Refused):
    status = 409
    message = _("A moderator has removed this comment, so it cannot be changed. You can delete it.")


class WordingIsAnother(Refused):
    status = 409
    message = _(
        "The comment has been changed since you opened this. It now says what stands above; save yours if it is to replace that."
    )


class ReadAnother(Refused):
    status = 409
    message = _("The writer has changed this comment meanwhile. Please read it once more.")


class NobodyToIgnore(Refused):
    status = 409
    message = _("Who wrote this is not known here: it was deleted, or comes from another system.")


class OwnWordsIgnored(Refused):
    status = 409
    message = _("This is your own comment.")


class TooManyIgnored(Refused):
    status = 409
    message = _("You ignore two hundred writers already. Please read one of them again first.")
