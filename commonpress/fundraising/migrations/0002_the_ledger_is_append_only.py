"""Triggers that keep the book: balanced entries, nothing changed, nothing taken out."""

from django.db import migrations

SQLITE = """
CREATE TRIGGER fundraising_entry_balances AFTER INSERT ON fundraising_entry
WHEN NOT EXISTS (SELECT 1 FROM fundraising_line WHERE entry_id = NEW.id)
  OR EXISTS (
    SELECT 1 FROM fundraising_line WHERE entry_id = NEW.id GROUP BY currency HAVING SUM(amount_minor) <> 0
  )
BEGIN SELECT RAISE(ABORT, 'the lines of a ledger entry sum to 0 in each currency'); END;

-- INSERT OR REPLACE deletes without a delete trigger.
CREATE TRIGGER fundraising_entry_stands BEFORE INSERT ON fundraising_entry
WHEN EXISTS (SELECT 1 FROM fundraising_entry WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a ledger entry is never replaced'); END;

CREATE TRIGGER fundraising_line_comes_first BEFORE INSERT ON fundraising_line
WHEN EXISTS (SELECT 1 FROM fundraising_entry WHERE id = NEW.entry_id)
  OR EXISTS (SELECT 1 FROM fundraising_line WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a ledger entry that stands takes no more lines'); END;

CREATE TRIGGER fundraising_entry_is_not_changed BEFORE UPDATE ON fundraising_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END;
CREATE TRIGGER fundraising_entry_is_not_deleted BEFORE DELETE ON fundraising_entry
BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END;
CREATE TRIGGER fundraising_line_is_not_changed BEFORE UPDATE ON fundraising_line
BEGIN SELECT RAISE(ABORT, 'ledger lines are never changed'); END;
CREATE TRIGGER fundraising_line_is_not_deleted BEFORE DELETE ON fundraising_line
BEGIN SELECT RAISE(ABORT, 'ledger lines are never deleted'); END;

CREATE TRIGGER fundraising_gift_keeps_its_amount
BEFORE UPDATE OF amount_minor, currency, drive_id, occurred_at, source ON fundraising_gift
WHEN NEW.amount_minor <> OLD.amount_minor OR NEW.currency <> OLD.currency OR NEW.drive_id <> OLD.drive_id
  OR NEW.occurred_at <> OLD.occurred_at OR NEW.source <> OLD.source
BEGIN SELECT RAISE(ABORT, 'what was received is never changed'); END;
"""

POSTGRESQL = """
CREATE FUNCTION fundraising_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END $$;

CREATE FUNCTION fundraising_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM fundraising_line WHERE entry_id = NEW.id)
    OR EXISTS (
      SELECT 1 FROM fundraising_line WHERE entry_id = NEW.id GROUP BY currency HAVING SUM(amount_minor) <> 0
    )
  THEN
    RAISE EXCEPTION 'the lines of a ledger entry sum to 0 in each currency' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION fundraising_line_comes_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM fundraising_entry WHERE id = NEW.entry_id) THEN
    RAISE EXCEPTION 'a ledger entry that stands takes no more lines' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER fundraising_entry_balances AFTER INSERT ON fundraising_entry
  FOR EACH ROW EXECUTE FUNCTION fundraising_entry_balances();
CREATE TRIGGER fundraising_line_comes_first BEFORE INSERT ON fundraising_line
  FOR EACH ROW EXECUTE FUNCTION fundraising_line_comes_first();
CREATE TRIGGER fundraising_entry_is_not_changed BEFORE UPDATE ON fundraising_entry
  FOR EACH ROW EXECUTE FUNCTION fundraising_refuse('ledger entries are never changed');
CREATE TRIGGER fundraising_entry_is_not_deleted BEFORE DELETE ON fundraising_entry
  FOR EACH ROW EXECUTE FUNCTION fundraising_refuse('ledger entries are never deleted');
CREATE TRIGGER fundraising_entry_is_not_emptied BEFORE TRUNCATE ON fundraising_entry
  FOR EACH STATEMENT EXECUTE FUNCTION fundraising_refuse('ledger entries are never deleted');
CREATE TRIGGER fundraising_line_is_not_changed BEFORE UPDATE ON fundraising_line
  FOR EACH ROW EXECUTE FUNCTION fundraising_refuse('ledger lines are never changed');
CREATE TRIGGER fundraising_line_is_not_deleted BEFORE DELETE ON fundraising_line
  FOR EACH ROW EXECUTE FUNCTION fundraising_refuse('ledger lines are never deleted');
CREATE TRIGGER fundraising_line_is_not_emptied BEFORE TRUNCATE ON fundraising_line
  FOR EACH STATEMENT EXECUTE FUNCTION fundraising_refuse('ledger lines are never deleted');
CREATE TRIGGER fundraising_gift_keeps_its_amount
  BEFORE UPDATE OF amount_minor, currency, drive_id, occurred_at, source ON fundraising_gift
  FOR EACH ROW WHEN (
    (NEW.amount_minor, NEW.currency, NEW.drive_id, NEW.occurred_at, NEW.source)
    IS DISTINCT FROM (OLD.amount_minor, OLD.currency, OLD.drive_id, OLD.occurred_at, OLD.source)
  )
  EXECUTE FUNCTION fundraising_refuse('what was received is never changed');
"""


def add_triggers(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor == "sqlite":
        # One execute takes one statement, and a trigger's body has semicolons of its own.
        for statement in SQLITE.split("END;"):
            if statement.strip():
                schema_editor.execute(statement + "END", params=None)
    else:
        schema_editor.execute(POSTGRESQL, params=None)


class Migration(migrations.Migration):
    dependencies = [("fundraising", "0001_initial")]
    # No way back: a book without these could not be trusted afterwards.
    operations = [migrations.RunPython(add_triggers)]
