"""A line that goes with, or after, each dose of another drug."""

from __future__ import annotations

from collections.abc import Sequence

from protocol_dsl.runtime.schedule.clock import after
from protocol_dsl.runtime.schedule.layout import bound_of
from protocol_dsl.runtime.schedule.program import Line
from protocol_dsl.runtime.schedule.recurrence import Due
from protocol_dsl.runtime.schedule.runner import Event, Next, Runner


class Follower(Runner):
    """A runner whose occurrences hang on the days `doses` of the other drug, given or due."""

    def __init__(self, line: Line, doses: Sequence[int], event: Event) -> None:
        self.line = line
        self.latched = {}
        self.ended = None
        self.base_end = None
        self._event = event
        step = line.steps[0]
        interval = step.timing.interval
        self._days = [day if interval is None else after(day, interval) for day in doses][: step.limit.doses]
        self._full = step.limit.doses is not None and len(self._days) == step.limit.doses
        self._place = -1
        self.next: Next | None = None
        self._move()

    def taken(self, base: int) -> None:  # noqa: ARG002 - what follows hangs on the other drug
        """The next occurrence was given."""
        self._move()

    def passed(self) -> None:
        """The next occurrence is lost."""
        self._move()

    def step_over(self, base: int, day: int) -> None:  # noqa: ARG002
        """`until` has ended the line."""
        self.stop(day)

    def bound(self) -> int | None:
        """The real day that `until … after first X` comes to."""
        return None if self.next is None else bound_of(self.line.steps[0], self._event)

    def _move(self) -> None:
        self._place += 1
        if self._place >= len(self._days):
            self.next = None
            self.base_end = self._days[-1] + 1 if self._full else None
            return
        following = self._days[self._place + 1] if self._place + 1 < len(self._days) else None
        due = Due(self._days[self._place])
        self.next = Next(self._place + 1, due, self.line.steps[0], 0, 0, following)
