"""The front page at the root of the one site, and what each role may do at the desk.

Wagtail's own first page, groups and workflow make way for ours: the page becomes the front, the roles
are accounts' groups, and a story a reporter hands in is approved by an editor, in one step.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

EVERYTHING_ON_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")


def make_front(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Page = apps.get_model("wagtailcore", "Page")
    Front = apps.get_model("newsroom", "Front")
    Site = apps.get_model("wagtailcore", "Site")
    ContentType = apps.get_model("contenttypes", "ContentType")

    site = Site.objects.get(is_default_site=True)
    home = Page.objects.get(pk=site.root_page_id)
    front_type, _ = ContentType.objects.get_or_create(app_label="newsroom", model="front")
    front = Front(page_ptr_id=home.pk)
    for field in Page._meta.concrete_fields:
        setattr(front, field.attname, getattr(home, field.attname))
    front.title = front.draft_title = "Front"
    front.slug, front.url_path = "front", "/front/"
    front.content_type_id = front_type.pk
    front.live = True
    front.save()


def map_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Group = apps.get_model("auth", "Group")
    Front = apps.get_model("newsroom", "Front")
    Collection = apps.get_model("wagtailcore", "Collection")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    GroupCollectionPermission = apps.get_model("wagtailcore", "GroupCollectionPermission")

    Group.objects.filter(name__in=["Editors", "Moderators"]).delete()
    # Wagtail lets every group that sees the desk choose among its pictures and documents.
    GroupCollectionPermission.objects.all().delete()
    owner, editor, reporter = (Group.objects.get_or_create(name=name)[0] for name in ("owner", "editor", "reporter"))
    front = Front.objects.get()
    photos = Collection.objects.get(depth=1)

    for group in (owner, editor):
        for codename in EVERYTHING_ON_PAGES:
            GroupPagePermission.objects.create(
                group=group, page_id=front.pk, permission=permission(apps, "wagtailcore", "page", codename)
            )
        for codename in ("add_image", "change_image", "choose_image"):
            GroupCollectionPermission.objects.create(
                group=group, collection=photos, permission=permission(apps, "wagtailimages", "image", codename)
            )
        for verb in ("add", "change", "delete", "view"):
            group.permissions.add(permission(apps, "newsroom", "byline", f"{verb}_byline"))
    # A reporter may add stories, year by year (actions/years.py), but neither desks nor pages.
    for codename in ("add_image", "choose_image"):
        GroupCollectionPermission.objects.create(
            group=reporter, collection=photos, permission=permission(apps, "wagtailimages", "image", codename)
        )
    for codename in ("view_publication", "change_publication"):
        owner.permissions.add(permission(apps, "newsroom", "publication", codename))


def make_workflow(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Group = apps.get_model("auth", "Group")
    Front = apps.get_model("newsroom", "Front")
    ContentType = apps.get_model("contenttypes", "ContentType")
    Workflow = apps.get_model("wagtailcore", "Workflow")
    Task = apps.get_model("wagtailcore", "Task")
    GroupApprovalTask = apps.get_model("wagtailcore", "GroupApprovalTask")
    WorkflowTask = apps.get_model("wagtailcore", "WorkflowTask")
    WorkflowPage = apps.get_model("wagtailcore", "WorkflowPage")

    Workflow.objects.all().delete()
    Task.objects.all().delete()
    task_type, _ = ContentType.objects.get_or_create(app_label="wagtailcore", model="groupapprovaltask")
    task = GroupApprovalTask.objects.create(name="The editors", content_type=task_type, active=True)
    task.groups.set(Group.objects.filter(name__in=["owner", "editor"]))
    # Its name stands on the button: "Submit to the editors".
    workflow = Workflow.objects.create(name="the editors", active=True)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page_id=Front.objects.get().pk)


def permission(apps: Apps, app_label: str, model: str, codename: str) -> object:
    """Find or make a permission: Django makes a model's own only after all migrations have run."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=model
    )
    found, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=content_type,
        codename=codename,
        defaults={"name": f"Can {codename.split('_')[0]} {codename.split('_')[1]}"},
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0001_initial"),
        ("accounts", "0002_roles"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
    ]

    operations = [
        migrations.RunPython(make_front, migrations.RunPython.noop),
        migrations.RunPython(map_roles, migrations.RunPython.noop),
        migrations.RunPython(make_workflow, migrations.RunPython.noop),
    ]
