"""Filters over one record: `where dose >= 10 mg`, in terms of the record's own columns."""

from __future__ import annotations

from attrs import evolve, frozen
from sqlglot import exp

from protocol_dsl.backends import tables
from protocol_dsl.backends.columnwise import Columnwise, Quantity
from protocol_dsl.backends.judging import Judging
from protocol_dsl.backends.sql.algebra import INFINITE, both, case, compared, either, is_known, is_null
from protocol_dsl.backends.sql.doubt import CERTAIN, Doubt, of_truth
from protocol_dsl.backends.sql.plan import PatientColumn, Plan, Reduction
from protocol_dsl.backends.sql.reductions import count, greatest, record
from protocol_dsl.ir.facts import Attribute, Fact
from protocol_dsl.ir.formulas import Formula, ItemTruth, OneOf
from protocol_dsl.ir.numbers import Item
from protocol_dsl.ir.walk import preorder

_SAMPLE = {"upper": "upper_limit", "lower": "lower_limit"}
_PARTS = {"number": "number", "choice": "choice", "yes_no": "truth"}


@frozen
class Filters:
    """Makes conditions on records, and the rows of occurrences that carry the attributes they ask."""

    plan: Plan
    judging: Judging[exp.Expr]
    facts: dict[str, Fact]

    def doubt(self, where: Formula | None, fact: str) -> Doubt:
        """Whether a record passes."""
        if where is None:
            return CERTAIN
        for column in self.judging.definitions(where):
            self.plan.column(PatientColumn(column.name, column.holds, column.about))
        return of_truth(self._formulas(self.facts[fact]).formula(where))

    def occurrences(self, where: Formula | None, event: str) -> str:
        """The table to read occurrences of an event from: with its attributes beside them where they are asked."""
        asked = _asked(where, self.facts[event])
        if not asked:
            return tables.OCCURRENCES.name
        return self.plan.once(
            ("attributes", event, asked),
            f"{event} with attributes",
            lambda name: self._told(name, event, asked),
        )

    def told(self, event: str) -> str:
        """The occurrences of an event, those that say the same once, and how many they may be: one when their start is
        known to the second and no attribute is illegible."""
        return self.plan.once(("told", event), f"{event} told", lambda name: self._tell(name, event))

    def _tell(self, name: str, event: str) -> None:
        attributes = self.facts[event].attributes
        rows = self.plan.once(
            ("attributes", event, attributes, True),
            f"{event} with attributes",
            lambda made: self._told(made, event, attributes, there=True),
        )
        kept = ["fact", "start_earliest", "start_latest", "end_earliest", "end_latest"]
        kept += [column for one in attributes for column in (_column(one.name), _there(one.name))]
        legible = [
            either(is_null(record(_there(one.name))), is_known(record(_column(one.name))))
            for one in attributes
        ]
        pinned = both(
            compared("=", record("start_earliest"), record("start_latest")), *map(exp.paren, legible)
        )
        often = exp.alias_(case((pinned, exp.Literal.number(1)), otherwise=count()), "told")
        columns = [record(one) for one in ("patient", *kept)]
        query = exp.select(*columns, often).from_(exp.alias_(exp.to_table(rows), "r", table=True))
        about = f"Occurrences of {event}, those that say the same once, and how many they may be"
        self.plan.reduce(Reduction(name, query.group_by(*[one.copy() for one in columns]), (about,)))

    def _told(self, name: str, event: str, asked: tuple[Attribute, ...], *, there: bool = False) -> None:
        attribute = exp.column("attribute", "a")
        values = {
            _column(one.name): greatest(
                _as_number(exp.column(_PARTS[one.kind], "a"), one),
                compared("=", attribute, exp.Literal.string(one.name)),
            )
            for one in asked
        }
        if there:
            values |= {
                _there(one.name): greatest(
                    exp.Literal.number(1), compared("=", attribute, exp.Literal.string(one.name))
                )
                for one in asked
            }
        kept = [record(column.name) for column in tables.OCCURRENCES.columns]
        here = [compared("=", exp.column(key, "a"), record(key)) for key in ("patient", "occurrence")]
        query = (
            exp.select(*kept, *(exp.alias_(value, one) for one, value in values.items()))
            .from_(exp.alias_(exp.to_table(tables.OCCURRENCES.name), "r", table=True))
            .join(
                exp.alias_(exp.to_table(tables.ATTRIBUTES.name), "a", table=True),
                on=both(*here),
                join_type="left",
            )
            .where(compared("=", record("fact"), exp.Literal.string(event)))
            .group_by(*[one.copy() for one in kept])
        )
        self.plan.reduce(
            Reduction(name, query, (f"Occurrences of {event} with the attributes asked of them",))
        )

    def _formulas(self, fact: Fact) -> Columnwise[exp.Expr]:
        kinds = {one.name: one.kind for one in fact.attributes}

        def part(name: str) -> exp.Expr:
            if fact.kind != "event":
                return record("choice" if name == "value" else name)
            if name not in kinds:
                return exp.null()
            column = record(_column(name))
            return compared("=", column, exp.Literal.number(1)) if kinds[name] == "yes_no" else column

        def number(name: str) -> Quantity[exp.Expr]:
            if fact.kind == "event":
                return Quantity(part(name))
            if name == "value":
                return Quantity(record("low"), record("high"))
            limit = record(_SAMPLE[name])
            anything = exp.Neg(this=INFINITE)
            return Quantity(case((compared("<", limit, INFINITE), limit), (is_known(limit), anything)), limit)

        outer = self.judging.formulas
        return Columnwise(outer.algebra, evolve(outer.names, part=part, part_number=number), outer.bounds)


def _as_number(value: exp.Expr, attribute: Attribute) -> exp.Expr:
    """A truth as 1 or 0, for not every engine takes the greatest of truths."""
    if attribute.kind != "yes_no":
        return value
    one, none = exp.Literal.number(1), exp.Literal.number(0)
    return exp.Case(ifs=[exp.If(this=value, true=one), exp.If(this=exp.Not(this=value.copy()), true=none)])


def _column(attribute: str) -> str:
    return f"with_{attribute}"


def _there(attribute: str) -> str:
    return f"has_{attribute}"


def _asked(where: Formula | None, event: Fact) -> tuple[Attribute, ...]:
    """The attributes of an event that a filter asks of, each once."""
    if where is None:
        return ()
    names: set[str] = set()
    for node in preorder(where):
        match node:
            case Item(part) | ItemTruth(part) | OneOf(part, _, True):
                names.add(part)
            case _:
                pass
    return tuple(one for one in event.attributes if one.name in names)
