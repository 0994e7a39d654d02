from django.db import migrations


# The triggers of 0013 in one look at an entry's lines, not three; and a function the planner needs to see but once.
POSTGRESQL = """
CREATE OR REPLACE FUNCTION fundraising_enter_all(entries jsonb, lines jsonb) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  sequence regclass := pg_get_serial_sequence('fundraising_entry', 'id');
  numbers bigint[] := ARRAY(SELECT nextval(sequence) FROM jsonb_array_elements(entries));
BEGIN
  INSERT INTO fundraising_line (entry_id, account, amount_minor, currency)
    SELECT numbers[line.entry], line.account, line.amount_minor, line.currency
    FROM jsonb_to_recordset(lines) AS line (entry int, account text, amount_minor bigint, currency text);
  -- Column by column: a process of the version before may still book when a later migration has added one.
  INSERT INTO fundraising_entry (
    id, source_key, kind, occurred_at, booked_at, drive_id, period_key, currency, amount_minor, meter_currency,
    meter_minor, matched_minor, gifts, rate, rate_on, gift_id, reverses_id
  )
    SELECT numbers[new.ordinality], new.source_key, new.kind, new.occurred_at, new.booked_at, new.drive_id,
      new.period_key, new.currency, new.amount_minor, new.meter_currency, new.meter_minor, new.matched_minor,
      new.gifts, new.rate, new.rate_on, new.gift_id, new.reverses_id
    FROM jsonb_populate_recordset(NULL::fundraising_entry, entries) WITH ORDINALITY AS new;
  RETURN numbers;
END $$;

CREATE FUNCTION fundraising_entry_agrees_with_its_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced boolean;
  untrue boolean;
BEGIN
  SELECT bool_or(lines.is_balanced IS NOT TRUE),
    bool_or(entry.currency = '' OR entry.meter_currency = '' OR entry.amount_minor <> -COALESCE(lines.given, 0))
  INTO unbalanced, untrue
  FROM new_entries entry
  CROSS JOIN LATERAL (
    SELECT bool_and(total = 0) AS is_balanced, SUM(given) FILTER (WHERE own.currency = entry.currency) AS given
    FROM (
      SELECT line.currency, SUM(amount_minor) AS total,
        SUM(amount_minor) FILTER (WHERE account LIKE 'income:%' OR account LIKE 'contra:%') AS given
      FROM fundraising_line line WHERE entry_id = entry.id GROUP BY line.currency
    ) own
  ) lines;
  IF unbalanced THEN
    RAISE EXCEPTION 'the lines of a ledger entry sum to 0 in each currency' USING ERRCODE = 'restrict_violation';
  ELSIF untrue THEN
    RAISE EXCEPTION 'a ledger entry says what its lines say was given' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER fundraising_entry_balances ON fundraising_entry;
DROP TRIGGER fundraising_entry_says_what_was_given ON fundraising_entry;
CREATE TRIGGER fundraising_entry_agrees_with_its_lines AFTER INSERT ON fundraising_entry
  REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION fundraising_entry_agrees_with_its_lines();
DROP FUNCTION fundraising_entry_balances();
DROP FUNCTION fundraising_entry_says_what_was_given();
"""


def look_once(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('fundraising', '0014_what_spending_said_stays'),
    ]

    # No way back, as with 0002. It touches the entries' table alone: who books holds others while waiting for that.
    operations = [migrations.RunPython(look_once)]
