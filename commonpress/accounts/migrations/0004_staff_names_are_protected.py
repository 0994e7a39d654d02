from django.db import migrations
from django.db.models import Q

from commonpress.accounts.names import skeleton


def protect(apps, schema_editor):
    """Protect the names of those who work here; of bylines the discussion's migrations do."""
    Person = apps.get_model("accounts", "Person")
    ProtectedName = apps.get_model("accounts", "ProtectedName")
    staff = Person.objects.filter(Q(groups__isnull=False) | Q(is_superuser=True), is_active=True).distinct()
    ProtectedName.objects.bulk_create(
        [
            ProtectedName(holder=f"person:{person.pk}", skeleton=shape, reason="staff", person=person)
            for person in staff
            if (shape := skeleton(person.display_name))
        ],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_badges_and_protected_names")]

    operations = [migrations.RunPython(protect, migrations.RunPython.noop)]
