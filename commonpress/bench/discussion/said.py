"""Prints a paper's comments for another system: key, the key of the comment on the story, time, text, name and votes.

Run in a process that has the paper for its own: python -m commonpress.bench.discussion.said
"""

import json

import django

if __name__ == "__main__":
    django.setup()
    from commonpress.discussion.models import Comment

    rows = Comment.objects.order_by("pk").values_list(
        "number", "root__number", "created_at", "body_source", "imported_name", "ups_imported", "downs_imported"
    )
    print(json.dumps([[*row[:2], row[2].timestamp(), *row[3:]] for row in rows]))
