"""Lines that move together: one line by itself, or a block of cycles, walked through a patient's history.

Occurrences are settled in the order of their planned days. On each day that an occurrence is open its rules are asked;
it closes when a dose is given, when a rule ends or skips it, or when its time is over. Its time is its window (its own
day where the source states no tolerance); where the answer was "ask", it stays open until the next one is due.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from protocol_dsl.runtime.schedule.clock import after
from protocol_dsl.runtime.schedule.course import Administration, Conditions
from protocol_dsl.runtime.schedule.program import Step
from protocol_dsl.runtime.schedule.ruling import Ruling, Truths, newly_latched, ruling
from protocol_dsl.runtime.schedule.runner import Next, Runner
from protocol_dsl.vocabulary.calendar import LAST_DAY

SPENT = Ruling("ask", rule=-2)
"""A delay has reached its limit, and the protocol does not say what then."""


class Standing(NamedTuple):
    """How an occurrence stands on the day asked about: its planned day moved by delays, the ruling (None: its day has
    not come), the last day it is open, and the next day on which its rules are asked."""

    next: Next
    planned: int
    ruling: Ruling | None
    last: int
    day: int


class Settled(NamedTuple):
    """What became of an occurrence: its planned day moved by delays, the ruling it closed with (None: it was given
    before its rules were asked), the places of rules that had latched, and whether its delay had reached its limit."""

    next: Next
    planned: int
    state: Literal["given", "skipped", "passed"]
    ruling: Ruling | None
    latched: frozenset[int]
    spent: bool


class Pool:
    """The administrations not yet taken for an occurrence."""

    def __init__(self, given: Sequence[Administration], on: int) -> None:
        self._left = sorted((one for one in given if one.day <= on), key=lambda one: one.day)

    def take(self, runner: Runner, first: int, last: int) -> Administration | None:
        """The first administration of the line's drug from day `first` to `last`; it is then gone."""
        for place, one in enumerate(self._left):
            fits = one.line in {"", runner.line.id} and one.what == runner.line.what
            if fits and first <= one.day <= last:
                return self._left.pop(place)
        return None


class Machine:
    """The lines of one block (or one line), as they stand on day `on`. `start` is when their regimen began."""

    def __init__(
        self, runners: Sequence[Runner], pool: Pool, conditions: Conditions, start: int, on: int
    ) -> None:
        self.runners = tuple(runners)
        self.shift = 0
        self.standing: dict[str, Standing] = {}
        self.today: dict[str, Standing] = {}
        self.last_rulings: dict[str, tuple[Ruling, int]] = {}
        self.words: dict[str, str] = {}
        self.given: dict[str, list[tuple[int, int]]] = {runner.line.id: [] for runner in runners}
        self.settled: dict[str, list[Settled]] = {runner.line.id: [] for runner in runners}
        self._ruled: dict[tuple[str, int, Truths, frozenset[int]], tuple[frozenset[int], Ruling]] = {}
        self.pool, self.conditions, self.start, self.on = pool, conditions, start, on
        while self._settle():
            pass

    def end(self) -> int | None:
        """The real day on which all lines had ended; None while one goes on."""
        ends = []
        for runner in self.runners:
            if runner.next is not None:
                return None
            if runner.ended is not None:
                ends.append(runner.ended)
            elif runner.base_end is not None:
                ends.append(runner.base_end + self.shift)
            else:
                return None
        return max(ends, default=self.start)

    def record(self, runner: Runner, day: int) -> None:
        """A dose was given on `day`; on its planned day, at its planned minute."""
        planned = runner.next is not None and runner.next.due.day + self.shift == day
        self.given[runner.line.id].append((day, runner.next.due.minute if runner.next and planned else 0))

    def delay(self) -> None:
        """What is still to come moves a day."""
        self.shift += 1
        for runner in self.runners:
            runner.shift = self.shift

    def ruled(self, runner: Runner, truths: Truths) -> Ruling:
        """What the rules of a line's next occurrence say, those that latch being remembered."""
        one = runner.next
        assert one is not None
        before = runner.latched.get(one.place, frozenset())
        key = runner.line.id, one.place, truths, before
        if key not in self._ruled:  # from one day to the next, little changes
            latched = before | newly_latched(one.step, truths)
            self._ruled[key] = latched, ruling(one.step, truths, latched)
        runner.latched[one.place], found = self._ruled[key]
        return found

    def _settle(self) -> bool:
        """Settles the occurrences of the next base day; False when one is still open, or none is left."""
        self._end_bounded()
        waiting = [runner for runner in self.runners if runner.next is not None]
        if not waiting:
            return False
        base = min(one.due.day for one in _nexts(waiting))
        group = [runner for runner in waiting if runner.next is not None and runner.next.due.day == base]
        later = [one.due.day for one in _nexts(waiting) if one.due.day > base]
        later += [one.following for one in _nexts(group) if one.following is not None]
        return _Group(self, group, base, min(later, default=None)).settle()

    def _end_bounded(self) -> None:
        for runner in self.runners:
            bound = runner.bound()
            while runner.next is not None and bound is not None and runner.next.due.day + self.shift >= bound:
                runner.step_over(bound - self.shift, bound)
                bound = runner.bound()


