"""The reference of a whole arm: clocks that start when others have ended, epochs, what goes with other doses, and what
`until … after first X` counts from: the day X was first given or, before that, the first it is planned on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from protocol_dsl.ir.evaluate.clock import Time, later, later_time
from protocol_dsl.ir.evaluate.doses import Body
from protocol_dsl.ir.evaluate.schedule import FAR, Event, Expected, History, State, Truth, Walk
from protocol_dsl.runtime.schedule.course import Administration
from protocol_dsl.runtime.schedule.program import Arm, Cycles, Element, Epoch, Line, Step

RELATIVE = frozenset({"with", "after"})


def expected_actions(
    arm: Arm,
    epochs: Sequence[Epoch],
    days: Mapping[str, int],
    given: Sequence[Administration],
    truth: Truth,
    on: int,
    body: Body,
) -> dict[str, Expected]:
    """What is to be done on day `on` for each line of an arm.

    `days` are those of anchors, `day_1` among them; `body` is the patient's on that day.
    """
    spans = _spans(epochs, days)
    left = sorted((one for one in given if one.day <= on), key=lambda one: one.day)
    history = History(on, left, truth, body, _events(arm, epochs, days, left, on))
    ends: list[int | None] = []
    walks: list[Walk] = []
    found: dict[str, Expected] = {}
    starts: dict[str, int | None] = {}
    for element in arm.elements:
        start, end = _clock(element, ends, spans, days)
        own: list[Walk] = []
        for line in _lines(element):
            starts[line.id] = start
        if start is not None:
            without = {line.id for line in _lines(element) if line.steps[0].timing.kind in RELATIVE}
            for part in element.parts:
                own.append(Walk(part, start, end, history, without))
        ends.append(_ended(element, start, own, on))
        walks += own
    for line in (line for element in arm.elements for line in _lines(element)):
        if line.steps[0].timing.kind in RELATIVE and starts[line.id] is not None:
            walks.append(_Following(line, _doses(line, given, walks, on), history))
    for walk in walks:
        found |= walk.found
    every = [line.id for element in arm.elements for line in _lines(element)]
    return {name: found.get(name, Expected("wait")) for name in every}


def _lines(element: Element) -> Iterator[Line]:
    for part in element.parts:
        yield from part.lines if isinstance(part, Cycles) else (part,)


def _events(
    arm: Arm,
    epochs: Sequence[Epoch],
    days: Mapping[str, int],
    given: Sequence[Administration],
    on: int,
) -> Event:
    """Dates anchors and `first X`."""
    known = {f"first {one.what}": one.day for one in reversed(given)} | dict(days)
    planned: dict[str, int] = {}
    lines = [line for element in arm.elements for line in _lines(element)]
    asked = {step.limit.event for line in lines for step in line.steps} - {"", *known}
    # The first day of a drug may hang on that of another, whose regimen it follows.
    for _ in range(len(arm.elements) + 1 if asked else 0):
        planned = _planned_firsts(arm, epochs, days, {**planned, **known}, on)
    return {**planned, **known}.get


def _planned_firsts(
    arm: Arm, epochs: Sequence[Epoch], days: Mapping[str, int], known: Mapping[str, int], on: int
) -> dict[str, int]:
    """The first planned day of every drug, each clock starting when those it waits for have run as planned."""
    spans = _spans(epochs, days)
    history = History(on, [], _never, {}, known.get)
    ends: list[int | None] = []
    firsts: dict[str, int] = {}
    for element in arm.elements:
        start, end = _clock(element, ends, spans, days)
        if start is None:
            ends.append(None)
            continue
        natural: list[_Planned] = []
        without = {line.id for line in _lines(element) if line.steps[0].timing.kind in RELATIVE}
        for part in element.parts:
            natural.append(_Planned(part, start, None, history, without))
            for what, day in _Planned(part, start, end, history, without).firsts():
                firsts[f"first {what}"] = min(day, firsts.get(f"first {what}", day))
        ends.append(_ended(element, start, natural, None))
    return firsts


def _never(condition: int, day: int) -> bool:  # noqa: ARG001 - of no condition
    return False


def _spans(epochs: Sequence[Epoch], days: Mapping[str, int]) -> dict[str, tuple[int, int | None]]:
    """Each epoch starts where it says, else when the one before has ended, the first on day 1."""
    spans: dict[str, tuple[int, int | None]] = {}
    before: int | None = days["day_1"]
    for epoch in epochs:
        start = days[epoch.start] if epoch.start else before
        assert start is not None
        before = days[epoch.end] if epoch.end else None
        before = before if epoch.duration is None else later(start, epoch.duration)
        spans[epoch.name] = start, before
    return spans


def _clock(
    element: Element,
    ends: Sequence[int | None],
    spans: Mapping[str, tuple[int, int | None]],
    days: Mapping[str, int],
) -> tuple[int | None, int | None]:
    start, end = spans[element.epoch] if element.epoch else (days["day_1"], None)
    if not element.after:
        return start, end
    before = [ends[number] for number in element.after]
    return (None if None in before else max(day for day in before if day is not None)), end


def _ended(element: Element, start: int | None, own: Sequence[Walk], on: int | None) -> int | None:
    """The day by which all that has days of its own and is not merely permitted had run its course, if by day `on`."""
    if start is None:
        return None
    days = [start]
    for part, walk in zip(element.parts, own, strict=True):
        lines = part.lines if isinstance(part, Cycles) else (part,)
        asked = [line for line in lines if line.steps[0].timing.kind not in RELATIVE]
        if not all(line.permitted for line in asked):
            if walk.ended_on is None:
                return None
            days.append(walk.ended_on)
    return max(days) if on is None or max(days) <= on else None


def _doses(line: Line, given: Sequence[Administration], walks: Sequence[Walk], on: int) -> list[Time]:
    """The times a line goes with: those at which the other drug was given, and that at which it is next due."""
    of = line.steps[0].timing.of
    coming = sorted(time for walk in walks for time in walk.coming(of))
    timed = [time for walk in walks for state in walk.states if state.line.what == of for time in state.given]
    untimed = [one.day for one in given if one.what == of and one.day <= on]
    for day, _ in timed:
        untimed.remove(day)
    return [*sorted([*timed, *((day, 0) for day in untimed)]), *coming[:1]]


class _Planned(Walk):
    """A part as planned: everything is given on its day, whatever rules say."""

    def firsts(self) -> Iterator[tuple[str, int]]:
        """The first planned day of each drug, whatever `until … after` may bound it."""
        for state in self.states:
            for place, (start, _, _) in enumerate(state.clocks):
                state.clock, state.start = place, start
                if state.line.verb == "give" and (planned := self._planned(state, state.line.steps[0])):
                    yield state.line.what, planned[0][0]
                    break

    def _settle(self, members: list[State], base: int) -> bool:
        for state in members:
            self._advance(state, base)
        return base <= self.on + FAR


class _Following(Walk):
    """A line whose planned days are those of other doses, each an interval later."""

    def __init__(
        self,
        line: Line,
        doses: Sequence[Time],
        history: History,
    ) -> None:
        step = line.steps[0]
        interval = step.timing.interval
        times = [time if interval is None else later_time(time, interval) for time in doses]
        self.times = times[: step.limit.doses]
        self.full = len(self.times) == step.limit.doses
        super().__init__(line, 0, None, history)

    def _planned(self, state: State, step: Step) -> list[Time]:  # noqa: ARG002 - whatever its step
        return list(self.times)

    def _end(self, state: State, step: Step) -> None:
        """Nothing starts after it."""

    def _rest(self, state: State) -> Expected:
        over = state.ended_on is not None or self.full
        return super()._rest(state) if over or state.present is not None else Expected("wait")
