"""The reference of a whole arm: clocks that start when others have ended, epochs, and what goes with other doses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from protocol_dsl.ir.evaluate.doses import Body
from protocol_dsl.ir.evaluate.schedule import Expected, State, Truth, Walk, later
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
                own.append(Walk(part, start, end, left, truth, on, body, without))
        ends.append(_ended(element, start, own, on))
        walks += own
    for line in (line for element in arm.elements for line in _lines(element)):
        if line.steps[0].timing.kind in RELATIVE and starts[line.id] is not None:
            walks.append(_Following(line, _doses(line, given, walks, on), left, truth, on, body))
    for walk in walks:
        found |= walk.found
    every = [line.id for element in arm.elements for line in _lines(element)]
    return {name: found.get(name, Expected("wait")) for name in every}


def _lines(element: Element) -> Iterator[Line]:
    for part in element.parts:
        yield from part.lines if isinstance(part, Cycles) else (part,)


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


def _ended(element: Element, start: int | None, own: Sequence[Walk], on: int) -> int | None:
    """The day by which all that has days of its own and is not merely permitted had run its course."""
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
    return max(days) if max(days) <= on else None


def _doses(line: Line, given: Sequence[Administration], walks: Sequence[Walk], on: int) -> list[int]:
    """The days a line goes with: those on which the other drug was given, and the day on which it is next due."""
    of = line.steps[0].timing.of
    coming = sorted(day for walk in walks for day in walk.coming(of))
    return [*sorted(one.day for one in given if one.what == of and one.day <= on), *coming[:1]]


class _Following(Walk):
    """A line whose planned days are those of other doses, each an interval later."""

    def __init__(
        self,
        line: Line,
        doses: Sequence[int],
        left: list[Administration],
        truth: Truth,
        on: int,
        body: Body,
    ) -> None:
        step = line.steps[0]
        interval = step.timing.interval
        self.days = [day if interval is None else later(day, interval) for day in doses][: step.limit.doses]
        self.full = len(self.days) == step.limit.doses
        super().__init__(line, 0, None, left, truth, on, body)

    def _planned(self, state: State, step: Step) -> list[int]:  # noqa: ARG002 - whatever its step
        return list(self.days)

    def _end(self, state: State, step: Step) -> None:
        """Nothing starts after it."""

    def _rest(self, state: State) -> Expected:
        over = state.ended_on is not None or self.full
        return super()._rest(state) if over or state.present is not None else Expected("wait")
