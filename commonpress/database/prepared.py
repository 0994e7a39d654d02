"""Queries whose words are found once.

Django takes a good part of a millisecond to find the words of a query of a few tables, and the same ones each time.
Where one row is looked up by its key in every request, that is most of what the request costs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

from commonpress.database.plain import fetched

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Plan:
    words: str
    columns: slice
    names: list[str]
    converters: list[tuple[int, Any, Any]]
    populators: list[Any]


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
            names=[each[0].target.attname for each in select[columns]],
            converters=[(at, *found) for at, found in compiler.get_converters([each[0] for each in select]).items()],
            populators=get_related_populators(info, select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # as 5.2 has it
        )
        self.plans[database.vendor] = plan
        return plan
