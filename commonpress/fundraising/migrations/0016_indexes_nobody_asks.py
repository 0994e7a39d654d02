from django.db import migrations, models
import django.db.models.deletion


# Each booking writes to all indexes of its tables, and the paper asks none of these: drives are looked for with a period,
# and PostgreSQL has a second one beside a unique one, for the beginnings of texts.
UNASKED = {"Gift": {"public_id", "once_key"}, "Entry": {"source_key", "drive_id"}}


def drop_indexes(apps, schema_editor):
    connection = schema_editor.connection
    # One at a time, and nobody who books has to wait for it.
    drop = "DROP INDEX CONCURRENTLY" if connection.vendor == "postgresql" else "DROP INDEX"
    for model, columns in UNASKED.items():
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, apps.get_model("fundraising", model)._meta.db_table)
        for name, each in found.items():
            if each["index"] and not each["unique"] and len(each["columns"]) == 1 and columns.issuperset(each["columns"]):
                schema_editor.execute(f"{drop} {connection.ops.quote_name(name)}", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('fundraising', '0015_seen_to_in_one_look'),
    ]

    # As PostgreSQL asks for with CONCURRENTLY. Broken off, it drops the rest the next time.
    atomic = False

    # No way back, as with 0002. By hand: for Django, SQLite's table would be made anew, without its triggers.
    operations = [
        migrations.RunPython(drop_indexes),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='entry',
                    name='drive',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='fundraising.drive'),
                ),
            ],
        ),
    ]
