"""Stories that are discussed, and comments posted as readers do."""

from commonpress.accounts.models import Person
from commonpress.accounts.rules import Role
from commonpress.discussion.actions.comments import post_comment
from commonpress.discussion.models import Comment
from commonpress.newsroom.models.story import Story
from tests.factories.accounts import GuestFactory, PersonFactory
from tests.factories.newsroom import StoryFactory


def moderator() -> Person:
    return PersonFactory(display_name="Mo Derator", roles=[Role.MODERATOR])


def story_to_discuss(title: str = "The bridge stays closed", **fields) -> Story:
    return StoryFactory(title=title, desk=None, **fields)


def comment_on(story, text="A first thought.", *, writer=None, parent=None, name="") -> Comment:
    return post_comment(story, writer=writer or GuestFactory(), text=text, parent=parent, name=name)
