"""What every node of a network can still be, narrowed step by step: truths, choices, sets, numbers, rows.

A truth is a mask of `TRUE`, `FALSE`, `UNKNOWN`. A choice is a mask of its choices and one bit for unknown, a table
a mask of its rows. A number is an interval and flags: it may be known exactly, not at all, or as a range.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from protocol_dsl.analysis.grids import Grid
from protocol_dsl.analysis.intervals import INF, Interval

TRUE, FALSE, UNKNOWN = 1, 2, 4
EVERY = TRUE | FALSE | UNKNOWN
EXACT, MISSING, BOUNDED, FIXED = 1, 2, 4, 8
"""A number: one double; nothing; some range within the interval; the very range that the interval is."""
KNOWN = EXACT | BOUNDED | FIXED
_WORTH = 0.01
"""The share of an interval that must be cut off for the change to be followed further."""


class Conflict(Exception):  # noqa: N818 - no fault: a branch of the search that ends
    """Nothing is left that a node could be."""


class State:
    """Domains of all nodes. `masks[n]` of truths, choices and tables (of a set, the choices it may hold, `least[n]`
    those it must); `lows`, `highs`, `flags` of numbers."""

    __slots__ = ("flags", "grids", "highs", "idle", "least", "lows", "masks", "queue", "queued", "watchers")

    def __init__(self, size: int, watchers: Sequence[Sequence[int]], grids: Sequence[Grid | None]) -> None:
        self.masks = [0] * size
        self.least: dict[int, int] = {}
        self.lows = [0.0] * size
        self.highs = [0.0] * size
        self.flags = [0] * size
        self.watchers = watchers
        self.grids = grids
        self.queue: deque[int] = deque()
        self.idle = b""
        self.queued = bytearray()

    def attend(self, places: Iterable[int], count: int) -> None:
        """Look at no other constraints, of `count`, than those at `places`."""
        idle = bytearray(b"\1" * count)
        for place in places:
            idle[place] = 0
        self.idle, self.queued = bytes(idle), idle

    def copy(self) -> State:
        """The same domains, nothing left to do."""
        other = State.__new__(State)
        other.masks, other.least = self.masks.copy(), self.least.copy()
        other.lows, other.highs, other.flags = self.lows.copy(), self.highs.copy(), self.flags.copy()
        other.watchers, other.grids = self.watchers, self.grids
        other.queue, other.idle, other.queued = deque(), self.idle, bytearray(self.idle)
        return other

    def wake(self, node: int) -> None:
        """Have every constraint looked at again in which `node` stands."""
        queued = self.queued
        for one in self.watchers[node]:
            if not queued[one]:
                queued[one] = 1
                self.queue.append(one)

    def narrow(self, node: int, mask: int) -> None:
        """Keep of a mask what is in `mask`. Raises Conflict when nothing is."""
        old = self.masks[node]
        new = old & mask
        if new != old:
            if not new:
                raise Conflict
            self.masks[node] = new
            self.wake(node)

    def narrow_number(self, node: int, interval: Interval, flags: int) -> None:
        """Keep of a number what is in `interval` and has one of `flags`. Raises Conflict when nothing is left."""
        old_flags = self.flags[node]
        new_flags = old_flags & flags
        if new_flags & (EXACT | BOUNDED):
            low, high = self.lows[node], self.highs[node]
            if interval[0] > low or interval[1] < high:
                new_flags = self._cut(node, interval, new_flags, low, high)
        if new_flags != old_flags:
            if not new_flags:
                raise Conflict
            self.flags[node] = new_flags
            self.wake(node)

    def _cut(self, node: int, interval: Interval, flags: int, low: float, high: float) -> int:
        grid = self.grids[node]
        new_low, new_high = max(interval[0], low), min(interval[1], high)
        if grid is not None and new_low <= new_high:
            new_low, new_high = grid.snapped((new_low, new_high))
        if not new_low <= new_high:
            return flags & ~(EXACT | BOUNDED)
        if new_low > low or new_high < high:
            self.lows[node], self.highs[node] = new_low, new_high
            width = high - low
            if new_low == new_high or width == INF or width - (new_high - new_low) > _WORTH * width:
                self.wake(node)
        return flags

    def interval(self, node: int) -> Interval:
        """The interval of a number."""
        return self.lows[node], self.highs[node]

    def keep_in_set(self, node: int, least: int, most: int) -> None:
        """A set that holds all of `least` and nothing outside `most`. Raises Conflict when there is none."""
        old_least, old_most = self.least[node], self.masks[node]
        new_least, new_most = old_least | least, old_most & most
        if (new_least, new_most) != (old_least, old_most):
            if new_least & ~new_most:
                raise Conflict
            self.least[node], self.masks[node] = new_least, new_most
            self.wake(node)
