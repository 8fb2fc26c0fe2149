"""One fact declaration: its kind, unit, range and reading, checked and made into the fact back ends read."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import assert_never

import attrs

from protocol_dsl.diagnostics import Collector
from protocol_dsl.ir.facts import SERIES, Attribute, Code, Fact, FactKind, Plausible, RecordUnit
from protocol_dsl.semantics.durations import whole_duration
from protocol_dsl.semantics.errors.names import ReservedAttribute
from protocol_dsl.semantics.errors.types import ChoicesRepeated, EmptyRange, UnfitClause
from protocol_dsl.semantics.errors.units import IncommensurableUnits
from protocol_dsl.semantics.units import ONE, read_unit, record_units
from protocol_dsl.syntax.nodes import facts as syntax
from protocol_dsl.syntax.nodes import words
from protocol_dsl.vocabulary import quantities
from protocol_dsl.vocabulary.quantities import Unit

NUMERIC: frozenset[FactKind] = frozenset({"number", "lab", "measure"})
CHOICE: frozenset[FactKind] = frozenset({"choice", "set", "finding"})
KIND_WORDS: dict[FactKind, str] = {
    "yes_no": "a yes/no fact",
    "number": "a number",
    "choice": "a choice",
    "set": "a set of choices",
    "date": "a date",
    "lab": "a lab",
    "measure": "a measure",
    "finding": "a finding",
    "event": "an event",
}


def declare_fact(node: syntax.Fact, found: Collector) -> Fact:
    """The fact a declaration stands for; what is wrong with it goes to `found` and the clause is left out."""
    fact = _of_kind(node, found)
    unit = _unit(node.kind, found)
    mass = _molar_mass(node.clauses, found)
    fact = attrs.evolve(
        fact,
        unit=unit.code,
        unit_text="" if unit == ONE else unit.text or unit.code,
        molar_mass=mass,
        units=record_units(unit, mass) if fact.kind in NUMERIC else (),
        codes=tuple(_codes(node.clauses)),
        plausible=_plausible(node, fact, unit, mass, found),
        closed=any(isinstance(clause, syntax.Absent) for clause in node.clauses),
        valid=_valid(node.clauses, found),
        value_sets=tuple(each.value_set.text for each in node.clauses if isinstance(each, syntax.CodeSet)),
        notes=tuple(each.text.text for each in node.clauses if isinstance(each, syntax.Note)),
    )
    found.extend(_unfit_clauses(node, fact.kind))
    return fact


def _of_kind(node: syntax.Fact, found: Collector) -> Fact:
    label = node.label.text if node.label else node.name.text.replace("_", " ")
    match node.kind:
        case syntax.KindYesNo():
            kind: FactKind = "yes_no"
        case syntax.KindNumber():
            kind = "number"
        case syntax.KindChoice():
            kind = "choice"
        case syntax.KindSet():
            kind = "set"
        case syntax.KindDate():
            kind = "date"
        case syntax.KindLab():
            kind = "lab"
        case syntax.KindMeasure():
            kind = "measure"
        case syntax.KindFinding():
            kind = "finding"
        case syntax.KindEvent():
            kind = "event"
        case _:
            assert_never(node.kind)
    return Fact(
        node.name.text,
        kind,
        label,
        choices=_choices(getattr(node.kind, "choices", ()), found),
        ordered=getattr(node.kind, "ordered", False),
        attributes=tuple(
            _attribute(each, node.name.text, found) for each in getattr(node.kind, "attributes", ())
        ),
        span=node.name.span,
    )


def _choices(names: Iterable[words.Name], found: Collector) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for name in names:
        if name.text in seen:
            found.add(ChoicesRepeated(name.span, name.text))
        seen[name.text] = None
    return tuple(seen)


_TIMES = ("on", "from", "to", "ongoing")
"""What a record calls the time of an occurrence."""


def _attribute(node: syntax.Attribute, fact: str, found: Collector) -> Attribute:
    if node.name.text in _TIMES:
        found.add(ReservedAttribute(node.name.span, node.name.text, fact))
    match node.kind:
        case syntax.KindYesNo():
            return Attribute(node.name.text, "yes_no")
        case syntax.KindChoice():
            return Attribute(node.name.text, "choice", choices=_choices(node.kind.choices, found))
        case syntax.KindNumber():
            unit = read_unit(node.kind.unit, found) or ONE
            return Attribute(node.name.text, "number", unit.code, units=record_units(unit, None))
        case _:
            assert_never(node.kind)


def _unit(kind: syntax.Kind, found: Collector) -> Unit:
    match kind:
        case syntax.KindNumber() | syntax.KindLab() | syntax.KindMeasure():
            return read_unit(kind.unit, found) or ONE
        case _:
            return ONE


def _molar_mass(clauses: Iterable[syntax.FactClause], found: Collector) -> Fraction | None:
    for clause in clauses:
        if isinstance(clause, syntax.MolarMass):
            unit = read_unit(clause.quantity.unit, found)
            if unit is None:
                return None
            grams = quantities.parse_unit("g/mol")
            if not quantities.commensurable(unit, grams):
                text = clause.quantity.unit.text if clause.quantity.unit else "no unit"
                reason, fix = "a molar mass is in g/mol", "write it in `g/mol`"
                found.add(IncommensurableUnits(clause.span, text, "g/mol", reason, fix))
                return None
            return quantities.convert(clause.quantity.number.value, unit, grams)
    return None


def _plausible(
    node: syntax.Fact, fact: Fact, unit: Unit, mass: Fraction | None, found: Collector
) -> Plausible | None:
    for clause in node.clauses:
        if isinstance(clause, syntax.Plausible) and fact.kind in NUMERIC:
            low = _in_fact_unit(clause.low, clause.unit, unit, mass, found)
            high = _in_fact_unit(clause.high, clause.unit, unit, mass, found)
            own = clause.step_unit or clause.unit
            step = clause.step and _in_fact_unit(clause.step, own, unit, mass, found)
            if low is None or high is None:
                return None
            if low >= high:
                found.add(EmptyRange(clause.span, clause.low.text, clause.high.text))
                return None
            return Plausible(low, high, step or None)
    return None


def _in_fact_unit(
    number: words.Numeral, written: words.Unit | None, unit: Unit, mass: Fraction | None, found: Collector
) -> Fraction | None:
    """A number in the fact's own unit; one without a unit already is."""
    if written is None:
        return number.value
    own = read_unit(written, found)
    if own is None:
        return None
    try:
        return quantities.convert(number.value, own, unit, mass)
    except quantities.Incommensurable as no:
        found.add(IncommensurableUnits(written.span, written.text, str(unit.code), no.reason, no.fix))
        return None


