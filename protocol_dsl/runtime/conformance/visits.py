"""Visits and assessments held against the plan."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from protocol_dsl.runtime.conformance.called import resettle
from protocol_dsl.runtime.conformance.completions import certain
from protocol_dsl.runtime.conformance.deviations import Deviation, Subject
from protocol_dsl.runtime.conformance.happened import Event, Happened
from protocol_dsl.runtime.conformance.matching import Reach, matched, reaches
from protocol_dsl.runtime.conformance.treatments import Treated
from protocol_dsl.runtime.schedule.slots import Slot
from protocol_dsl.runtime.schedule.visits import Visiting
from protocol_dsl.vocabulary.calendar import LAST_DAY

Days = dict[str, set[int | None]]
"""The days on which each planned visit may have taken place, by slot; None: it may have not."""


class Attended(NamedTuple):
    """Findings, and how many visits and assessments were held against the plan."""

    findings: tuple[Deviation, ...]
    visits: int
    assessments: int


class Attendance:
    """The visits and assessments of one patient. `cutoff` is the first day on which nothing is missed yet."""

    def __init__(self, patient: Happened, treated: Treated, slack: int, cutoff: int) -> None:
        self._patient, self._treated, self._slack, self._cutoff = patient, treated, slack, cutoff
        resettle(treated.calls, treated.real)
        visiting = Visiting(treated.calls.dosing)
        self._slots = list(visiting.slots())
        self._days: Days = {}

    def check(self) -> Attended:
        """Everything found."""
        found: list[Deviation] = []
        held = 0
        if self._patient.visits is not None:
            for what, slots in self._of("visit").items():
                held += sum(self._over(slot) for slot in slots)
                events = tuple(one for one in self._patient.visits if one.what == what)
                found += certain(events, partial(self._visits, slots), partial(_unsure, slots[0], "visit"))
        assessments = 0
        for what, slots in self._of("assess").items():
            events = self._patient.assessed.get(what, ())
            due = [slot for slot in slots if self._expected(slot)]
            if what in self._patient.assessed and due:
                assessments += sum(self._over(slot) for slot in due)
                found += certain(
                    events, partial(self._assessments, due), partial(_unsure, due[0], "assessment")
                )
        return Attended(tuple(found), held, assessments)

    def _of(self, verb: str) -> dict[str, list[Slot]]:
        found: dict[str, list[Slot]] = {}
        for slot in self._slots:
            if slot.verb == verb:
                found.setdefault(slot.what, []).append(slot)
        return found

    def _over(self, slot: Slot) -> bool:
        return slot.day is not None and self._reach(slot).last < self._cutoff

    def _visits(self, slots: list[Slot], events: tuple[Event, ...]) -> list[Deviation]:
        dated = sorted(
            (slot for slot in slots if slot.day is not None), key=lambda one: (one.day or 0, one.id)
        )
        pairs, extra = _paired(dated, [self._reach(slot) for slot in dated], events)
        for slot, event in pairs:
            self._days.setdefault(slot.id, set()).add(None if event is None else event.day)
        found = [
            one for slot, event in pairs for one in self._judged(slot, self._reach(slot), event, "visit")
        ]
        undated = next((slot for slot in slots if slot.day is None), None)
        for event in extra:
            if undated is not None:
                made = _finding(undated, event, "visit")
                found.append(made._replace(kind="undecided", reason=undated.note))
            else:
                made = _finding(slots[0]._replace(id="", day=None, study_day=None), event, "visit")
                found.append(made._replace(kind="extra", reason="no planned visit is left for it"))
        return found

    def _judged(self, slot: Slot, reach: Reach, event: Event | None, subject: Subject) -> Iterator[Deviation]:
        made = _finding(slot, event, subject)._replace(window_first=reach.first, window_last=reach.last)
        if event is None:
            if reach.last < self._cutoff:
                yield made
        elif not reach.first <= event.day <= reach.last:
            yield made._replace(kind="early" if event.day < reach.first else "late")

    def _expected(self, slot: Slot) -> bool:
        """Whether an assessment was due: not at a visit that did not take place, or nobody knows on which day,
        nor round a dose that was not given; that is said once."""
        days = self._days.get(slot.of, {0})
        known = len(days) == 1 and None not in days
        return slot.day is not None and known and slot.of not in self._treated.lost

    def _assessments(self, slots: list[Slot], events: tuple[Event, ...]) -> list[Deviation]:
        slots = sorted(slots, key=lambda one: (one.day or 0, one.id))
        ranges = self._ranges(slots)
        pairs, _ = _paired(slots, ranges, events)
        return [
            one
            for (slot, event), reach in zip(pairs, ranges, strict=True)
            for one in self._judged(slot, reach, event, "assessment")
        ]

    def _ranges(self, slots: list[Slot]) -> list[Reach]:
        """The days on which each assessment is in time. One at a visit also on the day the visit took place; one
        before a dose since the dose before it, one after a dose until the next."""
        doses = sorted({slot.day for slot in slots if _round_dose(slot) and slot.day is not None})
        found = []
        for slot in slots:
            reach = self._reach(slot)
            for real in self._days.get(slot.of, ()):
                if real is not None:
                    reach = Reach(reach.day, min(reach.first, real), max(reach.last, real))
            if _round_dose(slot) and slot.day is not None:
                at = doses.index(slot.day)
                first = doses[at - 1] + 1 if at else 1
                last = doses[at + 1] - 1 if at + 1 < len(doses) else LAST_DAY
                before, after = "before" in slot.note, "after" in slot.note
                reach = Reach(slot.day, first if before else slot.day, last if after else slot.day)
            found.append(reach)
        return found

    def _reach(self, slot: Slot) -> Reach:
        day = slot.day or 0
        if slot.window_first is None or slot.window_last is None:
            return Reach(day, day - self._slack, day + self._slack)
        return Reach(day, slot.window_first, slot.window_last)


def _round_dose(slot: Slot) -> bool:
    """Whether an assessment is before or after each dose, on no hour of a timeline."""
    return slot.note in {"before the dose", "after the dose", "before or after the dose"}


def _paired(
    slots: list[Slot], ranges: list[Reach], events: tuple[Event, ...]
) -> tuple[list[tuple[Slot, Event | None]], list[Event]]:
    chosen = matched(reaches(ranges), [one.day for one in events])
    taken = {at for at in chosen if at is not None}
    pairs = [(slot, None if at is None else events[at]) for slot, at in zip(slots, chosen, strict=True)]
    return pairs, [event for at, event in enumerate(events) if at not in taken]


def _finding(slot: Slot, event: Event | None, subject: Subject) -> Deviation:
    made = Deviation(
        "missed", subject, slot.what, slot.label, slot.id, slot.study_day, slot.day,
        slot.window_first, slot.window_last, text=slot.text,
    )  # fmt: skip
    if event is None:
        return made
    off = None if slot.day is None else event.day - slot.day
    return made._replace(actual=event.text, off=off, place=event.place)


def _unsure(slot: Slot, subject: Subject, event: Event) -> Deviation:
    made = _finding(slot._replace(id="", day=None, study_day=None), event, subject)
    return made._replace(kind="undecided", reason="the day is not known, and what it counts for hangs on it")
