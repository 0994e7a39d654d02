"""Stories that are discussed, and comments posted as readers do."""

import json
import re

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


def mine_of(client, page):
    """Return what <thread-me> is told of a reader's own under a page; nothing where the answer holds none."""
    answer = client.get(f"/-/me?page={page.pk}").content.decode()
    told = re.search(r'<script id="mine" type="application/json">(.*?)</script>', answer)
    return json.loads(told[1]) if told else {}
