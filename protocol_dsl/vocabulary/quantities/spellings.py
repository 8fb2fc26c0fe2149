"""What a record of a given unit may be written in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from protocol_dsl.vocabulary.quantities.clinical import clinical_spellings
from protocol_dsl.vocabulary.quantities.convert import (
    Conversion,
    commensurable,
    conversion,
    d_dimer_scales,
    dividend,
)
from protocol_dsl.vocabulary.quantities.dimension import DIMENSIONLESS, Dimension
from protocol_dsl.vocabulary.quantities.reading import read_unit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from protocol_dsl.vocabulary.quantities.unit import Unit


def spellings_for(unit: Unit, molar_mass: Fraction | None = None) -> tuple[tuple[str, Conversion], ...]:
    """Every clinical spelling in which a record of `unit` may arrive, with the exact conversion into `unit`.

    The unit's own spelling and code come first; each spelling stands once. `molar_mass` is in g/mol.

    Where UCUM would convert but a laboratory would not, the spelling is left out: a named pure number such as
    `{INR}` takes that name and `1` only (in `%` it is another test, not the same one a hundredfold), a ratio
    takes ratios of its own kind (`mg/g` no `%`), and D-dimer scales keep to themselves. A plain number takes no `%`
    either: an INR of "1.8 %" is a slip, and a fraction of 1.8 % is to be declared in `%`.
    """
    own = {spelling: unit for spelling in (unit.text, unit.code) if spelling}
    listed = _by_kind().get(_kind(unit), {})
    return tuple(
        (spelling, conversion(candidate, unit, molar_mass))
        for spelling, candidate in {**own, **listed, **own}.items()
        if commensurable(candidate, unit, molar_mass) and _same_test(candidate, unit)
    )


def everyday(code: str) -> str:
    """A UCUM code as people type it: `mL/min/1.73m2`, `10^9/L`."""
    return code.replace("{1.73_m2}", "1.73m2").replace("10*", "10^")


@cache
def _by_kind() -> Mapping[Dimension, Mapping[str, Unit]]:
    """The clinical spellings by their kind, each kind in the order of the list."""
    kinds: dict[Dimension, dict[str, Unit]] = {}
    for spelling in clinical_spellings():
        unit = read_unit(spelling)
        kinds.setdefault(_kind(unit), {})[spelling] = unit
    return kinds


def _kind(unit: Unit) -> Dimension:
    """What a unit measures, mass and amount of substance taken for one: no unit converts into another kind."""
    return Dimension(
        (
            *((axis, n) for axis, n in unit.dimension.exponents if axis not in {"g", "mol"}),
            ("g", unit.dimension.exponent("g") + unit.dimension.exponent("mol")),
        )
    )


def _same_test(candidate: Unit, unit: Unit) -> bool:
    if not d_dimer_scales(candidate) <= d_dimer_scales(unit):
        return False
    if not unit.dimension.dimensionless:
        return True
    if not unit.terms and candidate.factor != 1:
        return False
    if candidate.is_annotation or unit.is_annotation:
        return candidate.terms == unit.terms or not candidate.terms or not unit.terms
    above, wanted = dividend(candidate), dividend(unit)
    if above == wanted:
        return True
    # A percentage is a ratio of like to like, but not one of milligrams to grams.
    ratio = unit if above.dimensionless else candidate
    return DIMENSIONLESS in (above, wanted) and ratio.factor == 1
