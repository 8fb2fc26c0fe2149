"""Doses recorded held against doses planned, exactly, each in its own unit."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from protocol_dsl.runtime.conformance.happened import DoseUnits, Event
from protocol_dsl.runtime.schedule.doses import Given, quantity
from protocol_dsl.runtime.schedule.program import Step
from protocol_dsl.runtime.schedule.ruling import Ruling


class Weighed(NamedTuple):
    """What came of a comparison: `right`, wrong (False) or not known (None), and why."""

    right: bool | None
    reason: str = ""


RIGHT = Weighed(True)


def weigh_dose(event: Event, planned: Given, rounded: bool, scales: Scales, tolerance: Fraction) -> Weighed:
    """Whether a recorded dose is the planned one, a range with both its ends, `tolerance` (a share) apart. A dose that
    was worked out (`rounded`) may be recorded to fewer digits. What the protocol states no number for is right."""
    if planned.missing:
        lacking = ", ".join(name.replace("_", " ") for name in planned.missing)
        return Weighed(None, f"the dose cannot be worked out: no {lacking} is known")
    if planned.low is None or planned.high is None:
        return RIGHT
    if planned.unit == "% of the total":
        return Weighed(None, "the dose is planned as a share of a total that is not recorded")
    if event.dose is None:
        return Weighed(None, "no dose that can be read is recorded")
    scale = scales.find(event.unit, planned.unit)
    if scale is None:
        said = (
            f"the unit `{event.unit}` does not convert to"
            if event.unit
            else "no unit is recorded; planned in"
        )
        return Weighed(None, f"{said} {planned.unit or 'a plain number'}")
    given, low, high = event.dose if scale == 1 else event.dose * scale, planned.low, planned.high
    if tolerance:
        low, high = low * (1 - tolerance), high * (1 + tolerance)
    if rounded:
        low, high = low - event.half * scale, high + event.half * scale
    if low <= given <= high:
        return RIGHT
    share = "" if not planned.low else _off(given, planned)
    return Weighed(False, f"{quantity(given, planned.unit)} given, {planned.text} planned{share}")


def _off(given: Fraction, planned: Given) -> str:
    nearest = planned.low if planned.low is not None and given < planned.low else planned.high
    if not nearest:
        return ""
    percent = (given - nearest) / nearest * 100
    return f" ({float(percent):+.3g} %)"


class Scales:
    """What makes amounts in one unit amounts in another."""

    def __init__(self, units: DoseUnits) -> None:
        self._units = units
        self._known: dict[tuple[str, str], Fraction | None] = {}

    def find(self, unit: str, wanted: str) -> Fraction | None:
        """The factor; None for a unit that is not known to convert."""
        key = unit, wanted
        if key not in self._known:
            self._known[key] = self._found(unit, wanted)
        return self._known[key]

    def _found(self, unit: str, wanted: str) -> Fraction | None:
        if _bare(unit) == _bare(wanted):
            return Fraction(1)
        known = self._units.get(wanted, {})
        for alike in (_bare, _caseless):
            factors = {factor for text, factor in known.items() if alike(text) == alike(unit)}
            if len(factors) == 1:
                return Fraction(*factors.pop())
        return Fraction(1) if unit and _caseless(unit) == _caseless(wanted) else None


def _bare(unit: str) -> str:
    # Both micro signs look alike and mean the same; blanks carry nothing.
    return "".join(unit[:80].split()).replace("µ", "u").replace("μ", "u").replace("*", "^")


def _caseless(unit: str) -> str:
    return _bare(unit).casefold()


def is_rounded(step: Step, found: Ruling) -> bool:
    """Whether a dose is worked out rather than read off."""
    return found.factor != 1 or step.dose.shared_by > 1 or is_sized(step)


def is_sized(step: Step) -> bool:
    """Whether a dose hangs on the patient's body."""
    dose = step.dose
    amounts = (dose.amount, *dose.levels, *(band.amount for band in dose.bands))
    return any(one is not None and one.basis for one in amounts)
