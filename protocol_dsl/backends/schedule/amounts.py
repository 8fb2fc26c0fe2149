"""Doses for the runtime: amounts with what they are worked out from, in the units the formulas want."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from protocol_dsl.ir import schedule as ir
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.sizing import FORMULAS, role_of, scale_of
from protocol_dsl.runtime.schedule import program as made
from protocol_dsl.vocabulary.quantities import UnitError, conversion, parse_unit, spellings_for

_NAMES: dict[made.Role, tuple[str, ...]] = {
    "weight": ("weight", "body_weight"),
    "height": ("height", "body_height"),
    "gfr": ("gfr", "creatinine_clearance", "crcl", "egfr"),
}
_ROLES: dict[str, tuple[made.Role, ...]] = {"kg": ("weight",), "m2": ("weight", "height"), "AUC": ("gfr",)}


class Sizing:
    """Makes doses of one protocol. What a dose is worked out from is the fact it names with `using`, else the fact of
    the customary name that has a fitting unit."""

    def __init__(self, protocol: Protocol) -> None:
        self._facts = {fact.name: fact for fact in protocol.facts}

    def dose(self, dose: ir.Dose, number: Callable[[Formula], int]) -> made.Dose:
        """A dose; `number` numbers the conditions of its bands."""
        amount = self._amount(dose.amount)
        return made.Dose(
            dose.text,
            amount,
            tuple(made.Band(self._sure(band.amount), number(band.when)) for band in dose.bands),
            None if dose.cap is None else _in_unit(self._sure(dose.cap), amount),
            dose.doses_per_day,
            tuple(self._sure(level) for level in dose.levels),
            dose.else_stop,
        )

    def _amount(self, amount: ir.Amount | None) -> made.Amount | None:
        return None if amount is None else self._sure(amount)

    def _sure(self, amount: ir.Amount) -> made.Amount:
        basis = amount.basis or ""
        surface = amount.using if amount.using in FORMULAS else ""
        fact = self._facts.get(amount.using or "")
        named = None if fact is None else role_of(fact, basis)
        roles = ("surface",) if named == "surface" else _ROLES.get(basis, ())
        inputs = tuple(self._input(role, amount, role == named) for role in roles)
        return made.Amount(amount.low, amount.high, amount.unit, basis, inputs, surface or "")

    def _input(self, role: made.Role, amount: ir.Amount, named: bool) -> made.Input:
        for name in (amount.using or "",) if named else _NAMES[role]:
            fact = self._facts.get(name)
            scale = None if fact is None else scale_of(fact, role)
            if fact is not None and scale is not None:
                return made.Input(role, fact.name, scale, fact.valid, amount.using_at or "")
        return made.Input(role, "", at=amount.using_at or "")


def _in_unit(cap: made.Amount, amount: made.Amount | None) -> made.Amount:
    """A cap in the unit that the amount comes out in."""
    if amount is None:
        return cap
    wanted = "mg" if amount.basis == "AUC" else amount.unit
    try:
        scale = conversion(parse_unit(cap.unit), parse_unit(wanted)).scale
    except UnitError:
        return cap
    return made.Amount(cap.low * scale, cap.high * scale, wanted)


def dose_units(program: made.Program) -> tuple[tuple[str, tuple[tuple[str, Fraction], ...]], ...]:
    """Every unit that a dose comes out in, with the other spellings of units that convert to it."""
    amounts = [amount for arm in program.arms for part in _lines(arm) for amount in _amounts(part)]
    units = dict.fromkeys(
        "mg" if one.basis == "AUC" else one.unit for one in amounts if one.basis != "total" and one.unit
    )
    return tuple((unit, tuple(_spelled(unit, units))) for unit in units)


def _lines(arm: made.Arm) -> Iterator[made.Line]:
    for part in (part for element in arm.elements for part in element.parts):
        yield from part.lines if isinstance(part, made.Cycles) else (part,)


def _amounts(line: made.Line) -> Iterator[made.Amount]:
    for step in line.steps:
        bands = (band.amount for band in step.dose.bands)
        yield from (one for one in (step.dose.amount, *step.dose.levels, *bands) if one is not None)


_COUNTS = ("cells", "10^3 cells", "10^6 cells", "10^8 cells", "10^9 cells")


def _spelled(unit: str, others: Iterable[str]) -> Iterator[tuple[str, Fraction]]:
    try:
        wanted = parse_unit(unit)
        known = {text: found.scale for text, found in spellings_for(wanted) if not found.offset}
    except UnitError:
        return
    if wanted.dimension.dimensionless:  # a share or a bare number is no dose of cells
        known = {}
    for other in (*others, *(_COUNTS if "cells" in unit else ())):
        try:
            found = conversion(parse_unit(other), wanted)
        except UnitError:
            continue
        if not found.offset:
            known.setdefault(other, found.scale)
    known.pop(unit, None)
    yield from known.items()
