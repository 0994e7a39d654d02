"""What the discussion is made of."""

from commonpress.discussion.models.claim import Claim
from commonpress.discussion.models.comment import Comment, CommentKind, CommentState, HeldFor
from commonpress.discussion.models.comment_wording import CommentWording
from commonpress.discussion.models.correction_request import CorrectionRequest, RequestState
from commonpress.discussion.models.discussion_settings import DiscussionSettings, Hold
from commonpress.discussion.models.erasure import Erasure
from commonpress.discussion.models.ignored import Ignored
from commonpress.discussion.models.passage import Passage, PassageKind, StoryText
from commonpress.discussion.models.removal import Removal, RemovalReason
from commonpress.discussion.models.thread import Thread
from commonpress.discussion.models.vote import Standing, Vote
from commonpress.discussion.models.vote_burst import VoteBurst

__all__ = [
    "Claim",
    "Comment",
    "CommentKind",
    "CommentState",
    "CommentWording",
    "CorrectionRequest",
    "DiscussionSettings",
    "Erasure",
    "HeldFor",
    "Hold",
    "Ignored",
    "Passage",
    "PassageKind",
    "Removal",
    "RemovalReason",
    "RequestState",
    "Standing",
    "StoryText",
    "Thread",
    "Vote",
    "VoteBurst",
]
