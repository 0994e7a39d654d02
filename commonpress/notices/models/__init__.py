"""What people are told, and what they asked to be told."""

from commonpress.notices.models.letter import Letter
from commonpress.notices.models.notice import Notice
from commonpress.notices.models.subscriber import Follow, Pace, Subscriber

__all__ = ["Follow", "Letter", "Notice", "Pace", "Subscriber"]
