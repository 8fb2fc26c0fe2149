"""Doses for the runtime: amounts with what they are worked out from, in the units the formulas want."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from attrs import evolve

from protocol_dsl.ir import schedule as ir
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.schedule import program as made
from protocol_dsl.vocabulary.quantities import UnitError, conversion, parse_unit

Role = Literal["weight", "height", "gfr"]
_UNITS: dict[Role, str] = {"weight": "kg", "height": "cm", "gfr": "mL/min"}
_NAMES: dict[Role, tuple[str, ...]] = {
    "weight": ("weight", "body_weight"),
    "height": ("height", "body_height"),
    "gfr": ("gfr", "creatinine_clearance", "crcl", "egfr"),
}
_ROLES: dict[str, tuple[Role, ...]] = {"kg": ("weight",), "m2": ("weight", "height"), "AUC": ("gfr",)}
_SURFACES = ("mosteller", "du_bois")


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
        surface = amount.using if amount.using in _SURFACES else ""
        if surface:
            amount = evolve(amount, using=None)
        inputs = tuple(self._input(role, amount) for role in _ROLES.get(amount.basis or "", ()))
        return made.Amount(amount.low, amount.high, amount.unit, amount.basis or "", inputs, surface or "")

    def _input(self, role: Role, amount: ir.Amount) -> made.Input:
        named = (amount.using,) if amount.using and (role != "height") else ()
        for name in (*named, *_NAMES[role]):
            fact = self._facts.get(name or "")
            scale = None if fact is None else _scale(fact, _UNITS[role])
            if fact is not None and scale is not None:
                return made.Input(role, fact.name, scale, fact.valid, amount.using_at or "")
        return made.Input(role, "", at=amount.using_at or "")


def _scale(fact: Fact, unit: str) -> Fraction | None:
    """What makes a value of the fact one in `unit`; None where its unit measures something else."""
    try:
        found = conversion(parse_unit(fact.unit_text or fact.unit), parse_unit(unit))
    except UnitError:
        return None
    return None if found.offset else found.scale


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
