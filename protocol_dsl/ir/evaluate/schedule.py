"""The reference of schedules: what is to be done on a day, by definition, day after day, short and slow.

It reads the same program as the engine in `protocol_dsl.runtime.schedule` and shares no arithmetic with it: planned
days are found by asking of each day whether something falls on it, rules by trying every way an unknown may turn out.
This module walks the lines of one clock; `arms` starts the clocks of a whole arm, and what goes with other doses.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import count
from typing import NamedTuple

from attrs import define, field

from protocol_dsl.ir.evaluate.clock import Time, later, minutes_of, past
from protocol_dsl.ir.evaluate.doses import Body, dose_text
from protocol_dsl.ir.evaluate.rulings import ASK, Outcome, outcome, ways
from protocol_dsl.runtime.schedule.course import Administration
from protocol_dsl.runtime.schedule.program import Cycles, Line, Step
from protocol_dsl.vocabulary.calendar import Duration

Truth = Callable[[int, int], bool | None]
"""(condition, day) → its truth on that day."""

Event = Callable[[str], int | None]
"""The day of an anchor or of `first X`; None: not known, nor planned."""

FAR = 120
"""How many days past the day asked about planned days are looked for."""


class History(NamedTuple):
    """A patient up to day `on`: administrations `left` to be taken for an occurrence, truths of conditions, the body on
    that day, and what dates the events that `until … after` names."""

    on: int
    left: list[Administration]
    truth: Truth
    body: Body
    event: Event


class Expected(NamedTuple):
    """What is to be done about a line: kind of action, number of the occurrence, its day moved by delays, and, where it
    is to be given, the dose in words."""

    kind: str
    number: int = 0
    day: int | None = None
    dose: str = ""


@define
class State:
    """A line on its way: planned days still to come with the places of their steps, None in place of a day that is
    counted from the last dose. A dose counted from the last in hours or minutes is so many after `origin`, the last
    that was given on a day not planned for it."""

    line: Line
    clocks: list[tuple[int, int | None, int]]
    number: int = 0
    clock: int = 0
    step: int = -1
    start: int | None = None
    queue: list[Time] = field(factory=list)
    doses: int = 0
    present: int | None = None
    minute: int = 0
    origin: int = 0
    gone: int = 0
    given: list[Time] = field(factory=list)
    over: set[int] = field(factory=set)
    latched: set[tuple[int, int]] = field(factory=set)
    ended: str = ""
    ended_on: int | None = None
    past: int | None = None


class Walk:
    """The lines of a part (but those of `without`) from day `start` of their clock up to the day asked about; `end` is
    the first day past the clock. `found` is what is to be done about each line, `ended_on` the day on which all had
    ended (None: something goes on)."""

    def __init__(
        self,
        part: Line | Cycles,
        start: int,
        end: int | None,
        history: History,
        without: Container[str] = (),
    ) -> None:
        self.on, self.left, self.truth, self.body, self.event = history
        self.shift = 0
        clocks: list[tuple[int, int | None, int]] = [(start, end, 0)]
        every: tuple[Line, ...] = (part,) if isinstance(part, Line) else part.lines
        self.past: int | None = None
        if isinstance(part, Cycles):
            clocks = list(_cycles(part, start, end, self.on + FAR))
            self.past = None if part.number is None else later(start, part.length, part.number)
        self.states = [State(line, clocks) for line in every if line.id not in without]
        self.found: dict[str, Expected] = {}
        self.due: set[str] = set()
        for state in self.states:
            state.past = None if clocks else self.past
            self._begin(state, 0, 0, start)
        self.run()

    @property
    def ended_on(self) -> int | None:
        """The day on which all lines had ended."""
        days = []
        for state in self.states:
            if state.present is not None or (state.ended_on is None and state.past is None):
                return None
            shifted = 0 if state.past is None else state.past + self.shift
            days.append(shifted if state.ended_on is None else state.ended_on)
        return max(days, default=None)

    def coming(self, what: str) -> Iterator[Time]:
        """The times at which a drug is due, or planned next."""
        for state in self.states:
            if state.line.what != what or state.present is None:
                continue
            planned = state.present + self.shift
            if state.line.id in self.due:
                yield self.on, state.minute if planned == self.on else 0
            elif self.found[state.line.id].kind != "ask":
                yield planned, state.minute

    def run(self) -> None:
        """Settles one occurrence after another."""
        while True:
            self._end_bounded()
            waiting = [state for state in self.states if state.present is not None]
            if not waiting:
                break
            base = min(state.present for state in waiting if state.present is not None)
            if not self._settle([state for state in waiting if state.present == base], base):
                break
        for state in self.states:
            self.found.setdefault(state.line.id, self._rest(state))

    def _rest(self, state: State) -> Expected:
        if state.present is not None:
            return Expected("wait", state.number, state.present + self.shift)
        return Expected("stop" if state.ended == "stop" else "done")

    # Which day comes next

    def _begin(self, state: State, clock: int, step: int, start: int | None) -> None:
        """Puts a line before the first occurrence of a step; past the last step, on the next clock."""
        state.present = None
        while True:
            if start is None or clock >= len(state.clocks) or len(state.over) == len(state.line.steps):
                return
            if step == len(state.line.steps):
                if clock + 1 == len(state.clocks):
                    state.past = self.past if state.clocks[clock][2] else start
                clock, step = clock + 1, 0
                start = state.clocks[clock][0] if clock < len(state.clocks) else None
                continue
            if step in state.over:
                step += 1
                continue
            state.clock, state.step, state.start, state.doses = clock, step, start, 0
            one = state.line.steps[step]
            if one.timing.kind == "rolling":
                self._offer_rolling(state, self._first(state, one))
            else:
                state.queue = self._planned(state, one)
                self._offer(state)
            if state.present is not None:
                return
            step, start = step + 1, self._end(state, one)

    def _offer(self, state: State) -> None:
        state.present, state.minute = state.queue.pop(0) if state.queue else (None, 0)
        if state.present is not None:
            state.number += 1

    def _offer_rolling(self, state: State, base: int) -> None:
        state.origin, state.gone = base, 0
        self._offer_at(state, base)

    def _offer_at(self, state: State, base: int) -> None:
        one = state.line.steps[state.step]
        last = self._last(state, one)
        full = one.limit.doses is not None and state.doses >= one.limit.doses
        state.present = None if full or (last is not None and base > last) else base
        state.queue = [(base, state.gone % 1440)]
        state.minute = state.gone % 1440
        if state.present is not None:
            state.number += 1

    def _roll(self, state: State, base: int, interval: Duration) -> None:
        """The next dose is an interval after the last, which stood on the base day `base`."""
        minutes = minutes_of(interval)
        if minutes is None:
            return self._offer_rolling(state, later(base, interval))
        if base != state.present:  # nobody knows at which hour
            state.origin, state.gone = base, 0
        state.gone += minutes
        self._offer_at(state, state.origin + state.gone // 1440)
        return None

    def _end_bounded(self) -> None:
        """Ends the steps whose next occurrence falls where `until … after first X` leaves nothing."""
        for state in self.states:
            while state.present is not None and (bound := self._bound(state)) is not None:
                if state.present + self.shift < bound:
                    break
                self._over(state, bound)

    def _over(self, state: State, day: int) -> None:
        """The present step of a line is over for good on a day; the next starts then."""
        state.over.add(state.step)
        self._begin(state, state.clock, state.step + 1, day - self.shift)
        state.ended_on = day if state.present is None else None

    def _bound(self, state: State) -> int | None:
        """The first day that `until … after first X` leaves out, of the present step."""
        limit = state.line.steps[state.step].limit
        day = self.event(limit.event) if limit.event else None
        return day if day is None or limit.offset is None else later(day, limit.offset)

    def _advance(self, state: State, base: int) -> None:
        """The present occurrence is settled; a rolling one is counted from `base`."""
        one = state.line.steps[state.step]
        if one.timing.kind == "rolling" and one.timing.interval is not None:
            state.doses += 1
            self._roll(state, base, one.timing.interval)
        else:
            self._offer(state)
        if state.present is None:
            self._begin(state, state.clock, state.step + 1, self._end(state, one))

    def _first(self, state: State, step: Step) -> int:
        day_one, start = state.clocks[state.clock][0], state.start
        assert start is not None
        return start if step.limit.first_day is None else day_one + step.limit.first_day - 1

    def _last(self, state: State, step: Step) -> int | None:
        """The last day that the step's bounds allow."""
        day_one, end, _ = state.clocks[state.clock]
        lasts = [] if end is None else [end - 1]
        if step.limit.duration is not None:
            lasts.append(past(self._first(state, step), step.limit.duration) - 1)
        if step.limit.last_day is not None:
            lasts.append(day_one + step.limit.last_day - 1)
        return min(lasts) if lasts else None

    def _planned(self, state: State, step: Step) -> list[Time]:
        """Every planned day of a step, as often as something falls on it: each day is asked in turn."""
        first, last = self._first(state, step), self._last(state, step)
        far = max(self.on, first) + FAR
        found: list[Time] = []
        for day in range(first - FAR if step.timing.kind == "days" else first, far):
            if last is not None and day > last:
                break
            found += [(day, minute) for minute in self._falls_on(state, step, first, day)]
            if step.limit.doses is not None and len(found) >= step.limit.doses:
                return found[: step.limit.doses]
        return found

    def _falls_on(self, state: State, step: Step, first: int, day: int) -> list[int]:
        """The minutes of what falls on a day."""
        day_one, _, cycle = state.clocks[state.clock]
        timing = step.timing
        if timing.kind == "once":
            return [0] * (day == first)
        if timing.kind == "days":
            wanted = not timing.cycles or cycle in timing.cycles
            return [0] * (wanted and any(day == day_one + number - (number > 0) for number in timing.days))
        if timing.interval is None:
            return []
        turn, due = 0, []
        while (reached := later(first, timing.interval, turn)) <= day:
            if reached == day:
                due += [(minutes_of(timing.interval) or 0) * turn % 1440] * timing.per
            turn += 1
        return due

    def _end(self, state: State, step: Step) -> int | None:
        """The day on which the step after this one starts."""
        bound = self._bound(state)
        ends = [self._runs_out(state, step), None if bound is None else bound - self.shift]
        return min((one for one in ends if one is not None), default=None)

    def _runs_out(self, state: State, step: Step) -> int | None:
        """The day on which a step has run its course by itself."""
        last, timing = self._last(state, step), step.timing
        ends = [] if last is None else [last + 1]
        if timing.kind in {"once", "days"}:
            planned = self._planned(state, step)
            ends.append(planned[-1][0] + 1 if planned else state.start or 0)
        elif timing.kind == "rolling":
            full = step.limit.doses is not None and state.doses >= step.limit.doses
            ends += [day + (minute > 0) for day, minute in state.queue] if full else []
        elif step.limit.doses is not None and timing.interval is not None:
            turns = -(-step.limit.doses // timing.per)
            ends.append(past(self._first(state, step), timing.interval, turns))
        return min(ends) if ends else None

    # What happens on each day

    def _settle(self, members: list[State], base: int) -> bool:
        first = day = base + self.shift
        following = self._following(members, base)
        members = [state for state in members if not self._given_early(state, first)]
        spent: set[str] = set()
        while members:
            if day > self.on:
                for state in members:
                    self.found.setdefault(state.line.id, Expected("wait", state.number, base + self.shift))
                return False
            rulings = {}
            for state in list(members):
                bound = self._bound(state)
                if bound is not None and day >= bound:
                    members.remove(state)
                    self._over(state, day)
            for state in list(members):
                if state not in members:
                    continue
                said = rulings[state.line.id] = self._ruling(state, day)
                if said.kind in {"stop", "until"}:
                    self._end_line(state, members, said.rule, said.kind, day)
            for state in list(members):
                if self._take(state, day, day):
                    members.remove(state)
                    self._advance(state, day - self.shift)
            for state in list(members):
                if rulings[state.line.id].kind == "skip":
                    self._say(state, "skip", base, day)
                    members.remove(state)
                    self._advance(state, day - self.shift)
            # Each is asked, so that the limit of one counts while another delays.
            delayed = [self._delayed(state, rulings[state.line.id], first, day, spent) for state in members]
            if any(delayed):
                for state in members:
                    self._say(state, "delay", base, day)
                self.shift, day = self.shift + 1, day + 1
                continue
            for state in list(members):
                said = ASK if state.line.id in spent else rulings[state.line.id]
                closing = self._closing(state, said.kind, base, following, state.line.id in spent)
                if day == self.on:
                    self.found[state.line.id] = self._due(state, said, base + self.shift)
                elif closing is not None and day >= closing:
                    members.remove(state)
                    self._advance(state, base)
            if day == self.on and members:
                return False
            day += 1
        return True

    def _say(self, state: State, kind: str, base: int, day: int) -> None:
        if day == self.on:
            self.found[state.line.id] = Expected(kind, state.number, base + self.shift)

    def _due(self, state: State, said: Outcome, planned: int) -> Expected:
        if said.kind not in {"give", "reduce"}:
            return Expected(said.kind, state.number, planned)
        self.due.add(state.line.id)
        dose = state.line.steps[state.step].dose
        text = dose_text(dose, said.band, said.lower, said.factor, self.body)
        return Expected("ask" if text is None else said.kind, state.number, planned, text or "")

    def _given_early(self, state: State, first: int) -> bool:
        window = state.line.steps[state.step].window
        if window is None:
            return False
        day = self._take(state, later(first, window.before), first - 1)
        if day:
            self._advance(state, day - self.shift)
        return bool(day)

    def _take(self, state: State, first: int, last: int) -> int:
        for one in self.left:
            if one.what == state.line.what and first <= one.day <= last:
                self.left.remove(one)
                on_time = state.present is not None and one.day == state.present + self.shift
                state.given.append((one.day, state.minute if on_time else 0))
                return one.day
        return 0

    def _end_line(self, state: State, members: list[State], rule: int, kind: str, day: int) -> None:
        block = state.line.steps[state.step].rules[rule].of_block
        for one in [each for each in self.states if each.present is not None] if block else [state]:
            if one in members:
                members.remove(one)
            if block or kind == "stop":
                one.present, one.ended, one.ended_on = None, kind, day
                continue
            self._over(one, day)

    def _delayed(self, state: State, said: Outcome, first: int, day: int, spent: set[str]) -> bool:
        if said.kind != "delay" or state.line.id in spent:
            return False
        up_to = state.line.steps[state.step].rules[said.rule].up_to
        if up_to is not None and day >= later(first, up_to):
            spent.add(state.line.id)
            return False
        return True

    def _following(self, members: list[State], base: int) -> int | None:
        days = [state.present for state in self.states if state.present is not None and state.present > base]
        for state in members:
            step = state.line.steps[state.step]
            if step.timing.kind == "rolling":
                continue
            if state.queue:
                days.append(state.queue[0][0])
                continue
            after = (
                self._runs_out(state, step)
                if state.step + 1 < len(state.line.steps)
                else state.clocks[state.clock][1]
            )
            days += [] if after is None else [after]
        return min(days) if days else None

    def _closing(self, state: State, kind: str, base: int, following: int | None, spent: bool) -> int | None:
        step, planned = state.line.steps[state.step], base + self.shift
        if step.timing.kind == "rolling" or spent:
            return None
        if step.window is not None:
            end = later(planned, step.window.after)
        elif step.timing.per > 1 and step.timing.interval not in {None, (1, "day")}:
            # Some occurrences an interval, on whichever of its days.
            assert step.timing.interval is not None
            turn, first = 0, self._first(state, step)
            while later(first, step.timing.interval, turn) <= base:
                turn += 1
            end = later(first, step.timing.interval, turn) - 1 + self.shift
        else:
            end = planned
        if kind != "ask":
            return end
        return None if following is None else max(end, following + self.shift - 1)

    # What the rules say

    def _ruling(self, state: State, day: int) -> Outcome:
        step = state.line.steps[state.step]
        truths: list[tuple[int, bool | None]] = []
        for place, rule in enumerate(step.rules):
            known = self.truth(rule.when, day)
            if rule.latched and known is True:
                state.latched.add((state.step, place))
            truths.append((rule.when, True if (state.step, place) in state.latched else known))
        truths += [(band.when, self.truth(band.when, day)) for band in step.dose.bands]
        outcomes = [outcome(step, held) for held in ways(truths)]
        effects = {one if one.kind == "delay" else one._replace(rule=-1) for one in outcomes}
        return outcomes[0] if len(effects) == 1 else ASK


def _cycles(part: Cycles, start: int, end: int | None, far: int) -> Iterator[tuple[int, int | None, int]]:
    """First day, first day past it, and number of each cycle up to day `far`."""
    for turn in count():
        first, past = later(start, part.length, turn), later(start, part.length, turn + 1)
        if first > far or (end is not None and first >= end) or turn == part.number:
            return
        yield first, past if end is None else min(past, end), turn + 1
