from django.db import migrations


def compare_paths_by_bytes(apps, schema_editor):
    """SQLite compares text by bytes already; PostgreSQL by the database's language."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE discussion_comment ALTER COLUMN path TYPE varchar(48) COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("discussion", "0001_initial")]

    operations = [migrations.RunPython(compare_paths_by_bytes, migrations.RunPython.noop)]
