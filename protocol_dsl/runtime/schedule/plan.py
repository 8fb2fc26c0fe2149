"""The planned calendar of an arm: every administration, visit and assessment that the protocol alone foresees."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from protocol_dsl.runtime.schedule.clock import study_day, window_of
from protocol_dsl.runtime.schedule.doses import Body, Given, dose_of
from protocol_dsl.runtime.schedule.dosing import Dosing
from protocol_dsl.runtime.schedule.layout import Anchors
from protocol_dsl.runtime.schedule.program import ROLE_UNITS, Cycles, Dose, Input, Line, Program, Role, Step
from protocol_dsl.runtime.schedule.recurrence import Clock
from protocol_dsl.runtime.schedule.slots import Dosed, Plan, Slot, Status
from protocol_dsl.runtime.schedule.visits import Visiting

_ROLES: dict[Role, str] = {
    "weight": "weight",
    "height": "height",
    "surface": "body surface",
    "gfr": "filtration rate",
}
_SIZES: dict[str, str] = {role: f"{_ROLES[role]} in {unit}" for role, unit in ROLE_UNITS.items()}


def calendar_of(
    program: Program, arm: str, anchors: Anchors, until: int | None = None, body: Body | None = None
) -> Plan:
    """The planned calendar of `arm`.

    `anchors` gives day numbers by name, day 1's among them. `until` is the last day to plan; without it, open-ended
    runs are planned to the last day that anything bounded falls on. `body` (weight in kg, height in cm, surface in m²,
    gfr in mL/min) sizes doses that need it. Raises ScheduleError for an unknown arm or no day 1.
    """
    dosing = Dosing(program, program.arm(arm), anchors)
    visiting = Visiting(dosing)
    if until is not None:
        dosing.cut = dosing.horizon = until
    else:
        dosing.horizon = max(dosing.last_bounded(), visiting.last_bounded())
    slots = [
        slot
        for line, clock, block in dosing.lines()
        for slot in _line_slots(dosing, line, clock, block, body or {})
    ]
    slots += visiting.slots()
    chosen = dosing.program.arm(arm)
    return Plan(chosen.name, chosen.label, dosing.day_one, dosing.horizon, tuple(sorted(slots, key=_order)))


def _order(slot: Slot) -> tuple[bool, int, bool]:
    # A stable sort: visits after doses, an undated thing last.
    return slot.day is None, slot.day or 0, slot.verb in {"visit", "assess"}


def _line_slots(
    dosing: Dosing, line: Line, clock: Clock | None, block: Cycles | None, body: Body
) -> Iterator[Slot]:
    @cache
    def sized(step: Step) -> tuple[str, str, str]:
        """The dose of a step, how it was worked out, and its rules."""
        dose = planned_dose(step.dose, body)
        return dose.text, how_sized(dose), "; ".join(rule.text for rule in step.rules if rule.text)

    doses = dosing.of_line(line, clock, block)
    status: Status = "permitted" if line.permitted else "planned"
    for one in doses:
        yield _slot(dosing, line, one, *sized(one.step), status)
    if not doses:
        dose, lack, _ = sized(line.steps[0])
        note = dosing.why_undated(line, clock)
        undated: Status = "permitted" if line.permitted else "undated"
        yield Slot(
            line.id, dosing.arm.name, line.what, line.label, line.verb, None, None,
            dose=dose, dose_note=lack, status=undated, note=note, text=line.text,
        )  # fmt: skip


def _slot(
    dosing: Dosing, line: Line, one: Dosed, dose: str, dose_note: str, rules: str, status: Status
) -> Slot:
    due = one.due
    first, last = window_of(due.day, one.step.window)
    if due.spare and last is None:
        first, last = due.day, due.day + due.spare
    return Slot(
        one.id, dosing.arm.name, line.what, line.label, line.verb,
        study_day(due.day, dosing.day_one, dosing.program.numbered_from), due.day, first, last,
        dose, dose_note, status, one.open_ended, one.cycle, due.minute, "", rules, line.text,
    )  # fmt: skip


def planned_dose(dose: Dose, body: Body) -> Given:
    """The dose as planned; bands are for the patient's state on the day, so here they stand in words."""
    if dose.bands:
        return Given(text=dose.text)
    amount = dose.amount or next(iter(dose.levels), None)
    if amount is not None and amount.basis == "m2" and "surface" in body:
        amount = amount._replace(inputs=(Input("surface", "as_given"),))
    lacking = () if amount is None else tuple(one.role for one in amount.inputs if one.role not in body)
    return dose_of(dose, amount, body)._replace(missing=lacking)


def how_sized(dose: Given) -> str:
    """How a dose was worked out, or what it is to be worked out from."""
    if dose.missing:
        return f"to be worked out from {' and '.join(_SIZES[role] for role in dose.missing)}"
    return dose.how
