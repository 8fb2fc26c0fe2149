"""Records as queries may take them, from tables that nobody has checked: what cannot be used is null, and said so.

Every table gets two columns more, `fault` and `said`: why a row is not taken as it stands (null where it is), and in
which words. What the tables should hold is told in `tables`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from attrs import frozen
from sqlglot import exp

from protocol_dsl.backends.sql.algebra import (
    INFINITE,
    both,
    case,
    compared,
    double,
    either,
    is_known,
    negated,
)
from protocol_dsl.backends.sql.creating import SQL_TYPES
from protocol_dsl.backends.sql.dialects import Dialect, moment
from protocol_dsl.backends.tables import (
    ANSWERS,
    ATTRIBUTES,
    GIVENS,
    HISTORIES,
    JUDGED_YEARS,
    MEMBERS,
    OCCURRENCES,
    PATIENTS,
    SAMPLES,
    Table,
    TableColumn,
)
from protocol_dsl.ir.facts import SERIES, Fact, FactKind
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.numerals import LARGEST_READING
from protocol_dsl.vocabulary.calendar import ANY_TIME, DAY, When

_KEY = PATIENTS.columns[0].name
SUFFIX = "_given"
"""What the name of a table has at its end before it is made usable."""
SINGLE: frozenset[FactKind] = frozenset({"yes_no", "number", "choice", "set", "date"})
KINDS: dict[str, frozenset[FactKind]] = {
    "givens": SINGLE
    | SERIES
    | {"event"},  # of the last two a row without a value: something nobody could read
    "members": frozenset({"set"}),
    "histories": SERIES | {"event"},
    "samples": SERIES,
    "occurrences": frozenset({"event"}),
}
"""Which facts belong in a table."""

NO_NUMBER = "it is no number that can be read"
IMPLAUSIBLE = "it lies outside what is plausible"
UNDECLARED = "the protocol declares no such choice"
MISPLACED = "the fact has dated records, which belong in `samples` or `occurrences`"
NO_TIME = "its two moments are not in order, or one is missing"


@frozen
class Usable:
    """The statements that make each table usable, in one dialect. `on` is the day to judge everyone on, where one is
    set; rows of facts that the protocol does not know are left out. `places` says by table, in SQL, where a row stands,
    if it is to be kept as one column more, `place`."""

    protocol: Protocol
    dialect: Dialect
    on: When | None = None
    places: Mapping[str, str] = {}

    def needs(self, table: Table) -> tuple[str, ...]:
        """The columns that what stands for a table must have."""
        if table == PATIENTS and self.on is not None:
            return (_KEY,)
        return tuple(column.name for column in table.columns)

    def given(self, table: Table, relation: str | None) -> str:
        """What `<table>_given` shows of a relation of the user (what SQL selects from; None: there is none): columns
        of the types that queries count on. A key keeps its own."""
        needs = self.needs(table)
        if relation is None:
            nothing = [_typed(exp.null(), column) for column in table.columns]
            return f"{exp.select(*nothing).sql(self.dialect.key)} WHERE 1 = 0"
        shown = [
            exp.column(column.name) if column.name == _KEY else _typed(exp.column(column.name), column)
            for column in table.columns
            if column.name in needs
        ]
        place = f", {self.places[table.name]} AS place" if table.name in self.places else ""
        return f"{exp.select(*shown).sql(self.dialect.key)}{place} FROM {relation} AS given"

    def select(self, table: Table, start: object = None, end: object = None) -> str:
        """Its columns, then `fault` and `said`, of the patients from one key to before another (None: from the first,
        to the last)."""
        changed, faults = _MAKERS.get(table.name, _as_given)(self)
        columns = [
            exp.alias_(changed[one.name], one.name) if one.name in changed else exp.column(one.name)
            for one in table.columns
        ]
        fault = case(*((condition, exp.Literal.string(reason)) for condition, reason, _ in faults))
        said = case(*((condition, _text(words)) for condition, _, words in faults))
        told = [fault, said] if faults else [exp.null(), exp.null()]
        added = [
            exp.alias_(exp.cast(one, "TEXT"), name) for one, name in zip(told, ("fault", "said"), strict=True)
        ]
        added += [exp.column("place")] if table.name in self.places else []
        found = exp.select(*columns, *added).from_(f"{table.name}{SUFFIX}")
        wanted = [*_range(start, end), self._known(table)]
        return found.where(*(one for one in wanted if one is not None)).sql(self.dialect.key)

    def foreign(self, table: Table) -> str | None:
        """Names that the protocol does not know, or not in this table, and how often each stands there."""
        known = self._known(table)
        if known is None:
            return None
        name = exp.column(_NAMED[table.name])
        counted = exp.alias_(exp.Count(this=exp.Star()), "times")
        found = exp.select(exp.alias_(name, "name"), counted).from_(f"{table.name}{SUFFIX}")
        return found.where(negated(known)).group_by(name).sql(self.dialect.key)

    def undated(self) -> str:
        """One patient who has no day of judging that can be used: one day, of the years 1000 to 9000."""
        first, last = exp.column("judged_from"), exp.column("judged_to")
        same = compared("=", exp.cast(first.copy(), "DATE"), exp.cast(last.copy(), "DATE"))
        begun, ended = (moment(date(year, 1, 1).toordinal() * DAY) for year in JUDGED_YEARS)
        fits = both(
            compared("<=", first, last), same, compared(">=", first, begun), compared("<", last, ended)
        )
        return (
            exp.select(_KEY)
            .from_(PATIENTS.name)
            .where(negated(if_false(fits)))
            .limit(1)
            .sql(self.dialect.key)
        )

    def facts(self, kinds: Iterable[FactKind]) -> list[Fact]:
        """The facts of some kinds."""
        wanted = frozenset(kinds)
        return [fact for fact in self.protocol.facts if fact.kind in wanted]

    def _known(self, table: Table) -> exp.Expr | None:
        """Whether the protocol knows the name a row speaks of."""
        if table.name in KINDS:
            return _among("fact", [fact.name for fact in self.facts(KINDS[table.name])])
        if table.name == "answers":
            return _among("question", [one.id for one in self.protocol.questions])
        if table.name == "anchors":
            return _among("anchor", [one.name for one in self.protocol.anchors])
        return None


Fault = tuple[exp.Expr, str, exp.Expr]
"""When it is one, why, and the words that were recorded."""
Made = tuple[dict[str, exp.Expr], list[Fault]]
_NAMED = dict.fromkeys(KINDS, "fact") | {"answers": "question", "anchors": "anchor"}


def _patients(usable: Usable) -> Made:
    if usable.on is None:
        return {}, []
    first, last = usable.on
    return {"judged_from": moment(first), "judged_to": moment(last)}, []


def _givens(usable: Usable) -> Made:
    numbers, number_faults = _numbers(usable.facts({"number"}))
    choices, choice_faults = _choices(usable.facts({"choice"}))
    times, time_faults = _times("", or_unknown=False)
    dated = [(both(is_known_any("earliest", "latest"), when), why, said) for when, why, said in time_faults]
    single = _among("fact", [fact.name for fact in usable.facts(SINGLE)])
    values = {"truth": exp.column("truth"), **numbers, **choices, **times}
    misplaced = both(negated(single), is_known_any("truth", "low", "high", "choice", "earliest", "latest"))
    faults: list[Fault] = [(misplaced, MISPLACED, exp.Literal.string("a value"))]
    changed = {name: case((single, value)) for name, value in values.items()}
    return changed, [*faults, *number_faults, *choice_faults, *dated]


def _samples(usable: Usable) -> Made:
    numbers, number_faults = _numbers(usable.facts({"lab", "measure"}))
    choices, choice_faults = _choices(usable.facts({"finding"}))
    times, time_faults = _times("")
    limits = {
        # An infinite limit stands for one that nobody can read.
        name: case((_finite(exp.column(name)), exp.column(name)), (is_known(exp.column(name)), INFINITE))
        for name in ("upper_limit", "lower_limit")
    }
    return {**numbers, **choices, **times, **limits}, [*number_faults, *choice_faults, *time_faults]


def _occurrences(_: Usable) -> Made:
    starts, start_faults = _times("start_")
    ends, end_faults = _times("end_")
    # An end that nobody knows is any moment from the start on.
    ends["end_earliest"] = case(
        (_in_order("end_"), exp.column("end_earliest")), (_in_order("start_"), exp.column("start_earliest")),
        otherwise=moment(ANY_TIME.first),
    )  # fmt: skip
    return {**starts, **ends}, [*start_faults, *end_faults]


def _members(usable: Usable) -> Made:
    return {}, _choices(usable.facts({"set"}), "member")[1]


def _attributes(usable: Usable) -> Made:
    declared: dict[str, list[str]] = {}
    for fact in usable.facts({"event"}):
        for attribute in fact.attributes:
            if attribute.kind == "choice":
                declared.setdefault(attribute.name, []).extend(attribute.choices)
    known = _declared("attribute", declared, "choice")
    number, choice = exp.column("number"), exp.column("choice")
    faults: list[Fault] = [(both(is_known(number), negated(_finite(number))), NO_NUMBER, number)]
    changed = {"number": case((_finite(number), number))}
    if declared:
        changed["choice"] = case((known, choice))
        faults.append((both(is_known(choice), negated(known)), UNDECLARED, choice))
    return changed, faults


def _as_given(_: Usable) -> Made:
    return {}, []


_MAKERS: dict[str, Callable[[Usable], Made]] = {
    PATIENTS.name: _patients,
    GIVENS.name: _givens,
    MEMBERS.name: _members,
    SAMPLES.name: _samples,
    OCCURRENCES.name: _occurrences,
    ATTRIBUTES.name: _attributes,
    HISTORIES.name: _as_given,
    ANSWERS.name: _as_given,
}


def _numbers(facts: list[Fact]) -> Made:
    """Both ends, or neither: in order, not NaN (which engines hold above infinity), within the plausible range."""
    low, high = exp.column("low"), exp.column("high")
    exact = compared("=", low, high)
    largest = double(LARGEST_READING)
    in_range = both(compared(">=", low, exp.Neg(this=largest)), compared("<=", low, largest))
    read = both(
        compared("<=", low, high),
        compared("<=", high, double(float("inf"))),
        either(negated(exact), in_range),
    )
    outside = [
        both(
            compared("=", exp.column("fact"), exp.Literal.string(fact.name)),
            either(
                compared("<", high, double(float(fact.plausible.low))),
                compared(">", low, double(float(fact.plausible.high))),
            ),
        )
        for fact in facts
        if fact.plausible is not None
    ]
    there = either(is_known(low), is_known(high))
    sure = if_false(read)
    implausible = either(*outside) if outside else exp.false()
    usable = both(sure, negated(implausible))
    words = case((exact, _text(low)), otherwise=_joined(low, high))
    faults: list[Fault] = [(both(there, negated(sure)), NO_NUMBER, words)]
    if outside:
        faults.append((both(sure, implausible), IMPLAUSIBLE, words))
    return {"low": case((usable, low)), "high": case((usable, high))}, faults


def _choices(facts: list[Fact], column: str = "choice") -> Made:
    """Choices that are declared for the fact of the row."""
    declared = {fact.name: list(fact.choices) for fact in facts}
    choice = exp.column(column)
    known = _declared("fact", declared, column)
    return {column: case((known, choice))}, [(both(is_known(choice), negated(known)), UNDECLARED, choice)]


def _declared(column: str, declared: dict[str, list[str]], choice: str) -> exp.Expr:
    told = [
        both(compared("=", exp.column(column), exp.Literal.string(name)), _among(choice, choices))
        for name, choices in declared.items()
    ]
    return if_false(either(*told)) if told else exp.false()


def _times(prefix: str, *, or_unknown: bool = True) -> Made:
    """Two moments in order; else any moment, or none."""
    names = (f"{prefix}earliest", f"{prefix}latest")
    changed = {
        name: case(
            (_in_order(prefix), exp.column(name)),
            otherwise=moment(second) if or_unknown else None,
        )
        for name, second in zip(names, ANY_TIME, strict=True)
    }
    words = _joined(*(exp.column(name) for name in names))
    return changed, [(negated(_in_order(prefix)), NO_TIME, words)]


def _in_order(prefix: str) -> exp.Expr:
    return if_false(compared("<=", exp.column(f"{prefix}earliest"), exp.column(f"{prefix}latest")))


def if_false(operand: exp.Expr) -> exp.Expr:
    """A truth that is never null: what is unknown is false."""
    return exp.Coalesce(this=operand.copy(), expressions=[exp.false()])


def is_known_any(*columns: str) -> exp.Expr:
    """Whether one of some columns is not null."""
    return either(*(is_known(exp.column(name)) for name in columns))


def _finite(number: exp.Expr) -> exp.Expr:
    largest = double(LARGEST_READING)
    return if_false(both(compared(">=", number, exp.Neg(this=largest)), compared("<=", number, largest)))


def _among(column: str, names: list[str]) -> exp.Expr:
    if not names:
        return exp.false()
    return exp.In(this=exp.column(column), expressions=[exp.Literal.string(name) for name in names])


def _text(value: exp.Expr) -> exp.Expr:
    return exp.cast(value.copy(), "TEXT")


def _joined(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    """Both in words, a dash for null."""
    ends = [exp.Coalesce(this=_text(end), expressions=[exp.Literal.string("-")]) for end in (one, other)]
    return exp.DPipe(this=exp.DPipe(this=ends[0], expression=exp.Literal.string(" to ")), expression=ends[1])


def _range(start: object, end: object) -> list[exp.Expr]:
    """The keys from one to before another."""
    ends: list[tuple[type[exp.Expr], object]] = [(exp.GTE, start), (exp.LT, end)]
    return [
        kind(
            this=exp.column(_KEY),
            expression=exp.Literal.number(key) if isinstance(key, int) else exp.Literal.string(str(key)),
        )
        for kind, key in ends
        if key is not None
    ]


def _typed(value: exp.Expr, column: TableColumn) -> exp.Expr:
    return exp.alias_(exp.cast(value, SQL_TYPES[column.type]), column.name)
