from django.db import migrations


# Who corrected may be erased, so that one column stays free.
SQLITE = """
CREATE TRIGGER fundraising_spendingcorrection_is_not_changed
BEFORE UPDATE OF id, spending_id, amount_minor, category, note, is_document_changed, reason, corrected_at
ON fundraising_spendingcorrection
BEGIN SELECT RAISE(ABORT, 'what spending said before is never changed'); END;
CREATE TRIGGER fundraising_spendingcorrection_is_not_deleted BEFORE DELETE ON fundraising_spendingcorrection
BEGIN SELECT RAISE(ABORT, 'what spending said before is never deleted'); END;
CREATE TRIGGER fundraising_spending_stays_where_it_is
BEFORE UPDATE OF public_id, drive_id, month, currency, entered_at ON fundraising_spending
WHEN NEW.public_id <> OLD.public_id OR NEW.drive_id IS NOT OLD.drive_id OR NEW.month <> OLD.month
  OR NEW.currency <> OLD.currency OR NEW.entered_at <> OLD.entered_at
BEGIN SELECT RAISE(ABORT, 'spending keeps its drive, month and currency'); END;
CREATE TRIGGER fundraising_spending_is_not_deleted BEFORE DELETE ON fundraising_spending
BEGIN SELECT RAISE(ABORT, 'spending is corrected, never deleted'); END;

CREATE TRIGGER fundraising_spending_says_first_what_stood_there
BEFORE UPDATE OF amount_minor, category_id, note, document ON fundraising_spending
WHEN (
    NEW.amount_minor <> OLD.amount_minor OR NEW.category_id <> OLD.category_id OR NEW.note <> OLD.note
    OR NEW.document <> OLD.document
  ) AND NOT EXISTS (
    SELECT 1 FROM fundraising_spendingcorrection
    WHERE id = (SELECT MAX(id) FROM fundraising_spendingcorrection WHERE spending_id = OLD.id)
      AND amount_minor = OLD.amount_minor AND note = OLD.note
  )
BEGIN SELECT RAISE(ABORT, 'what spending said is written down before it is changed'); END;

-- INSERT OR REPLACE deletes without a delete trigger.
CREATE TRIGGER fundraising_spending_stands BEFORE INSERT ON fundraising_spending
WHEN EXISTS (
  SELECT 1 FROM fundraising_spending WHERE id = NEW.id OR public_id = NEW.public_id OR once_key = NEW.once_key
)
BEGIN SELECT RAISE(ABORT, 'spending is never replaced'); END;
CREATE TRIGGER fundraising_spendingcorrection_stands BEFORE INSERT ON fundraising_spendingcorrection
WHEN EXISTS (SELECT 1 FROM fundraising_spendingcorrection WHERE id = NEW.id OR once_key = NEW.once_key)
BEGIN SELECT RAISE(ABORT, 'what spending said before is never replaced'); END;
"""

POSTGRESQL = """
CREATE FUNCTION fundraising_spending_says_first_what_stood_there() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM fundraising_spendingcorrection
    WHERE id = (SELECT MAX(id) FROM fundraising_spendingcorrection WHERE spending_id = OLD.id)
      AND amount_minor = OLD.amount_minor AND note = OLD.note
  )
  THEN
    RAISE EXCEPTION 'what spending said is written down before it is changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER fundraising_spending_says_first_what_stood_there
  BEFORE UPDATE OF amount_minor, category_id, note, document ON fundraising_spending
  FOR EACH ROW WHEN (
    (NEW.amount_minor, NEW.category_id, NEW.note, NEW.document)
    IS DISTINCT FROM (OLD.amount_minor, OLD.category_id, OLD.note, OLD.document)
  )
  EXECUTE FUNCTION fundraising_spending_says_first_what_stood_there();
CREATE TRIGGER fundraising_spendingcorrection_is_not_changed
  BEFORE UPDATE OF id, spending_id, amount_minor, category, note, is_document_changed, reason, corrected_at
  ON fundraising_spendingcorrection
  FOR EACH ROW EXECUTE FUNCTION fundraising_refuse('what spending said before is never changed');
CREATE TRIGGER fundraising_spendingcorrection_is_not_deleted BEFORE DELETE ON fundraising_spendingcorrection
  FOR EACH ROW EXECUTE FUNCTION fundraising_refuse('what spending said before is never deleted');
CREATE TRIGGER fundraising_spendingcorrection_is_not_emptied BEFORE TRUNCATE ON fundraising_spendingcorrection
  FOR EACH STATEMENT EXECUTE FUNCTION fundraising_refuse('what spending said before is never deleted');
CREATE TRIGGER fundraising_spending_stays_where_it_is
  BEFORE UPDATE OF public_id, drive_id, month, currency, entered_at ON fundraising_spending
  FOR EACH ROW WHEN (
    (NEW.public_id, NEW.drive_id, NEW.month, NEW.currency, NEW.entered_at)
    IS DISTINCT FROM (OLD.public_id, OLD.drive_id, OLD.month, OLD.currency, OLD.entered_at)
  )
  EXECUTE FUNCTION fundraising_refuse('spending keeps its drive, month and currency');
CREATE TRIGGER fundraising_spending_is_not_deleted BEFORE DELETE ON fundraising_spending
  FOR EACH ROW EXECUTE FUNCTION fundraising_refuse('spending is corrected, never deleted');
CREATE TRIGGER fundraising_spending_is_not_emptied BEFORE TRUNCATE ON fundraising_spending
  FOR EACH STATEMENT EXECUTE FUNCTION fundraising_refuse('spending is corrected, never deleted');
"""


def add_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        # One execute takes one statement, and a trigger's body has semicolons of its own.
        for statement in SQLITE.split("END;"):
            if statement.strip():
                schema_editor.execute(statement + "END", params=None)
    else:
        schema_editor.execute(POSTGRESQL, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('fundraising', '0013_entered_in_one_way_to_the_server'),
    ]

    # No way back: readers were told that nothing is rewritten in silence.
    operations = [migrations.RunPython(add_triggers)]
