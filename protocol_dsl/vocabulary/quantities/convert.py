"""Exact conversion between units, and why two units do not convert."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

import attrs

from protocol_dsl.vocabulary.quantities.dimension import DIMENSIONLESS, Dimension
from protocol_dsl.vocabulary.quantities.errors import UnitError
from protocol_dsl.vocabulary.quantities.ucum import split_symbol, term_magnitude

if TYPE_CHECKING:
    from protocol_dsl.vocabulary.quantities.unit import Unit

_AMOUNT = Dimension.of(mol=1)
_MASS_PER_AMOUNT = Dimension.of(g=1, mol=-1)
_D_DIMER = frozenset({"{FEU}", "{DDU}"})


class Incommensurable(UnitError):  # noqa: N818 - says what is wrong, as all complaints here do
    """No factor leads from the unit `from_` to the unit `to`: `reason` says why, `fix` what to write."""

    def __init__(self, from_: Unit, to: Unit, reason: str, fix: str) -> None:
        super().__init__(from_, to, reason, fix)
        self.from_ = from_
        self.to = to
        self.reason = reason
        self.fix = fix

    @property
    def by_surface(self) -> bool:
        """Whether a body surface alone lies between the two, as between `mL/min` and `mL/min/1.73m2`."""
        return self.from_.dimension / self.to.dimension in (_SURFACE, _SURFACE**-1)

    @property
    def by_molar_mass(self) -> bool:
        """Whether a molar mass alone lies between the two, as between `mg/dL` and `mmol/L`."""
        return (self.reason, self.fix) == _NEEDS_MOLAR_MASS

    def __str__(self) -> str:
        return f"`{self.from_}` does not convert to `{self.to}`: {self.reason}; {self.fix}"


@attrs.frozen
class Conversion:
    """The exact map `x -> x * scale + offset` from values in one unit to values in another."""

    scale: Fraction
    offset: Fraction = Fraction(0)

    def __call__(self, value: Fraction) -> Fraction:
        """`value` converted, exactly."""
        return value * self.scale + self.offset


def conversion(from_: Unit, to: Unit, molar_mass: Fraction | None = None) -> Conversion:
    """The exact conversion between two units.

    Args:
        molar_mass: in g/mol, lets mass and amount of substance convert, inside larger units too.

    Raises:
        Incommensurable: the units measure different things.
    """
    trade = _mass_for_amount(from_, to)
    refusal = _refusal(from_, to, trade, molar_mass)
    if refusal is not None:
        raise Incommensurable(from_, to, *refusal)
    bridge = Fraction(1) if trade == 0 or molar_mass is None else molar_mass ** -(trade or 0)
    return Conversion(from_.factor * bridge / to.factor, (from_.offset - to.offset) / to.factor)


def convert(value: Fraction, from_: Unit, to: Unit, molar_mass: Fraction | None = None) -> Fraction:
    """`value`, given in `from_`, as a number in `to`. Arguments and errors as for `conversion`."""
    return conversion(from_, to, molar_mass)(value)


def commensurable(a: Unit, b: Unit, molar_mass: Fraction | None = None) -> bool:
    """True if `conversion` would succeed."""
    return _refusal(a, b, _mass_for_amount(a, b), molar_mass) is None


def _mass_for_amount(from_: Unit, to: Unit) -> int | None:
    """How many times gram must turn into mole between the two; None if that does not bridge them."""
    gap = from_.dimension / to.dimension
    grams = gap.exponent("g")
    return grams if gap == _MASS_PER_AMOUNT**grams else None


def dividend(unit: Unit) -> Dimension:
    """What stands above the line of a unit: mass for `mg/g`, amount for `mmol/mol`, nothing for `%`."""
    return prod(
        (term_magnitude(term).dimension for term in unit.terms if term.exponent > 0), start=DIMENSIONLESS
    )


def d_dimer_scales(unit: Unit) -> frozenset[str]:
    """Which of the two scales of D-dimer, `{FEU}` and `{DDU}`, the unit names."""
    return _D_DIMER & {term.annotation for term in unit.terms}


def _refusal(from_: Unit, to: Unit, trade: int | None, molar_mass: Fraction | None) -> tuple[str, str] | None:
    """The reason and the fix, None if the units convert."""
    if trade is None:
        return _different(from_, to)
    if trade and molar_mass is None:
        return _NEEDS_MOLAR_MASS
    if trade and molar_mass is not None and molar_mass <= 0:
        return f"a molar mass of {molar_mass} g/mol is not possible", "declare a `molar_mass` above zero"
    if _amount_against_fraction(from_, to):
        return _AMOUNT_RATIO
    kinds = _named_kind(from_), _named_kind(to)
    if kinds[0] != kinds[1]:
        return _other_kind(from_, to, *kinds)
    scales = d_dimer_scales(from_), d_dimer_scales(to)
    return _TWO_SCALES if all(scales) and scales[0] != scales[1] else None


def _named_kind(unit: Unit) -> str:
    """What the special names in a unit say it counts or measures, where its dimension does not: `Bq` and `Hz` are both
    one per second."""
    symbols = (split_symbol(term.symbol) for term in unit.terms)
    kinds = {_KINDS[symbol.atom] for symbol in symbols if symbol is not None and symbol.atom in _KINDS}
    return " and ".join(sorted(kinds))


def _other_kind(from_: Unit, to: Unit, own: str, other: str) -> tuple[str, str]:
    reason = f"{own or f'`{from_}`'} is not {other or f'`{to}`'}, though one dimension holds both"
    return reason, "use a unit of the same kind"


def _amount_against_fraction(from_: Unit, to: Unit) -> bool:
    plain = from_.dimension.dimensionless or to.dimension.dimensionless
    if not plain or not from_.terms or not to.terms:
        return False
    return (dividend(from_) == _AMOUNT) != (dividend(to) == _AMOUNT)


def _different(from_: Unit, to: Unit) -> tuple[str, str]:
    reason = f"{from_.dimension} is not {to.dimension}"
    gap = from_.dimension / to.dimension
    axes = {axis for axis, _ in gap.exponents}
    for axis, fix in _FIXES.items():
        if axis in axes:
            return reason, fix
    if any(axis.startswith("[") for axis in axes):
        return reason, "arbitrary units convert only to themselves: use one of the two units throughout"
    if gap in (_SURFACE, _SURFACE**-1):
        return reason, "the two differ by a body surface: multiply or divide by it"
    return reason, f"use a unit of {to.dimension}"


_KINDS = {
    "Bq": "radioactivity", "Ci": "radioactivity", "Hz": "a frequency of waves",
    "Gy": "absorbed dose", "RAD": "absorbed dose", "Sv": "dose equivalent", "REM": "dose equivalent",
}  # fmt: skip
_SURFACE = Dimension.of(m=2)
_NEEDS_MOLAR_MASS = (
    "mass and amount of substance are related only through a molar mass",
    "declare `molar_mass … g/mol` for the fact, or use one of the two units throughout",
)
_AMOUNT_RATIO = (
    "a ratio of amounts of substance is not a plain fraction (haemoglobin A1c in mmol/mol and in % differ by"
    " more than a factor)",
    "use one of the two units throughout",
)
_TWO_SCALES = ("the two D-dimer scales differ by about a factor of two", "use one of them throughout")
_FIXES = {
    "eq": "equivalents depend on the charge of the ion: use the unit the fact is declared in",
    "osm": "osmoles depend on dissociation: use the unit the fact is declared in",
    "[iU]": "international units are defined for each substance (an enzyme's `IU/L` usually means `U/L`)"
    ": use one of the two units throughout",
}
