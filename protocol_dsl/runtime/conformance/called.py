"""What the protocol called for, given what happened: its arm walked through a patient's history, dose after dose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from protocol_dsl.runtime.schedule.clock import study_day, window_of
from protocol_dsl.runtime.schedule.course import Administration, Conditions, Course
from protocol_dsl.runtime.schedule.dosing import Dosing, undated
from protocol_dsl.runtime.schedule.engine import Walk
from protocol_dsl.runtime.schedule.machine import Machine, Pool, Settled, Standing
from protocol_dsl.runtime.schedule.program import Line, Program, Step
from protocol_dsl.runtime.schedule.recurrence import Due
from protocol_dsl.runtime.schedule.ruling import Ruling
from protocol_dsl.runtime.schedule.runner import Next, Runner
from protocol_dsl.runtime.schedule.slots import Dosed

State = Literal["called", "asked", "skipped", "open"]


class Called(NamedTuple):
    """One occurrence: `day` its planned day moved by delays, `first` to `last` the days on which it is in time.
    `state`: `called` for, `asked` (a rule could not be decided), `skipped` by a rule, or still `open`, its day being to
    come. `start` is when the regimen began, `latched` the rules that had latched, `spent`: its delay had reached its
    limit. `ruling` is the last its rules came to, None where they were not asked."""

    id: str
    line: Line
    step: Step
    day: int
    first: int
    last: int
    state: State
    start: int
    latched: frozenset[int] = frozenset()
    spent: bool = False
    ruling: Ruling | None = None


class Ending(NamedTuple):
    """A rule ended a line on `day`; `text` is the rule."""

    line: Line
    day: int
    text: str


class CalledFor(NamedTuple):
    """All that an arm called for, by drug, with the lines a rule has ended, and those whose start is still to come."""

    dosing: Dosing
    points: Mapping[str, int]
    called: Mapping[str, list[Called]]
    endings: Mapping[str, list[Ending]]
    unbegun: frozenset[str]
    undated: frozenset[str]


class _Nearest(Pool):
    """Gives a dose that is counted from the last one to the occurrence it is nearer to, though it came early."""

    def take(self, runner: Runner, first: int, last: int) -> Administration | None:
        """As `Pool.take`, from half an interval before `first` on."""
        timing = None if runner.next is None else runner.next.step.timing
        if timing is not None and timing.kind == "rolling" and timing.interval is not None:
            whole = timing.interval.count * _ABOUT[timing.interval.unit] // 1440
            first -= max(whole - 1, 0) // 2
        return super().take(runner, first, last)


_ABOUT = {"minute": 1, "hour": 60, "day": 1440, "week": 7 * 1440, "month": 30 * 1440, "year": 365 * 1440}
"""Minutes of a unit, near enough to halve an interval."""


def called_for(
    program: Program, arm: str, course: Course, conditions: Conditions, on: int, slack: int
) -> CalledFor:
    """Every occurrence whose day has come by `on`, and the one after it. Where the source states no window, `slack`
    days either side are in time. Raises ScheduleError as `actions_on` does."""
    walk = Walk(program, arm, course, conditions, on, _Nearest)
    called: dict[str, list[Called]] = {}
    endings: dict[str, list[Ending]] = {}
    unbegun: set[str] = set()
    for running in walk.run():
        if running.machine is None:
            unbegun.update(line.what for line in running.lines)
            continue
        for runner in running.machine.runners:
            what = runner.line.what
            called.setdefault(what, []).extend(_of_line(runner, running.machine, slack))
            if runner.ended is not None:
                text = running.machine.words.get(runner.line.id, "")
                endings.setdefault(what, []).append(Ending(runner.line, runner.ended, text))
    for found in called.values():
        found.sort(key=lambda one: (one.day, one.id))
    lines = [line for line, _, _ in walk.dosing.lines()]
    loose = frozenset(line.what for line in lines if undated(line))
    return CalledFor(walk.dosing, walk.points(), called, endings, frozenset(unbegun), loose)


def _of_line(runner: Runner, machine: Machine, slack: int) -> Iterator[Called]:
    line = runner.line
    for one in machine.settled[line.id]:
        yield _called(line, machine, one.next, one.planned, _state(one), slack)._replace(
            latched=one.latched, spent=one.spent, ruling=one.ruling
        )
    standing = machine.standing.get(line.id)
    if standing is not None:
        yield _called(line, machine, standing.next, standing.planned, _standing(standing), slack)._replace(
            latched=runner.latched.get(standing.next.place, frozenset()), ruling=standing.ruling
        )
    elif runner.next is not None:
        planned = runner.next.due.day + machine.shift
        yield _called(line, machine, runner.next, planned, "open", slack)


def _state(one: Settled) -> State:
    if one.state == "skipped":
        return "skipped"
    asks = one.state == "passed" and one.ruling is not None and one.ruling.kind == "ask"
    return "asked" if asks else "called"


def _standing(one: Standing) -> State:
    if one.ruling is None:
        return "open"
    return "asked" if one.ruling.kind == "ask" else "called"


def _called(line: Line, machine: Machine, one: Next, planned: int, state: State, slack: int) -> Called:
    first, last = window_of(planned, one.step.window)
    if first is None or last is None:
        first, last = planned - slack, planned + one.due.spare + slack
    return Called(f"{line.id}/{one.number}", line, one.step, planned, first, last, state, machine.start)


def study_day_of(dosing: Dosing, day: int) -> int:
    """What the study calls a day."""
    return study_day(day, dosing.day_one, dosing.program.numbered_from)


def resettle(calls: CalledFor, real: Mapping[str, int]) -> None:
    """Puts doses of the plan on the days they were called for, or `real`ly given on (by slot), so that visits and
    assessments that hang on them do so too."""
    static = [
        (line, list(calls.dosing.of_line(line, clock, block))) for line, clock, block in calls.dosing.lines()
    ]
    ended = {one.line.id for found in calls.endings.values() for one in found}
    for line, planned in static:
        own = [one for one in calls.called.get(line.what, ()) if one.line.id == line.id]
        if not own and line.what not in calls.called:
            continue
        settled = [
            Dosed(one.id, Due(real.get(one.id, one.day)), one.step) for one in own if one.state != "skipped"
        ]
        number = max((_number(one.id) for one in own), default=0)
        moved = max((one.day - was.due.day for one in own for was in planned if was.id == one.id), default=0)
        if line.id not in ended:
            settled += [
                one._replace(due=one.due._replace(day=one.due.day + moved))
                for one in planned
                if _number(one.id) > number
            ]
        calls.dosing.settle(line, settled)


def _number(slot: str) -> int:
    return int(slot.rpartition("/")[2])
