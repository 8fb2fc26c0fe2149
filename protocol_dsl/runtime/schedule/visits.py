"""Planned visits, assessments at them and round doses, and timelines in minutes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

from protocol_dsl.runtime.schedule.clock import (
    MINUTES,
    after,
    moved,
    numbered,
    study_day,
    window_of,
)
from protocol_dsl.runtime.schedule.dosing import Dosing
from protocol_dsl.runtime.schedule.program import Assessment, Point, Timeline, Tolerance, Visit, VisitRun
from protocol_dsl.runtime.schedule.slots import Dosed, Slot, Status
from protocol_dsl.vocabulary.calendar import LAST_DAY, Duration

_SIDES = frozenset({"before", "after", "before or after"})


class Met(NamedTuple):
    """One visit: its number among its like (0: it is the only one), and its day (None: `note` says why)."""

    visit: Visit
    number: int
    day: int | None
    window: Tolerance | None
    open_ended: bool = False
    note: str = ""


class Visiting:
    """The visits and assessments of one arm."""

    def __init__(self, dosing: Dosing) -> None:
        self._dosing = dosing
        self._program = dosing.program
        self._met: dict[str, list[Met]] = {}

    def last_bounded(self) -> int:
        """The last day of a visit that is numbered from day 1."""
        points = [visit.at for visit in self._program.visits]
        points += [run.last for visit in self._program.visits for run in visit.runs]
        days = [self._numbered(point) for point in points if point is not None and point.number is not None]
        return max(days, default=self._dosing.day_one)

    def slots(self) -> Iterator[Slot]:
        """Every visit, and every assessment."""
        for visit in self._program.visits:
            for met in self._visits(visit):
                yield self._visit_slot(met)
        for assessment in self._program.assessments:
            yield from self._assessed(assessment)
        for timeline in self._program.timelines:
            yield from self._timed(timeline)

    def at_places(self) -> Iterator[Slot]:
        """Every visit, and every assessment that is not tied to doses, in order of days."""
        slots = [self._visit_slot(met) for visit in self._program.visits for met in self._visits(visit)]
        for assessment in self._program.assessments:
            for place in assessment.at:
                if place.partition(" each ")[0] not in _SIDES or " each " not in place:
                    slots += self._at_place(assessment, place.removeprefix("each "))
        return iter(sorted(slots, key=lambda slot: (slot.day is None, slot.day or 0)))

    def _numbered(self, point: Point) -> int:
        return numbered(point, self._dosing.day_one, self._program.numbered_from)

    def _visits(self, visit: Visit) -> list[Met]:
        if visit.name not in self._met:
            self._met[visit.name] = []  # a visit that hangs on itself has no day
            made = self._single(visit, visit.at) if visit.at is not None else self._repeated(visit)
            self._met[visit.name] = list(made)
        return self._met[visit.name]

    def _single(self, visit: Visit, point: Point) -> Iterator[Met]:
        if point.of.startswith("each "):
            drug = point.of.removeprefix("each ")
            for number, each in enumerate(self._days_of_each(drug), 1):
                placed = each if point.offset is None else after(each, point.offset)
                if placed <= self._dosing.cut:
                    yield Met(visit, number, placed, visit.window)
            return
        day = self._place(point)
        note = "" if day is not None else f"no date for {point.of.replace('_', ' ')} yet"
        if day is None or day <= self._dosing.cut:
            yield Met(visit, 0, day, visit.window, note=note)

    def _days_of_each(self, name: str) -> list[int]:
        known = next((visit for visit in self._program.visits if visit.name == name), None)
        if known is not None:
            return [met.day for met in self._visits(known) if met.day is not None]
        return [one.due.day for one in self._dosing.of_drug(name)]

    def _place(self, point: Point) -> int | None:
        if point.number is not None:
            return self._numbered(point)
        day = self.day_of(point.of)
        return day if day is None or point.offset is None else after(day, point.offset)

    def day_of(self, words: str) -> int | None:
        """The day of a visit, an epoch's first day, an anchor, `first X` or `last X`."""
        day = self._dosing.event(words)
        if day is not None:
            return day
        known = next((visit for visit in self._program.visits if visit.name == words), None)
        if known is not None:
            return next((met.day for met in self._visits(known)), None)
        if words in self._dosing.spans:
            return self._dosing.spans[words].start
        which, _, what = words.partition(" ")
        doses = self._dosing.of_drug(what) if which == "last" else []
        return doses[-1].due.day if doses and not doses[-1].open_ended else None

    def _repeated(self, visit: Visit) -> Iterator[Met]:
        number = 0
        before: int | None = self._dosing.day_one
        for run in visit.runs:
            for day in self._run_days(run, before):
                number += 1
                before = day
                yield Met(visit, number, day, run.window or visit.window, run.last is None)

    def _run_days(self, run: VisitRun, before: int | None) -> Iterator[int]:
        """Every interval from the run's first point; without one, from one interval after `before`."""
        last = self._dosing.horizon if run.last is None else self._place(run.last)
        origin = before if run.first is None else self._place(run.first)
        if origin is None or last is None:
            return
        monthly = (
            run.first is not None and run.first.unit == "month" and run.interval.unit in {"month", "year"}
        )
        for turn in count(1 if run.first is None else 0):
            day = self._monthly(run, turn) if monthly else after(origin, run.interval, turn)
            if day > min(last, self._dosing.cut) or day >= LAST_DAY:
                return
            yield day

    def _monthly(self, run: VisitRun, turn: int) -> int:
        """Months counted from day 1 itself, so that a first point clamped to a short month does not drift."""
        point = run.first
        assert point is not None  # only a numbered month is counted so
        number = point.number or 0
        step = run.interval.count * (12 if run.interval.unit == "year" else 1)
        return self._numbered(point._replace(number=number + turn * step))

    def _visit_slot(self, met: Met) -> Slot:
        visit = met.visit
        first, last = (None, None) if met.day is None else window_of(met.day, met.window)
        slot = self._slot(self._visit_id(met), visit.name, visit.label, met.day, met.open_ended)
        return slot._replace(
            verb="visit", window_first=first, window_last=last, note=met.note, text=visit.text
        )

    def _visit_id(self, met: Met) -> str:
        stem = f"{self._dosing.arm.name}/{met.visit.name}"
        return f"{stem}/{met.number}" if met.number else stem

    def _study_day(self, day: int | None) -> int | None:
        return None if day is None else study_day(day, self._dosing.day_one, self._program.numbered_from)

    def _assessed(self, assessment: Assessment) -> Iterator[Slot]:
        for place in assessment.at:
            side, _, drug = place.partition(" each ")
            if side in _SIDES and drug:
                yield from self._round_doses(assessment, side, drug)
            else:
                yield from self._at_place(assessment, place.removeprefix("each "))

    def _round_doses(self, assessment: Assessment, side: str, drug: str) -> Iterator[Slot]:
        for dose in self._dosing.of_drug(drug):
            for name, label in assessment.what:
                yield self._slot(
                    f"{dose.id}/{side.replace(' ', '_')}/{name}", name, label, dose.due.day, dose.open_ended
                )._replace(of=dose.id, note=f"{side} the dose", text=assessment.text)

    def _at_place(self, assessment: Assessment, place: str) -> Iterator[Slot]:
        known = next((visit for visit in self._program.visits if visit.name == place), None)
        for name, label in assessment.what:
            if known is None:
                stem = f"{self._dosing.arm.name}/{place}/{name}"
                day = self.day_of(place)
                slot = self._slot(stem, name, label, day, False)
                note = "" if day is not None else f"no date for {place.replace('_', ' ')} yet"
                yield slot._replace(of=place, note=note, text=assessment.text)
                continue
            for met in self._visits(known):
                visit = self._visit_slot(met)
                yield visit._replace(
                    id=f"{visit.id}/{name}",
                    what=name,
                    label=label,
                    verb="assess",
                    of=visit.id,
                    text=assessment.text,
                )

    def _timed(self, timeline: Timeline) -> Iterator[Slot]:
        for dose in self._dosing.of_drug(timeline.around):
            for name, label, offsets in timeline.what:
                for offset in offsets:
                    yield self._timed_slot(dose, timeline.name, name, label, offset)

    def _timed_slot(self, dose: Dosed, timeline: str, name: str, label: str, offset: Duration) -> Slot:
        minute = offset.count * MINUTES.get(offset.unit, 0)
        placed, _ = moved(dose.due.day, offset, minute=dose.due.minute)
        sign = "m" if offset.count < 0 else ""
        stem = f"{dose.id}/{timeline}/{name}/{sign}{abs(offset.count)}{offset.unit}"
        words = f"{abs(offset.count)} {offset.unit}{'s' if abs(offset.count) != 1 else ''}"
        note = f"{words} {'before' if offset.count < 0 else 'after'} the dose"
        return self._slot(stem, name, label, placed, False)._replace(minute=minute, of=dose.id, note=note)

    def _slot(self, id_: str, name: str, label: str, day: int | None, open_ended: bool) -> Slot:
        status: Status = "planned" if day is not None else "undated"
        arm, study = self._dosing.arm.name, self._study_day(day)
        return Slot(id_, arm, name, label, "assess", study, day, status=status, open_ended=open_ended)
