"""Exact conversion between units, and why two units do not convert."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from protocol_dsl.vocabulary.quantities.dimension import DIMENSIONLESS, Dimension
from protocol_dsl.vocabulary.quantities.errors import UnitError
from protocol_dsl.vocabulary.quantities.ucum import term_magnitude

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


def _refusal(from_: Unit, to: Unit, trade: int | None, molar_mass: Fraction | None) -> tuple[str, str] | None:
    """The reason and the fix, None if the units convert."""
    if trade is None:
        return _different(from_, to)
    if trade and molar_mass is None:
        return (
            "mass and amount of substance are related only through a molar mass",
            "declare `molar_mass … g/mol` for the fact, or use one of the two units throughout",
        )
    if trade and molar_mass is not None and molar_mass <= 0:
        return f"a molar mass of {molar_mass} g/mol is not possible", "declare a `molar_mass` above zero"
    if (
        len({note for unit in (from_, to) for term in unit.terms if (note := term.annotation) in _D_DIMER})
        > 1
    ):
        return "the two D-dimer scales differ by about a factor of two", "use one of the two units throughout"
    if _counts_moles(from_) != _counts_moles(to) and from_.dimension.dimensionless:
        return (
            "a ratio of amounts of substance is not a plain fraction (haemoglobin A1c in mmol/mol and in %"
            " differ by more than a factor)",
            "use one of the two units throughout",
        )
    return None


def _different(from_: Unit, to: Unit) -> tuple[str, str]:
    reason = f"{from_.dimension} is not {to.dimension}"
    axes = {axis for unit in (from_, to) for axis, _ in unit.dimension.exponents}
    if "eq" in axes:
        return reason, "equivalents depend on the charge of the ion: use the unit the fact is declared in"
    if "osm" in axes:
        return reason, "osmoles depend on dissociation: use the unit the fact is declared in"
    if any(axis.startswith("[") for axis in axes):
        return reason, "arbitrary units convert only to themselves: use one of the two units throughout"
    return reason, f"use a unit of {to.dimension}"


def _counts_moles(unit: Unit) -> bool:
    """True for a pure number that is an amount over an amount, such as mmol/mol."""
    if not unit.dimension.dimensionless:
        return False
    above = DIMENSIONLESS
    for term in unit.terms:
        if term.exponent > 0:
            above = above * term_magnitude(term).dimension
    return above == _AMOUNT
