"""Whether the tables are those this version of the code knows."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def are_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
