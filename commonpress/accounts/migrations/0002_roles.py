"""The five roles as groups, and who may open the desk.

What the roles may do with pages, photos and snippets is given by the newsroom's migrations.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES = ("owner", "editor", "reporter", "moderator", "treasurer")


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")

    groups = {role: Group.objects.get_or_create(name=role)[0] for role in ROLES}

    # Wagtail's own migration made this permission, without a model of its own.
    desk = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for group in groups.values():
        group.permissions.add(desk)

    # Django makes a model's permissions only after all migrations have run.
    person, _ = ContentType.objects.get_or_create(app_label="accounts", model="person")
    for codename, name in (
        ("add_person", "Can add person"),
        ("change_person", "Can change person"),
        ("delete_person", "Can delete person"),
    ):
        permission, _ = Permission.objects.get_or_create(
            content_type=person, codename=codename, defaults={"name": name}
        )
        groups["owner"].permissions.add(permission)


def forget_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]

    operations = [migrations.RunPython(make_roles, forget_roles)]
