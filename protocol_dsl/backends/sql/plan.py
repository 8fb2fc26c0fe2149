"""A query in the making: reductions of records and columns of the patient, put into layers by what they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import field, frozen
from sqlglot import exp

from protocol_dsl.backends.names import Scope
from protocol_dsl.backends.sql.algebra import PATIENT

RECORD = "r"
"""What the row of a record is called in every reduction."""


@frozen
class Reduction:
    """A common table expression over records: a step of its own, or one row a patient. It may read columns of the
    patient (`p.…`) and reductions before it."""

    name: str
    query: exp.Select
    about: tuple[str, ...] = ()


@frozen
class PatientColumn:
    """A column of the patient: an expression over earlier ones (`p.…`) and over reductions (by their names)."""

    name: str
    holds: exp.Expr
    about: tuple[str, ...] = ()


@frozen
class Layer:
    """Reductions, then the columns that can be worked out from them and from the layer before."""

    reductions: tuple[Reduction, ...]
    columns: tuple[PatientColumn, ...]


@frozen
class Plan:
    """All parts by name, each added after those it rests on."""

    scope: Scope = field(factory=Scope)
    reductions: dict[str, Reduction] = field(factory=dict)
    columns: dict[str, PatientColumn] = field(factory=dict)
    _made: dict[object, str] = field(factory=dict)
    _depth: dict[str, int] = field(factory=dict)
    _added: dict[str, None] = field(factory=dict)

    def once(self, key: object, name: str, make: Callable[[str], None]) -> str:
        """The name of what `make` adds for `key`: made at the first call only."""
        if key not in self._made:
            self._made[key] = self.scope.fresh(name)
            make(self._made[key])
        return self._made[key]

    def reduce(self, reduction: Reduction) -> None:
        """Add a reduction."""
        self.reductions[reduction.name] = reduction
        self._added.setdefault(reduction.name)
        before = [self._depth[name] for name in _tables(reduction.query) if name in self.reductions]
        above = [self._depth[name] + 1 for name in _read(reduction.query, PATIENT) if name in self.columns]
        self._depth[reduction.name] = max([1, *before, *above])

    def column(self, column: PatientColumn) -> str:
        """Add a column of the patient; its name."""
        self.columns[column.name] = column
        self._added[column.name] = None
        joined = [self._depth[name] for name in reductions_in(column.holds, self)]
        above = [self._depth[name] + 1 for name in _read(column.holds, PATIENT) if name in self.columns]
        self._depth[column.name] = max([1, *joined, *above])
        return column.name

    def layers(self, wanted: Iterable[str]) -> list[Layer]:
        """What the wanted columns rest on, in layers: each part as late as those that rest on it allow, so that engines
        carry few columns through the layers before."""
        live = self._live(wanted)
        depth = self._latest(live)
        return [
            Layer(
                tuple(one for name, one in self.reductions.items() if depth.get(name) == level),
                tuple(one for name, one in self.columns.items() if depth.get(name) == level),
            )
            for level in range(1, max(depth.values(), default=0) + 1)
        ]

    def _latest(self, live: set[str]) -> dict[str, int]:
        """The last layer in which each part is still in time."""
        last = max((self._depth[name] for name in live), default=0)
        depth = dict.fromkeys(live, last)
        # Those that rest on a part were added after it.
        order = [name for name in self._added if name in live]
        for name in reversed(order):
            if name in self.columns:
                holds = self.columns[name].holds
                above, beside = _read(holds, PATIENT), reductions_in(holds, self)
            else:
                query = self.reductions[name].query
                above, beside = _read(query, PATIENT), _tables(query)
            for below in (one for one in above if one in live):
                depth[below] = min(depth[below], depth[name] - 1)
            for below in (one for one in beside if one in live):
                depth[below] = min(depth[below], depth[name])
        return depth

    def _live(self, wanted: Iterable[str]) -> set[str]:
        live: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name in live:
                continue
            live.add(name)
            if name in self.columns:
                holds = self.columns[name].holds
                waiting += [*_read(holds, PATIENT), *reductions_in(holds, self)]
            else:
                query = self.reductions[name].query
                waiting += _read(query, PATIENT)
                waiting += [one for one in _tables(query) if one in self.reductions]
            waiting = [one for one in waiting if one in self.columns or one in self.reductions]
        return live


def reductions_in(node: exp.Expr, plan: Plan) -> list[str]:
    """Names of the reductions whose columns an expression reads."""
    found = dict.fromkeys(column.table for column in node.find_all(exp.Column))
    return [name for name in found if name in plan.reductions]


def _read(node: exp.Expr, table: str) -> list[str]:
    return [column.name for column in node.find_all(exp.Column) if column.table == table]


def _tables(query: exp.Select) -> list[str]:
    return [table.name for table in query.find_all(exp.Table)]
