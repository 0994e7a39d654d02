from django.db import migrations, models


SQLITE = """
CREATE TRIGGER fundraising_close_ends_where_it_did BEFORE UPDATE OF highest_entry ON fundraising_monthclose
BEGIN SELECT RAISE(ABORT, 'the figures of a closed month are never changed'); END
"""

POSTGRESQL = """
CREATE TRIGGER fundraising_close_ends_where_it_did BEFORE UPDATE OF highest_entry ON fundraising_monthclose
  FOR EACH ROW EXECUTE FUNCTION fundraising_refuse('the figures of a closed month are never changed')
"""


def add_trigger(apps, schema_editor):
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('fundraising', '0011_who_told_of_transfers'),
    ]

    operations = [
        # Without a default: with one, SQLite makes the table anew, without the triggers that guard it.
        migrations.AddField(
            model_name='monthclose',
            name='highest_entry',
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunPython(add_trigger, migrations.RunPython.noop),
    ]
