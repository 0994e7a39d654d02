"""The full-text side of SearchEntry, in each database's own words."""

from django.db import migrations

SQLITE = [
    """
    CREATE VIRTUAL TABLE newsroom_search USING fts5(
        headline, dek, names, body,
        content='newsroom_searchentry', content_rowid='story_id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TRIGGER newsroom_search_added AFTER INSERT ON newsroom_searchentry BEGIN
        INSERT INTO newsroom_search(rowid, headline, dek, names, body)
        VALUES (new.story_id, new.headline, new.dek, new.names, new.body);
    END
    """,
    """
    CREATE TRIGGER newsroom_search_removed AFTER DELETE ON newsroom_searchentry BEGIN
        INSERT INTO newsroom_search(newsroom_search, rowid, headline, dek, names, body)
        VALUES ('delete', old.story_id, old.headline, old.dek, old.names, old.body);
    END
    """,
    """
    CREATE TRIGGER newsroom_search_changed AFTER UPDATE ON newsroom_searchentry BEGIN
        INSERT INTO newsroom_search(newsroom_search, rowid, headline, dek, names, body)
        VALUES ('delete', old.story_id, old.headline, old.dek, old.names, old.body);
        INSERT INTO newsroom_search(rowid, headline, dek, names, body)
        VALUES (new.story_id, new.headline, new.dek, new.names, new.body);
    END
    """,
]
POSTGRESQL = [
    "ALTER TABLE newsroom_searchentry ADD COLUMN words tsvector",
    "CREATE INDEX newsroom_search_words ON newsroom_searchentry USING gin (words)",
]


def create(apps, schema_editor):
    # One at a time: SQLite's driver takes one statement, and a trigger holds semicolons.
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for trigger in ("added", "removed", "changed"):
            schema_editor.execute(f"DROP TRIGGER newsroom_search_{trigger}")
        schema_editor.execute("DROP TABLE newsroom_search")
    else:
        schema_editor.execute("ALTER TABLE newsroom_searchentry DROP COLUMN words")


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0002_front_and_roles")]

    operations = [migrations.RunPython(create, drop)]
