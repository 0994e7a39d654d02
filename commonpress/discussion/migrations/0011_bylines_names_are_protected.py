from django.db import migrations

from commonpress.accounts.names import skeleton


def protect(apps, schema_editor):
    Byline = apps.get_model("newsroom", "Byline")
    ProtectedName = apps.get_model("accounts", "ProtectedName")
    ProtectedName.objects.bulk_create(
        [
            ProtectedName(holder=f"byline:{byline.pk}", skeleton=shape, reason="byline", person_id=byline.person_id)
            for byline in Byline.objects.all()
            if (shape := skeleton(byline.name))
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("discussion", "0010_supporters_comments_are_marked"),
        ("accounts", "0003_badges_and_protected_names"),
        ("newsroom", "0007_stories_may_hold_formulas_and_code"),
    ]

    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
