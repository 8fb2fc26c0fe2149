"""Numbers made of numbers, narrowed both ways."""

from __future__ import annotations

import math
from collections.abc import Sequence

from protocol_dsl.analysis.intervals import ALL, FORWARD, Interval, called, undo, undo_call
from protocol_dsl.analysis.state import BOUNDED, EXACT, FALSE, FIXED, KNOWN, MISSING, TRUE, UNKNOWN, State
from protocol_dsl.ir.numbers import ArithmeticOperator, FunctionName

Hull = tuple[float, float, int]
"""An interval and flags."""


class Numbers:
    """A number made of numbers: `hull` is what it can be, for what its parts can be."""

    node: int
    parts: Sequence[int]

    def hull(self, state: State) -> Hull:
        raise NotImplementedError

    def settled(self, state: State) -> bool:
        low, high, flags = self.hull(state)
        if flags & ~state.flags[self.node]:
            return False
        return not flags & KNOWN or (low >= state.lows[self.node] and high <= state.highs[self.node])

    def forward(self, state: State) -> None:
        low, high, flags = self.hull(state)
        if flags == FIXED and state.flags[self.node] & FIXED:
            state.lows[self.node], state.highs[self.node] = low, high
        state.narrow_number(self.node, (low, high), flags)

    def known(self, state: State) -> bool:
        return not state.flags[self.node] & MISSING


class Computed(Numbers):
    """`left operator right`."""

    def __init__(
        self, node: int, parts: Sequence[int], operator: ArithmeticOperator, scale: int | None
    ) -> None:
        self.node = node
        self.parts = parts
        self.operator = operator
        self.scale = scale
        """Which part a positive literal scales: under that alone a range stays a range."""

    def hull(self, state: State) -> Hull:
        left, right = self.parts
        one, other = state.flags[left], state.flags[right]
        x, y = state.interval(left), state.interval(right)
        flags = MISSING if (one | other) & MISSING else 0
        if self.scale is None:
            flags |= MISSING if (one | other) & (BOUNDED | FIXED) else 0
        else:
            flags |= state.flags[self.parts[self.scale]] & (BOUNDED | FIXED)
        if one & EXACT and other & EXACT:
            found, flags = self._exact(x, y, flags)
        elif flags & (BOUNDED | FIXED):
            found = FORWARD[self.operator](x, y)
        else:
            return 0.0, 0.0, flags
        return found[0], found[1], flags

    def _exact(self, x: Interval, y: Interval, flags: int) -> tuple[Interval, int]:
        if x[0] == x[1] and y[0] == y[1] and self.operator == "^":
            return _one_power(x[0], y[0], flags)
        found = FORWARD[self.operator](x, y)
        if not found[0] <= found[1]:
            return found, flags | MISSING
        fails = math.isinf(found[0]) or math.isinf(found[1])
        fails = fails or (self.operator == "/" and y[0] <= 0 <= y[1]) or (self.operator == "^" and x[0] <= 0)
        return found, flags | EXACT | (MISSING if fails else 0)

    def revise(self, state: State) -> None:
        self.forward(state)
        left, right = self.parts
        flags = state.flags[self.node]
        if flags & MISSING:
            return
        allowed = EXACT if self.scale is None else KNOWN
        state.narrow_number(left, ALL, allowed)
        state.narrow_number(right, ALL, allowed)
        if flags & FIXED:
            return
        x, y = undo(self.operator, state.interval(self.node), state.interval(left), state.interval(right))
        state.narrow_number(left, x, KNOWN)
        state.narrow_number(right, y, KNOWN)


def _one_power(base: float, exponent: float, flags: int) -> tuple[Interval, int]:
    try:
        value = math.pow(base, exponent)
    except (ArithmeticError, ValueError):
        return (0.0, 0.0), flags | MISSING
    return ((value, value), flags | EXACT) if math.isfinite(value) else ((0.0, 0.0), flags | MISSING)


class Called(Numbers):
    """A function of numbers."""

    def __init__(self, node: int, parts: Sequence[int], function: FunctionName) -> None:
        self.node = node
        self.parts = parts
        self.function = function

    def hull(self, state: State) -> Hull:
        flags, exact = 0, EXACT
        for part in self.parts:
            own = state.flags[part]
            flags |= MISSING if own & ~EXACT else 0
            exact &= own
        if not exact:
            return 0.0, 0.0, flags
        arguments = [state.interval(part) for part in self.parts]
        low, high = arguments[0]
        if low == high and len(arguments) == 1:
            found = _one_call(self.function, low)
            return (*found, flags | EXACT) if found else (0.0, 0.0, flags | MISSING)
        found = called(self.function, arguments)
        if not found[0] <= found[1]:
            return 0.0, 0.0, flags | MISSING
        fails = math.isinf(found[0]) or math.isinf(found[1])
        fails = (
            fails or (low <= 0 and self.function in {"ln", "log10"}) or (low < 0 and self.function == "sqrt")
        )
        return found[0], found[1], flags | EXACT | (MISSING if fails else 0)

    def revise(self, state: State) -> None:
        self.forward(state)
        if state.flags[self.node] & MISSING:
            return
        for part in self.parts:
            state.narrow_number(part, ALL, EXACT)
        arguments = [state.interval(part) for part in self.parts]
        found = undo_call(self.function, state.interval(self.node), arguments)
        for part, interval in zip(self.parts, found, strict=True):
            state.narrow_number(part, interval, EXACT)


