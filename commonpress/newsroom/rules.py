"""Who may write, publish and name the paper."""

from commonpress.accounts.rules import is_editor, is_owner, is_reporter
from commonpress.newsroom.models.story import Story


def may_write(somebody: object) -> bool:
    """Tell whether somebody may begin a story and sees the editor at all."""
    return is_reporter(somebody)


def may_edit(somebody: object, story: Story) -> bool:
    """Editors edit every story; a reporter their own (once it is public, an editor publishes what they change)."""
    return is_editor(somebody) or (is_reporter(somebody) and story.owner == somebody)


def may_publish(somebody: object) -> bool:
    return is_editor(somebody)


def may_change_publication(somebody: object) -> bool:
    return is_owner(somebody)
