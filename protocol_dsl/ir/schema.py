"""What the reader of patient records needs to know of a protocol's facts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from protocol_dsl.ir.facts import Attribute, Fact, RecordUnit
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.schema import AttributeSchema, FactSchema, Schema, UnitFactors


def schema_of(protocol: Protocol) -> Schema:
    """The facts by name (built-in ones included), the declared anchors, and the questions of a protocol."""
    return Schema(
        facts={fact.name: fact_schema(fact) for fact in protocol.facts},
        anchors=tuple(anchor.name for anchor in protocol.anchors),
        questions={question.id: question.text for question in protocol.questions},
    )


def fact_schema(fact: Fact) -> FactSchema:
    """One fact, with its plausible range as the nearest doubles and its units as whole-number factors."""
    written = _written(fact.unit_text, fact.unit)
    return FactSchema(
        name=fact.name,
        kind=fact.kind,
        label=fact.label,
        unit=written,
        units=_factors(fact.units, fact.unit, written),
        choices=fact.choices,
        low=float(fact.plausible.low) if fact.plausible else None,
        high=float(fact.plausible.high) if fact.plausible else None,
        closed=fact.closed,
        attributes=tuple(_attribute(attribute) for attribute in fact.attributes),
        builtin=fact.builtin,
    )


def _attribute(attribute: Attribute) -> AttributeSchema:
    written = _written("", attribute.unit)
    return AttributeSchema(
        name=attribute.name,
        kind=attribute.kind,
        unit=written,
        units=_factors(attribute.units, attribute.unit, written),
        choices=attribute.choices,
    )


def _written(text: str, unit: str) -> str:
    return text or ("" if unit == "1" else unit)


def _factors(units: Iterable[RecordUnit], code: str, written: str) -> UnitFactors:
    """Accepted unit texts; the fact's own UCUM code is one of them, whatever the author wrote for it."""
    own = [] if code in {"1", written} else [RecordUnit(code, Fraction(1))]
    return {unit.text: _whole(unit) for unit in (*own, *units)}


def _whole(unit: RecordUnit) -> tuple[int, int, int, int]:
    return (unit.scale.numerator, unit.scale.denominator, unit.offset.numerator, unit.offset.denominator)
