"""Units as the author wrote them, looked up once each, with a diagnostic in place of an exception."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from protocol_dsl.diagnostics import Collector
from protocol_dsl.ir.facts import RecordUnit
from protocol_dsl.semantics.errors.units import UnknownUnit
from protocol_dsl.syntax.nodes import words
from protocol_dsl.vocabulary import quantities
from protocol_dsl.vocabulary.quantities import ONE, Unit

_parse = lru_cache(maxsize=4096)(quantities.parse_unit)
__all__ = ["ONE", "read_unit", "record_units"]


def read_unit(unit: words.Unit | None, found: Collector) -> Unit | None:
    """The unit written, `ONE` when none is, `None` (and a diagnostic) when it is no unit."""
    if unit is None:
        return ONE
    try:
        return _parse(unit.text)
    except quantities.UnknownUnit as complaint:
        found.add(UnknownUnit(unit.span, unit.text, complaint.reason, complaint.suggestions))
        return None


@lru_cache(maxsize=1024)
def record_units(unit: Unit, molar_mass: Fraction | None) -> tuple[RecordUnit, ...]:
    """Every spelling a record may use for a value of a fact in `unit`, with its exact conversion."""
    return tuple(
        RecordUnit(text, conversion.scale, conversion.offset)
        for text, conversion in quantities.spellings_for(unit, molar_mass)
    )
