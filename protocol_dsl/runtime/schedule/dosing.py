"""The planned doses of one arm, drug by drug."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from protocol_dsl.runtime.schedule.clock import moved
from protocol_dsl.runtime.schedule.layout import (
    Anchors,
    StepRun,
    cycle_clocks,
    day_one_of,
    element_clocks,
    epoch_spans,
    first_day_of,
    is_open,
    steps_of,
)
from protocol_dsl.runtime.schedule.program import UNDATED, Arm, Cycles, Line, Program
from protocol_dsl.runtime.schedule.recurrence import Clock, Due, dues
from protocol_dsl.runtime.schedule.slots import Dosed
from protocol_dsl.vocabulary.calendar import LAST_DAY

RELATIVE = frozenset({"with", "after"})
_WHY_UNDATED = {
    "unstated": "the source states no timing",
    "continuous": "continuously",
    "prescribed": "as prescribed",
    "as_needed": "as needed",
}


class DoseRun(NamedTuple):
    """A stretch of doses, and whether only a rule ends it."""

    stretch: StepRun
    open_ended: bool


class Dosing:
    """Where the doses of one arm fall. `cut` is the last day of anything, `horizon` the last day to which open-ended
    runs are planned; both are set before doses are asked for."""

    def __init__(self, program: Program, arm: Arm, anchors: Anchors) -> None:
        self.program, self.arm, self.anchors = program, arm, anchors
        self.day_one = day_one_of(program, anchors)
        self.spans = epoch_spans(program, anchors, self.day_one)
        self.cut = self.horizon = LAST_DAY
        self._first: dict[str, int] = {}
        # `until 1 year after first X` may move the end of a regimen, with it the start of the next, and with that the
        # first dose of another drug: each round settles one regimen more at the least.
        for _ in range(len(arm.elements) + 1):
            self.clocks = self._clocks()
            self._first = self._firsts()
        self._doses: dict[str, list[Dosed]] = {}

    def lines(self) -> Iterator[tuple[Line, Clock | None, Cycles | None]]:
        """Every line of the arm with the clock of its regimen and the block it is held in."""
        for element, clock in zip(self.arm.elements, self.clocks, strict=True):
            for part in element.parts:
                for line in part.lines if isinstance(part, Cycles) else (part,):
                    yield line, clock, part if isinstance(part, Cycles) else None

    def event(self, words: str) -> int | None:
        """The day of an anchor, or of `first X` as planned."""
        for name in (words, words.replace(" ", "_")):
            if name in self.anchors:
                return self.anchors[name]
        if words == self.program.day_one:
            return self.day_one
        which, _, what = words.partition(" ")
        return self._first.get(what) if which == "first" else None

    def runs(self, line: Line, clock: Clock | None, block: Cycles | None) -> Iterator[DoseRun]:
        """The runs of a line, cycle after cycle; endless where the number of cycles is open."""
        if clock is None:
            return
        if block is None:
            for stretch in steps_of(line, clock, self.event):
                yield DoseRun(stretch, is_open(stretch))
            return
        for cycle in cycle_clocks(block, clock):
            for stretch in steps_of(line, cycle, self.event):
                yield DoseRun(stretch, block.number is None and clock.end is None)

    def last_bounded(self) -> int:
        """The last day that a run which ends by itself falls on; day 1 where there is none."""
        last = self.day_one
        for line, clock, block in self.lines():
            if block is not None and block.number is None and (clock is None or clock.end is None):
                continue
            if line.steps[0].timing.kind in RELATIVE or any(
                run.open_ended for run in self.runs(line, clock, block)
            ):
                continue
            last = max([last, *(dose.due.day for dose in self.of_line(line, clock, block))])
        return last

    def of_line(self, line: Line, clock: Clock | None, block: Cycles | None) -> list[Dosed]:
        """The doses of one line up to the horizon, numbered from 1; of an open-ended one at least the first."""
        if line.id not in self._doses:
            self._doses[line.id] = []  # a line relative to itself has no doses
            relative = line.steps[0].timing.kind in RELATIVE
            found = self._relative(line) if relative else self._dated(line, clock, block)
            self._doses[line.id] = list(found)
        return self._doses[line.id]

    def planned_on(self, line: Line, clock: Clock | None, block: Cycles | None, day: int) -> str:
        """The id of the planned dose of a line on a day, whatever rules say; empty where there is none."""
        number = 0
        for run in self.runs(line, clock, block):
            for due in dues(run.stretch.step, run.stretch.clock):
                if due.day > day:
                    return ""
                number += 1
                if due.day == day:
                    return f"{line.id}/{number}"
        return ""

    def settle(self, line: Line, doses: list[Dosed]) -> None:
        """Takes these in place of the planned doses of a line."""
        self._doses[line.id] = doses

    def of_drug(self, what: str) -> list[Dosed]:
        """Every planned dose of a drug in the arm, by day."""
        found = [
            one
            for line, clock, block in self.lines()
            if line.what == what
            for one in self.of_line(line, clock, block)
        ]
        return sorted(found, key=lambda one: (one.due.day, one.due.minute))

    def why_undated(self, line: Line, clock: Clock | None) -> str:
        """Why a line has no days."""
        timing = line.steps[0].timing
        if clock is None:
            return "starts when what comes before it has ended"
        if timing.kind in RELATIVE:
            return f"no dose of {timing.of.replace('_', ' ')} is planned"
        return _WHY_UNDATED.get(timing.kind, "the protocol fixes no day")

    def _clocks(self) -> list[Clock | None]:
        return element_clocks(self.program, self.arm, self.day_one, self.spans, self.event)

    def _firsts(self) -> dict[str, int]:
        """The first planned day of every drug, whatever `until … after` may bound it."""
        found: dict[str, int] = {}
        for line, clock, block in self.lines():
            if clock is None or line.verb != "give":
                continue
            day = first_day_of(line, [clock] if block is None else cycle_clocks(block, clock))
            if day is not None:
                found[line.what] = min(day, found.get(line.what, day))
        return found

    def _dated(self, line: Line, clock: Clock | None, block: Cycles | None) -> Iterator[Dosed]:
        number = 0
        for run in self.runs(line, clock, block):
            if run.stretch.clock.start > self.horizon and number:
                return
            for due in dues(run.stretch.step, run.stretch.clock):
                if due.day > self.horizon and (number or not run.open_ended):
                    break
                number += 1
                yield Dosed(
                    f"{line.id}/{number}", due, run.stretch.step, run.stretch.clock.cycle, run.open_ended
                )

    def _relative(self, line: Line) -> Iterator[Dosed]:
        step = line.steps[0]
        for number, one in enumerate(self.of_drug(step.timing.of), 1):
            if step.limit.doses is not None and number > step.limit.doses:
                return
            day, minute = one.due.day, one.due.minute
            if step.timing.interval is not None:
                day, minute = moved(day, step.timing.interval, minute=minute)
            if day > self.cut:
                return
            yield Dosed(f"{line.id}/{number}", Due(day, minute), step, one.cycle, one.open_ended)


def undated(line: Line) -> bool:
    """Whether a line's timing gives no days at all."""
    return all(step.timing.kind in UNDATED for step in line.steps)
