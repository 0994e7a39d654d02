"""What the discussion refuses, with the sentences people read."""

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


class NotAVote(Refused):
    status = 422
    message = _("A vote is up or down. Please use the buttons beside the comment.")
