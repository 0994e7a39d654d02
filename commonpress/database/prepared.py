"""Queries and insertions whose words are found once.

Django takes a good part of a millisecond to find the words of a query of a few tables, and the same ones each time.
Where one row is looked up by its key in every request, that is most of what the request costs.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Choices, Model, QuerySet
from django.db.models.query import get_related_populators

from commonpress.database.plain import fetched

M = TypeVar("M", bound=Model)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    words: str
    columns: slice
    names: frozenset[str]
    converters: list[tuple[int, Any, Any]]
    populators: list[Any]
    annotations: list[tuple[str, int]]


class Prepared(Generic[M]):
    """A query for rows of a model, and of those it selects with them, that differs in its values alone.

    comment_by_id = Prepared(lambda: Comment.objects.select_related("person").filter(public_id=""))
    comment_by_id.first("aX3...")

    Values are given in the order in which they stand in the query, and as the database takes them.
    """

    def __init__(self, query: Callable[[], QuerySet[M]]) -> None:
        self.query = query
        self.plans: dict[str, Plan] = {}

    def first(self, *values: Any) -> M | None:
        return next(iter(self.rows(*values)), None)

    def rows(self, *values: Any) -> list[M]:
        database = connections[DEFAULT_DB_ALIAS]
        plan = self.plans.get(database.vendor) or self._plan(database)
        return [self._row(plan, row, database) for row in fetched(plan.words, values)]

    def _row(self, plan: Plan, values: tuple[Any, ...], database: Any) -> M:
        converted = list(values)
        for place, converters, expression in plan.converters:
            for convert in converters:
                converted[place] = convert(converted[place], expression, database)
        row: M = self.model.from_db(DEFAULT_DB_ALIAS, plan.names, converted[plan.columns])
        for populator in plan.populators:
            populator.populate(converted, row)
        for name, place in plan.annotations:
            setattr(row, name, converted[place])
        return row

    # As django.db.models.query.ModelIterable does it for each query anew.

    def _plan(self, database: Any) -> Plan:
        queryset = self.query()
        self.model = queryset.model
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        words, _stand_ins = compiler.as_sql()
        select, info = compiler.select, compiler.klass_info
        columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        plan = Plan(
            words=str(words),
            columns=columns,
            names=frozenset(each[0].target.attname for each in select[columns]),
            converters=[(at, *found) for at, found in compiler.get_converters([each[0] for each in select]).items()],
            populators=get_related_populators(info, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # as 5.2 has it
            annotations=list((compiler.annotation_col_map or {}).items()),
        )
        self.plans[database.vendor] = plan
        return plan


def insert(row: Model) -> None:
    """Insert a new row of a model, as save(force_insert=True) does, but tell no receivers of signals.

    Its key is the database's to give, where it has none.
    """
    model, has_key = type(row), row.pk is not None
    names = _names(model, has_key=has_key)
    words = f'{_insertion(model, names)} RETURNING "{model._meta.pk.column}"'  # noqa: SLF001 - Django's documented name
    ((key,),) = fetched(words, _values(row, names))
    stands(row, key)


def insert_once(model: type[Model], rows: Sequence[Row], by: str, *, known_by: str) -> dict[str, Any]:
    """Insert each new row of a model unless one stands that is the same in a unique field; return the keys of those it did.

    Rows are given as to insert_many. Who writes such a row at the same moment is waited for, and nothing of the
    transaction is lost where there is one. `known_by` is another unique field, by which the keys are told apart.
    """
    if not rows:
        return {}
    unless = f' ON CONFLICT ("{column_of(model, by)}") DO NOTHING'
    returning = f' RETURNING "{column_of(model, known_by)}", "{model._meta.pk.column}"'  # noqa: SLF001 - Django's documented name
    # In one order, so that no two wait for each other.
    in_order = sorted(rows, key=lambda row: str(row[by]))
    return dict(_inserted(model, in_order, unless + returning))


def insert_many(model: type[Model], rows: Sequence[Row]) -> None:
    """Insert new rows of a model, each as its columns by name: the same ones, and all but a key that is the database's to give."""
    if rows:
        _inserted(model, rows, "")


def _inserted(model: type[Model], rows: Sequence[Row], then: str) -> list[tuple[Any, ...]]:
    names = tuple(rows[0])
    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        # There is no way to SQLite that could be spared.
        words = _insertion(model, names) + then
        return [got for row in rows for got in fetched(words, [_plain(row[name]) for name in names])]
    # In one way to the server, which knows the columns' types.
    return fetched(_insertion_from_json(model, names) + then, [as_json(rows)])


def as_json(value: object) -> str:
    """Write rows down for PostgreSQL to read: what JSON knows, moments and days. Raises TypeError for anything else."""
    return json.dumps(value, default=_moment_or_day)


def _moment_or_day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written as JSON here")


def stands(row: Model, key: Any) -> None:
    """Have a row that was made here know that the database has it, under this key."""
    row.pk = key
    row._state.adding = False  # noqa: SLF001 - as Django's documentation has it
    row._state.db = DEFAULT_DB_ALIAS  # noqa: SLF001 - the same


def columns_of(row: Model) -> Row:
    """Return a new row as its columns by name; without its key where that is the database's to give."""
    return {name: getattr(row, name) for name in _names(type(row), has_key=row.pk is not None)}


def _values(row: Model, names: Sequence[str]) -> list[Any]:
    return [_plain(getattr(row, name)) for name in names]


def _plain(value: Any) -> Any:
    # SQLite would take a choice for the text it is, PostgreSQL not.
    return value.value if isinstance(value, Choices) else value


@cache
def column_of(model: type[Model], name: str) -> str:
    fields = model._meta.concrete_fields  # noqa: SLF001 - the same
    (column,) = (str(field.column) for field in fields if name in {field.name, field.attname})
    return column


@cache
def _names(model: type[Model], *, has_key: bool) -> tuple[str, ...]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - the same
    return tuple(field.attname for field in fields if has_key or not field.primary_key)


@cache
def _insertion(model: type[Model], names: tuple[str, ...]) -> str:
    places = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {_table(model)} ({_columns(model, names)}) VALUES ({places})"  # noqa: S608  a model's own names


@cache
def _insertion_from_json(model: type[Model], names: tuple[str, ...]) -> str:
    columns, table = _columns(model, names), _table(model)
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s)"  # noqa: S608  the same


def _columns(model: type[Model], names: tuple[str, ...]) -> str:
    return ", ".join(f'"{column_of(model, name)}"' for name in names)


def _table(model: type[Model]) -> str:
    return f'"{model._meta.db_table}"'  # noqa: SLF001 - the same
