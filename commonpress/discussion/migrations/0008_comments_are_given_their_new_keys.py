from django.db import migrations, transaction
from django.db.models import Count, Q

from commonpress.discussion import ranking

AT_ONCE = 500


def give_keys(apps, schema_editor):
    Comment = apps.get_model("discussion", "Comment")
    Thread = apps.get_model("discussion", "Thread")
    roots = Comment.objects.filter(parent=None, key_hot=None).only(
        "created_at", "number", "descendant_count",
        "ups", "downs", "ups_guest", "downs_guest", "ups_imported", "downs_imported",
    )  # fmt: skip
    last = 0
    while last is not None:
        # Readers go on writing meanwhile, and none of them waits longer than for one batch.
        with transaction.atomic():
            last = give_some_keys(Comment, roots.filter(pk__gt=last).order_by("pk")[:AT_ONCE])
    answers = Q(is_staff_reply=True) | Q(is_author_reply=True)
    counted = Comment.objects.filter(answers, state="published").values("thread_id").annotate(answers=Count("pk"))
    for row in list(counted):
        Thread.objects.filter(pk=row["thread_id"]).update(answers_count=row["answers"])


def give_some_keys(Comment, roots):
    """Return the key of the last of these, None where there are none."""
    last = None
    batch = list(roots)
    for root in batch:
        up, down = ranking.weighed(
            root.ups, root.downs, root.ups_guest + root.ups_imported, root.downs_guest + root.downs_imported
        )
        root.key_hot = ranking.key_hot(root.created_at, up, down, root.descendant_count, root.number)
        root.key_discussed = ranking.key_discussed(root.descendant_count, root.number)
        last = root.pk
    Comment.objects.bulk_update(batch, ["key_hot", "key_discussed"], batch_size=200)
    return last


class Migration(migrations.Migration):
    # Batch by batch, not all at once: it may be stopped and begun again.
    atomic = False
    dependencies = [("discussion", "0007_comments_can_be_hot_discussed_and_featured")]

    operations = [migrations.RunPython(give_keys, migrations.RunPython.noop)]