_POINT = {"ln": math.log, "log10": math.log10, "exp": math.exp, "sqrt": math.sqrt}


def _one_call(function: FunctionName, value: float) -> Interval | None:
    """The function of one double, as the evaluator has it; None when it has none."""
    if function not in _POINT:
        return called(function, [(value, value)])
    try:
        result = _POINT[function](value)
    except (ArithmeticError, ValueError):
        return None
    return (result, result) if math.isfinite(result) else None


class Branch(Numbers):
    """`if condition then … else …`: parts are the condition and both numbers."""

    def __init__(self, node: int, parts: Sequence[int]) -> None:
        self.node = node
        self.parts = parts

    def hull(self, state: State) -> Hull:
        condition, then, otherwise = self.parts
        mask = state.masks[condition]
        found: Hull = (math.inf, -math.inf, MISSING if mask & UNKNOWN else 0)
        if mask & TRUE:
            found = joined(found, _hull_of(state, then))
        if mask & FALSE:
            found = joined(found, _hull_of(state, otherwise))
        return found

    def revise(self, state: State) -> None:
        self.forward(state)
        condition, then, otherwise = self.parts
        if self.known(state):
            state.narrow(condition, TRUE | FALSE)
        for part, mask in ((then, TRUE), (otherwise, FALSE)):
            if state.masks[condition] & mask and not compatible(state, self.node, part):
                state.narrow(condition, ~mask)
        if state.masks[condition] == TRUE:
            alike(state, self.node, then)
        elif state.masks[condition] == FALSE:
            alike(state, self.node, otherwise)


class Fallback(Numbers):
    """The first part when it is known, otherwise the second."""

    def __init__(self, node: int, parts: Sequence[int]) -> None:
        self.node = node
        self.parts = parts

    def hull(self, state: State) -> Hull:
        value, fallback = self.parts
        flags = state.flags[value]
        found: Hull = (math.inf, -math.inf, 0)
        if flags & KNOWN:
            found = (*state.interval(value), flags & KNOWN)
        return joined(found, _hull_of(state, fallback)) if flags & MISSING else found

    def revise(self, state: State) -> None:
        self.forward(state)
        value, fallback = self.parts
        if state.flags[value] & KNOWN and not compatible(state, self.node, value, KNOWN):
            state.narrow_number(value, ALL, MISSING)
        if state.flags[value] & MISSING and not compatible(state, self.node, fallback):
            state.narrow_number(value, ALL, KNOWN)
        if not state.flags[value] & MISSING:
            alike(state, self.node, value)
        elif not state.flags[value] & KNOWN:
            alike(state, self.node, fallback)


def _hull_of(state: State, node: int) -> Hull:
    return state.lows[node], state.highs[node], state.flags[node]


def joined(one: Hull, other: Hull) -> Hull:
    """The hull of both; without known numbers an interval says nothing."""
    flags = one[2] | other[2]
    if not one[2] & KNOWN:
        return other[0], other[1], flags
    if not other[2] & KNOWN:
        return one[0], one[1], flags
    return min(one[0], other[0]), max(one[1], other[1]), flags


def compatible(state: State, one: int, other: int, among: int = KNOWN | MISSING) -> bool:
    """Whether two numbers can be the same."""
    flags = state.flags[one] & state.flags[other] & among
    if flags & MISSING:
        return True
    if state.flags[one] & FIXED and state.flags[other] & (BOUNDED | FIXED) & among:
        return True
    meets = max(state.lows[one], state.lows[other]) <= min(state.highs[one], state.highs[other])
    return bool(flags) and meets


def alike(state: State, one: int, other: int) -> None:
    """Two numbers are the same number."""
    for here, there in ((one, other), (other, one)):
        flags = state.flags[there]
        if flags & KNOWN:
            state.narrow_number(here, state.interval(there), flags | (BOUNDED if flags & FIXED else 0))
        else:
            state.narrow_number(here, ALL, MISSING)
