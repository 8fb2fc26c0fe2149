"""What a checker knows of one stage of its protocol besides the code that judges it. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple, TypeVar

from protocol_dsl.runtime.records import Range
from protocol_dsl.runtime.table import Nodes, weigh
from protocol_dsl.vocabulary.calendar import DAY, When, from_date, parse_when

Day = date | datetime | str | When | None
"""A day of judging: a date, a moment of one, ISO text, or None for today."""

Codes = tuple[bool | None, ...]
T = TypeVar("T")

_KINDS = {
    "truth": ("yes or no", "True, False or None"),
    "number": ("a finite number", "a float, a Range or None"),
    "choice": ("a choice", "a text or None"),
    "set": ("a set of choices", "a frozenset of texts or None"),
}


class Case(NamedTuple):
    """Whom a verdict is about: the generated `Patient`, judged as at `on`."""

    patient: Any
    on: When


class FeatureRow(NamedTuple):
    """One feature: its `id`, its `name` in `Features`, its `words`, what to `need` when it is unknown, its `unit`,
    which records are its `evidence` (in attribute `fact` of the patient, within shared window number `window`, those
    that pass `filter`), the `offsets` from the day of judging at which it may turn, the `subject` these records are of,
    and what its window `rests` on besides the day of judging: each (`anchor`, `event` or `date`, name, words)."""

    id: str
    name: str
    type: str
    words: str
    need: str
    unit: str
    evidence: str
    fact: str
    window: int
    filter: str
    offsets: tuple[tuple[int, Any], ...]
    subject: str = ""
    rests: tuple[tuple[str, str, str], ...] = ()


class CriterionRow(NamedTuple):
    """One criterion; `lines` are (verb, the author's text, node of the condition that must hold)."""

    id: str
    kind: str
    title: str
    lines: tuple[tuple[str, str, int], ...]


class Stage:
    """The criteria of one stage as data, and the way back to the checker for another day."""

    def __init__(  # noqa: PLR0913 - called once per stage, by keyword, from generated code
        self,
        *,
        name: str,
        protocol: str,
        title: str,
        digest: str,
        features: tuple[tuple[Any, ...], ...],
        nodes: Nodes,
        criteria: tuple[tuple[Any, ...], ...],
        windows: Callable[[When], tuple[Any, ...]] | None,
        filters: Mapping[str, Callable[..., bool | None]],
        judge: Callable[..., Any],
    ) -> None:
        self.name = name
        self.protocol = protocol
        self.title = title
        self.digest = digest
        self.nodes = nodes
        self.windows = windows
        self.filters = filters
        self.judge = judge
        self._features = features
        self._criteria = criteria
        self._rows: tuple[dict[str, FeatureRow], tuple[CriterionRow, ...]] | None = None

    @property
    def features(self) -> dict[str, FeatureRow]:
        """Every feature by its id."""
        return self._tables()[0]

    @property
    def criteria(self) -> tuple[CriterionRow, ...]:
        """The criteria, in order."""
        return self._tables()[1]

    def weigh(self, values: object) -> Codes:
        """The outcome of every criterion from the table, where a value may be bounded. Raises ValueError for a
        value of the wrong kind, or for a name that is no feature's."""
        results = weigh(self.nodes, self.by_id(values))
        return tuple(_every([results[node] for _, _, node in row.lines]) for row in self.criteria)

    def by_id(self, values: object) -> dict[str, Any]:
        """Values by feature id, from a tuple in order, a mapping by id, or a `Features`."""
        if isinstance(values, Mapping):
            self._check_names(values)
            found = {name: values.get(name) for name in self.features}
        elif isinstance(values, tuple):
            found = dict(zip(self.features, values, strict=True))
        else:
            found = {name: getattr(values, row.name) for name, row in self.features.items()}
        for name, value in found.items():
            _check_kind(self.features[name], value)
        return found

    def _check_names(self, values: Mapping[Any, Any]) -> None:
        for name in values:
            if name not in self.features:
                near = get_close_matches(str(name), list(self.features), 1)
                hint = f"did you mean `{near[0]}`?" if near else f"it knows {', '.join(self.features)}"
                raise ValueError(f"`{name}` is no feature of {self.protocol}; {hint}")

    def _tables(self) -> tuple[dict[str, FeatureRow], tuple[CriterionRow, ...]]:
        if self._rows is None:
            features = {row[0]: FeatureRow(*row) for row in self._features}
            self._rows = features, tuple(CriterionRow(*row) for row in self._criteria)
        return self._rows


def _check_kind(row: FeatureRow, value: object) -> None:
    if value is None:
        return
    if row.type == "number":
        right = isinstance(value, (int, float, Range)) and not isinstance(value, bool)
    else:
        right = isinstance(value, {"truth": bool, "choice": str}.get(row.type, (set, frozenset)))
    if not right:
        kind, write = _KINDS[row.type]
        raise ValueError(f"`{row.id}` is {value!r}, which is not {kind}; give {write}")


def _every(values: list[Any]) -> bool | None:
    if any(value is False for value in values):
        return False
    return None if None in values else True


def judging_day(on: Day) -> When:
    """The day (or the second) of judging. Raises ValueError for a text that is no full date."""
    if isinstance(on, When):
        return on
    if on is None:
        return from_date(date.today())
    if isinstance(on, str):
        when = parse_when(on)
        if when.last - when.first >= DAY:
            raise ValueError(
                f"`{on}` is not one day; patients are judged as at a full date such as `2026-03-05`"
            )
        return when
    return from_date(on)


def stage_named(stages: Mapping[str, T], name: str) -> T:
    """The stage of that name. Raises ValueError naming those there are."""
    if name not in stages:
        known = ", ".join(f"`{stage}`" for stage in stages)
        raise ValueError(f"there is no stage `{name}`; this protocol has {known or 'none'}")
    return stages[name]