def _codes(clauses: Iterable[syntax.FactClause]) -> Iterable[Code]:
    for clause in clauses:
        if isinstance(clause, syntax.Code):
            yield Code(clause.system.text, clause.code.text, clause.unit.text if clause.unit else None)


def _valid(clauses: Iterable[syntax.FactClause], found: Collector):  # type: ignore[no-untyped-def]
    for clause in clauses:
        if isinstance(clause, syntax.Valid):
            return whole_duration(clause.duration, found)
    return None


_FITS: dict[type, frozenset[FactKind]] = {
    syntax.Plausible: NUMERIC,
    syntax.Normal: frozenset({"lab"}),
    syntax.MolarMass: NUMERIC,
    syntax.Valid: SERIES,
    syntax.Absent: frozenset({"event", "yes_no"}),
}
_CLAUSE_WORDS: dict[type, str] = {
    syntax.Plausible: "plausible",
    syntax.Normal: "normal",
    syntax.MolarMass: "molar_mass",
    syntax.Valid: "valid",
    syntax.Absent: "absent if not recorded",
}


def _unfit_clauses(node: syntax.Fact, kind: FactKind) -> Iterable[UnfitClause]:
    for clause in node.clauses:
        if kind not in _FITS.get(type(clause), frozenset({kind})):
            yield UnfitClause(clause.span, _CLAUSE_WORDS[type(clause)], KIND_WORDS[kind])


def record_unit_names(units: tuple[RecordUnit, ...]) -> tuple[str, ...]:
    """The spellings alone, for did-you-mean."""
    return tuple(unit.text for unit in units)
