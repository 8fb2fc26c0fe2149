"""The values a number can be recorded with: whole steps from the low end of its plausible range."""

from __future__ import annotations

import math
from fractions import Fraction

from attrs import frozen

from protocol_dsl.analysis.intervals import EMPTY, INF, Interval
from protocol_dsl.ir.facts import Plausible


@frozen
class Grid:
    """Doubles `(first + k * step) / parts` for k from 0 to `count`; with `count` None every double from `low` to
    `high`."""

    low: float
    high: float
    first: int = 0
    step: int = 0
    parts: int = 1
    count: int | None = None

    def at(self, place: int) -> float:
        """The value `place` steps from the low end: the nearest double of the exact one."""
        return (self.first + place * self.step) / self.parts

    def place(self, value: float) -> int:
        """The first place whose value is at least `value`."""
        assert self.count is not None
        if value <= self.low:
            return 0
        if value > self.high:
            return self.count + 1
        guess = min(max(int((value - self.low) * self.parts / self.step), 0), self.count)
        while guess > 0 and self.at(guess - 1) >= value:
            guess -= 1
        while guess <= self.count and self.at(guess) < value:
            guess += 1
        return guess

    def snapped(self, interval: Interval) -> Interval:
        """The recorded values in `interval`, from the first to the last."""
        low, high = max(interval[0], self.low), min(interval[1], self.high)
        if low > high:
            return EMPTY
        if self.count is None:
            return low, high
        first = self.place(low)
        last = self.place(high)
        if last > self.count or self.at(last) > high:
            last -= 1
        return (self.at(first), self.at(last)) if first <= last else EMPTY

    def middle(self, interval: Interval) -> tuple[float, float] | None:
        """Where to cut a snapped `interval` in two: the last value of the lower part and the first of the upper;
        None when it holds a single value."""
        low, high = interval
        if low >= high:
            return None
        if self.count is not None:
            middle = (self.place(low) + self.place(high)) // 2
            return self.at(middle), self.at(middle + 1)
        middle_value = _between(low, high)
        return (middle_value, math.nextafter(middle_value, INF)) if middle_value < high else (low, high)

    def nearest(self, interval: Interval, wish: float) -> float:
        """A value of a snapped `interval`, as near to `wish` as there is."""
        if wish <= interval[0]:
            return interval[0]
        if wish >= interval[1]:
            return interval[1]
        if self.count is None:
            return wish
        above = self.place(wish)
        value = self.at(above)
        return value if value <= interval[1] else self.at(above - 1)

    def beside(self, value: float, steps: int) -> float:
        """The value `steps` steps from the one at or above `value`, within the grid."""
        if self.count is None:
            return min(max(value + steps * max(abs(value), 1.0) / 1000, self.low), self.high)
        return self.at(min(max(self.place(value) + steps, 0), self.count))


def _between(low: float, high: float) -> float:
    if low == -INF:
        return min(2 * high, -1.0) if high <= 0 else 0.0
    if high == INF:
        return max(2 * low, 1.0) if low >= 0 else 0.0
    if low > 0 and high / low > 16:
        return math.sqrt(low) * math.sqrt(high)
    middle = low + (high - low) / 2
    return low if middle >= high else middle


def grid_of(plausible: Plausible | None) -> Grid:
    """The recording grid of a fact; without a plausible range, all doubles."""
    if plausible is None:
        return Grid(-INF, INF)
    low, high, step = plausible.low, plausible.high, plausible.step
    if not step:
        return Grid(float(low), float(high))
    parts = math.lcm(low.denominator, step.denominator)
    count = int((high - low) / step)
    return Grid(float(low), float(low + count * step), int(low * parts), int(step * parts), parts, count)


def limits_grid_of(plausible: Plausible | None, upper: bool) -> Grid:
    """The recording grid of a limit of normal: an upper one above 0, a lower one from 0, unless values lie below 0."""
    if plausible is None:
        return Grid(math.nextafter(0.0, INF) if upper else 0.0, INF)
    if plausible.low != 0 or not upper:
        return grid_of(plausible)
    if not plausible.step:
        return Grid(math.nextafter(0.0, INF), float(plausible.high))
    return grid_of(Plausible(plausible.step, plausible.high, plausible.step))


def whole_grid(low: int, high: int) -> Grid:
    """Whole numbers from `low` to `high`."""
    return grid_of(Plausible(Fraction(low), Fraction(high), Fraction(1)))
