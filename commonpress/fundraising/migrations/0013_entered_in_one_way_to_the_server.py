from django.db import migrations


# The entry as its columns by name, and its lines. Its number; NULL where one stands under its source key.
POSTGRESQL = """
CREATE FUNCTION fundraising_enter(entry jsonb, accounts text[], minors bigint[], currencies text[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  new fundraising_entry := jsonb_populate_record(NULL::fundraising_entry, entry);
BEGIN
  new.id := nextval(pg_get_serial_sequence('fundraising_entry', 'id'));
  -- A second writer of the same waits for the first, and what it has written by then is taken back.
  BEGIN
    INSERT INTO fundraising_line (entry_id, account, amount_minor, currency)
      SELECT new.id, line.account, line.minor, line.currency
      FROM unnest(accounts, minors, currencies) AS line (account, minor, currency);
    -- Column by column: a process of the version before may still book when a later migration has added one.
    INSERT INTO fundraising_entry (
      id, source_key, kind, occurred_at, booked_at, drive_id, period_key, currency, amount_minor, meter_currency,
      meter_minor, matched_minor, gifts, rate, rate_on, gift_id, reverses_id
    ) VALUES (
      new.id, new.source_key, new.kind, new.occurred_at, new.booked_at, new.drive_id, new.period_key, new.currency,
      new.amount_minor, new.meter_currency, new.meter_minor, new.matched_minor, new.gifts, new.rate, new.rate_on,
      new.gift_id, new.reverses_id
    );
  EXCEPTION WHEN unique_violation THEN
    IF NOT EXISTS (SELECT 1 FROM fundraising_entry WHERE source_key = new.source_key) THEN
      RAISE;
    END IF;
    RETURN NULL;
  END;
  RETURN new.id;
END $$
"""


def add_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)


def drop_function(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION fundraising_enter", params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('fundraising', '0012_up_to_where_a_month_is_closed'),
    ]

    operations = [migrations.RunPython(add_function, drop_function)]
