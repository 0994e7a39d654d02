from django.db import migrations


# Entries as their columns by name, and all their lines, each with the place of its entry among them, from 1 on.
#
# What the triggers of 0002 and 0004 see to, they see to once for all rows of a statement. Sums in brackets, and no
# joins: whatever the planner thinks of how many rows there are, an entry's lines are found by their index.
POSTGRESQL = """
CREATE FUNCTION fundraising_enter_all(entries jsonb, lines jsonb) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  numbers bigint[] := ARRAY(
    SELECT nextval(pg_get_serial_sequence('fundraising_entry', 'id'))
    FROM generate_series(1, jsonb_array_length(entries))
  );
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

-- One entry's number; NULL where one stands under its source key.
CREATE FUNCTION fundraising_enter(entry jsonb, lines jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  -- A second writer of the same waits for the first, and what it has written by then is taken back.
  RETURN (fundraising_enter_all(jsonb_build_array(entry), lines))[1];
EXCEPTION WHEN unique_violation THEN
  IF NOT EXISTS (SELECT 1 FROM fundraising_entry WHERE source_key = entry ->> 'source_key') THEN
    RAISE;
  END IF;
  RETURN NULL;
END $$;

DROP TRIGGER fundraising_entry_balances ON fundraising_entry;
DROP TRIGGER fundraising_entry_says_what_was_given ON fundraising_entry;
DROP TRIGGER fundraising_line_comes_first ON fundraising_line;

CREATE OR REPLACE FUNCTION fundraising_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM new_entries entry
    WHERE (SELECT COUNT(*) FROM fundraising_line WHERE entry_id = entry.id) = 0
      OR EXISTS (
        SELECT 1 FROM fundraising_line WHERE entry_id = entry.id GROUP BY currency HAVING SUM(amount_minor) <> 0
      )
  )
  THEN
    RAISE EXCEPTION 'the lines of a ledger entry sum to 0 in each currency' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION fundraising_entry_says_what_was_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM new_entries entry
    WHERE entry.currency = '' OR entry.meter_currency = '' OR entry.amount_minor <> -(
      SELECT COALESCE(SUM(amount_minor), 0) FROM fundraising_line
      WHERE entry_id = entry.id AND fundraising_line.currency = entry.currency AND (account LIKE 'income:%' OR account LIKE 'contra:%')
    )
  )
  THEN
    RAISE EXCEPTION 'a ledger entry says what its lines say was given' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION fundraising_line_comes_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM new_lines line WHERE (SELECT COUNT(*) FROM fundraising_entry WHERE id = line.entry_id) > 0
  )
  THEN
    RAISE EXCEPTION 'a ledger entry that stands takes no more lines' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER fundraising_entry_balances AFTER INSERT ON fundraising_entry
  REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION fundraising_entry_balances();
CREATE TRIGGER fundraising_entry_says_what_was_given AFTER INSERT ON fundraising_entry
  REFERENCING NEW TABLE AS new_entries FOR EACH STATEMENT EXECUTE FUNCTION fundraising_entry_says_what_was_given();
CREATE TRIGGER fundraising_line_comes_first AFTER INSERT ON fundraising_line
  REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION fundraising_line_comes_first();
"""


def add_functions(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('fundraising', '0012_up_to_where_a_month_is_closed'),
    ]

    # No way back, as with 0002.
    operations = [migrations.RunPython(add_functions)]
