"""Ages in completed units follow from the days since birth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from protocol_dsl.analysis.arithmetic import Hull, Numbers
from protocol_dsl.analysis.intervals import ALL, INF
from protocol_dsl.analysis.state import BOUNDED, EXACT, FIXED, KNOWN, MISSING, State
from protocol_dsl.ir.evaluate.age import completed
from protocol_dsl.ir.features import AgeUnit

OLDEST = 150
"""Years of age, more than anybody has lived."""


class AgeIn(Numbers):
    """Completed `unit`s on day `on` of one born as many days before as the one part says."""

    def __init__(self, node: int, born: int, unit: AgeUnit, on: date) -> None:
        self.node = node
        self.parts: Sequence[int] = (born,)
        self.unit = unit
        self.on = on
        self._ages: dict[int, float] = {}
        self._first_days: dict[int, int] = {}

    def _age(self, days: float) -> float:
        key = int(days)
        if key not in self._ages:
            self._ages[key] = float(
                completed(self.unit, date.fromordinal(self.on.toordinal() - key), self.on)
            )
        return self._ages[key]

    def _first(self, age: float, longest: int) -> int:
        """The fewest days since birth at which the age is reached."""
        if age <= 0:
            return 0
        key = int(-(-age // 1))
        if key not in self._first_days:
            low, high = 0, longest + 1
            while low < high:
                middle = (low + high) // 2
                if middle > longest or self._age(middle) >= key:
                    high = middle
                else:
                    low = middle + 1
            self._first_days[key] = low
        return self._first_days[key]

    def hull(self, state: State) -> Hull:
        born = self.parts[0]
        flags = state.flags[born]
        if not flags & KNOWN:
            return 0.0, 0.0, flags
        low, high = self._age(state.lows[born]), self._age(state.highs[born])
        if flags == FIXED and low == high:  # days of birth that all give one age
            flags = EXACT
        return low, high, flags | (EXACT if flags & BOUNDED else 0)

    def revise(self, state: State) -> None:
        self.forward(state)
        born = self.parts[0]
        flags = state.flags[self.node]
        if not flags & MISSING:
            state.narrow_number(born, ALL, KNOWN)
        elif not flags & KNOWN:
            state.narrow_number(born, ALL, MISSING)
        if flags & (MISSING | FIXED) or not flags & KNOWN:
            return
        grid = state.grids[born]
        longest = int(grid.high) if grid is not None else 0
        low, high = state.interval(self.node)
        first = self._first(low, longest)
        last = INF if high == INF else self._first(high // 1 + 1, longest) - 1
        state.narrow_number(born, (float(first), float(last)), EXACT | BOUNDED)
