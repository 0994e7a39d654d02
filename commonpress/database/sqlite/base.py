"""SQLite as we run it: WAL, FULL, IMMEDIATE."""

from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        self.settings_dict.setdefault("OPTIONS", {}).setdefault("transaction_mode", "IMMEDIATE")
        return super().get_connection_params()
