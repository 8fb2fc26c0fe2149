"""A line that goes with, or after, each dose of another drug."""

from __future__ import annotations

from collections.abc import Sequence

from protocol_dsl.runtime.schedule.clock import moved
from protocol_dsl.runtime.schedule.layout import DayOf, bound_of
from protocol_dsl.runtime.schedule.program import Line
from protocol_dsl.runtime.schedule.recurrence import Due
from protocol_dsl.runtime.schedule.runner import Next, Runner


class Follower(Runner):
    """A runner whose occurrences hang on the `doses` of the other drug, given or due: days with minutes."""

    def __init__(self, line: Line, doses: Sequence[tuple[int, int]], event: DayOf) -> None:
        self.line = line
        self.latched = {}
        self.shift = 0
        self.ended = None
        self.base_end = None
        self._event = event
        step = line.steps[0]
        interval = step.timing.interval
        placed = [
            Due(day, minute) if interval is None else Due(*moved(day, interval, minute=minute))
            for day, minute in doses
        ]
        self._dues = placed[: step.limit.doses]
        self._full = len(self._dues) == step.limit.doses
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
        if self._place >= len(self._dues):
            self.next = None
            self.base_end = self._dues[-1].day + 1 if self._full else None
            return
        following = self._dues[self._place + 1].day if self._place + 1 < len(self._dues) else None
        self.next = Next(self._place + 1, self._dues[self._place], self.line.steps[0], 0, 0, following)
