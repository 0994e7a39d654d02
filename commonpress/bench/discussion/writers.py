"""Has guests ready who vote and write, and says afterwards what is in the database of what they did.

Run in a process that has the paper for its own: python -m commonpress.bench.discussion.writers GUESTS COMMENTS
"""

import json
import sys
from typing import Any

import django


def ready(guests: int, comments: int) -> dict[str, Any]:
    """Make guests; return their cookies and keys, and comments to vote on by their public ids."""
    from commonpress.accounts.http import cookie_name, cookie_value
    from commonpress.accounts.models import Guest
    from commonpress.discussion.models import Comment, DiscussionSettings, Hold, Thread

    settings = DiscussionSettings.load()
    settings.hold = Hold.NOTHING
    settings.save()
    thread = Thread.objects.get()
    identities = [Guest.new_identity() for _ in range(guests)]
    made = [Guest.objects.create(identity_hash=Guest.hash_of(identity)) for identity in identities]
    roots = Comment.objects.filter(thread=thread, parent__isnull=True).order_by("-number")
    return {
        "page_key": thread.pk,
        "path": thread.page.specific.path_here,
        "comments": list(roots.values_list("public_id", flat=True)[:comments]),
        "guests": [
            [guest.voter_key, f"{cookie_name()}={cookie_value(identity)}"]
            for guest, identity in zip(made, identities, strict=True)
        ],
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(ready(int(sys.argv[1]), int(sys.argv[2]))))