def _nexts(runners: Sequence[Runner]) -> list[Next]:
    return [runner.next for runner in runners if runner.next is not None]


class _Group:
    """The occurrences of one base day being settled, day after day."""

    def __init__(self, machine: Machine, runners: list[Runner], base: int, following: int | None) -> None:
        self.machine, self.open, self.base, self.following = machine, runners, base, following
        self.day = self.first = base + machine.shift
        self.spent: set[str] = set()
        self.rulings: dict[str, Ruling] = {}

    def settle(self) -> bool:
        """False when one is still open on the day asked about."""
        for runner in tuple(self.open):
            self._take_early(runner)
        while self.open:
            if self.day > self.machine.on:
                for runner in self.open:
                    self._stand(runner, None, LAST_DAY)
                return False
            if not self._one_day():
                return False
        return True

    def _take_early(self, runner: Runner) -> None:
        """A dose given in the part of the window that lies before the planned day."""
        window = _step(runner).window
        if window is not None:
            self._take(runner, after(self.first, window.before), self.first - 1)

    def _take(self, runner: Runner, first: int, last: int, found: Ruling | None = None) -> None:
        given = self.machine.pool.take(runner, first, last)
        if given is not None:
            self.machine.record(runner, given.day)
            self._settled(runner, "given", found)
            runner.taken(given.day - self.machine.shift)
            self.open.remove(runner)

    def _one_day(self) -> bool:
        """Asks the rules of all that is open on the present day and moves to the next; False when that is past the day
        asked about."""
        machine, day = self.machine, self.day
        self._end_bounded()
        truths = machine.conditions.truths(day, machine.start)
        rulings = self.rulings = {}
        for runner in tuple(self.open):
            if runner not in self.open:  # a rule of the block has ended it with the one before
                continue
            found = machine.ruled(runner, truths)
            rulings[runner.line.id] = found
            if found.kind in {"stop", "until"}:
                self._end(runner, found)
                if not self.open:
                    return True
        for runner in tuple(self.open):
            self._take(runner, day, day, rulings[runner.line.id])
        for runner in tuple(self.open):
            if rulings[runner.line.id].kind == "skip":
                self._note(runner, rulings[runner.line.id], day)
                self._settled(runner, "skipped", rulings[runner.line.id])
                runner.taken(day - machine.shift)  # a rolling one goes on from the day it was skipped
                self.open.remove(runner)
        delaying = [runner for runner in self.open if self._delays(runner, rulings[runner.line.id])]
        if delaying:
            self._delay(delaying[0], rulings)
            return True
        return self._stay(rulings)

    def _end_bounded(self) -> None:
        """`until … after first X` has come while an occurrence was open."""
        for runner in tuple(self.open):
            bound = runner.bound()
            if bound is not None and self.day >= bound:
                found = SPENT if runner.line.id in self.spent else self.rulings.get(runner.line.id)
                self._settled(runner, "passed", found)
                runner.step_over(self.day - self.machine.shift, self.day)
                self.open.remove(runner)

    def _end(self, runner: Runner, found: Ruling) -> None:
        """A rule ends a line, its step, or the whole block."""
        machine, day = self.machine, self.day
        rule = _step(runner).rules[found.rule]
        ending = [one for one in machine.runners if one.next is not None] if rule.of_block else [runner]
        for one in ending:
            machine.last_rulings[one.line.id] = (found, day)
            machine.words[one.line.id] = rule.text
            if found.kind == "stop" or rule.of_block:
                one.stop(day)
            else:
                one.step_over(day - machine.shift, day)
            if one in self.open:
                self.open.remove(one)

    def _delays(self, runner: Runner, found: Ruling) -> bool:
        """Whether an occurrence may move a day: its delay must not have reached its limit."""
        if found.kind != "delay" or runner.line.id in self.spent:
            return False
        up_to = _step(runner).rules[found.rule].up_to
        if up_to is not None and self.day + 1 > after(self.first, up_to):
            self.spent.add(runner.line.id)
            return False
        return True

    def _delay(self, cause: Runner, rulings: dict[str, Ruling]) -> None:
        """Everything still open moves a day, and with it what follows."""
        for runner in self.open:
            own = rulings[runner.line.id]
            self._note(
                runner, own if own.kind == "delay" else rulings[cause.line.id]._replace(rule=-1), self.day
            )
        self.machine.delay()
        self.day += 1

    def _stay(self, rulings: dict[str, Ruling]) -> bool:
        machine, day = self.machine, self.day
        for runner in tuple(self.open):
            found = SPENT if runner.line.id in self.spent else rulings[runner.line.id]
            closing = self._closing(runner, found)
            if day == machine.on:
                self._stand(runner, found, closing)
            elif day >= closing:
                self._settled(runner, "passed", found)
                runner.passed()
                self.open.remove(runner)
        self.day += 1
        return not (self.open and day == machine.on)

    def _closing(self, runner: Runner, found: Ruling) -> int:
        """The last day on which an occurrence is open, as its ruling stands."""
        one, step = runner.next, _step(runner)
        planned = self.base + self.machine.shift
        if one is None or step.timing.kind == "rolling" or found is SPENT:
            return LAST_DAY
        end = planned + one.due.spare if step.window is None else after(planned, step.window.after)
        if found.kind != "ask":
            return end
        return LAST_DAY if self.following is None else max(end, self.following + self.machine.shift - 1)

    def _settled(
        self, runner: Runner, state: Literal["given", "skipped", "passed"], found: Ruling | None
    ) -> None:
        one, line = runner.next, runner.line.id
        assert one is not None
        latched = runner.latched.get(one.place, frozenset())
        planned = self.base + self.machine.shift
        became = Settled(one, planned, state, found, latched, line in self.spent)
        self.machine.settled[line].append(became)

    def _stand(self, runner: Runner, found: Ruling | None, last: int) -> None:
        if runner.next is not None:
            planned = self.base + self.machine.shift
            self.machine.standing[runner.line.id] = Standing(runner.next, planned, found, last, self.day)

    def _note(self, runner: Runner, found: Ruling, day: int) -> None:
        self.machine.last_rulings[runner.line.id] = (found, day)
        if day == self.machine.on and runner.next is not None:
            planned = self.base + self.machine.shift
            self.machine.today[runner.line.id] = Standing(runner.next, planned, found, day, day)


def _step(runner: Runner) -> Step:
    assert runner.next is not None
    return runner.next.step
