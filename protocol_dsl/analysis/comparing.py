"""Truths made of values: comparisons of numbers, choices, sets."""

from __future__ import annotations

import math
from collections.abc import Sequence

from protocol_dsl.analysis.intervals import ALL
from protocol_dsl.analysis.state import BOUNDED, EXACT, FALSE, FIXED, KNOWN, MISSING, TRUE, UNKNOWN, State


class Less:
    """`left < right`, `<=` when not `strict`, `=` when `equal`."""

    def __init__(self, node: int, parts: Sequence[int], strict: bool, equal: bool) -> None:
        self.node = node
        self.parts = parts
        self.strict = strict
        self.equal = equal

    def _hull(self, state: State) -> int:
        left, right = self.parts
        a, b, c, d = state.lows[left], state.highs[left], state.lows[right], state.highs[right]
        one, other = state.flags[left], state.flags[right]
        found = (
            UNKNOWN
            if (one | other) & (MISSING | BOUNDED) or _may_be_fixed(one) or _may_be_fixed(other)
            else 0
        )
        if one & KNOWN and other & KNOWN:
            found |= (
                self._equal(a, b, c, d, one, other) if self.equal else self._below(a, b, c, d, one, other)
            )
        return found

    def _below(self, a: float, b: float, c: float, d: float, one: int, other: int) -> int:
        # An exact number may be anywhere in its interval; a fixed range always has both its ends.
        (first_high, last_low), (first_other_high, last_other_low) = (
            (b, a) if one == FIXED else (a, b),
            (d, c) if other == FIXED else (c, d),
        )
        if self.strict:
            may, may_not = first_high < last_other_low, last_low >= first_other_high
            sure, sure_not = b < c, a >= d
        else:
            may, may_not = first_high <= last_other_low, last_low > first_other_high
            sure, sure_not = b <= c, a > d
        found = (TRUE if may else 0) | (FALSE if may_not else 0)
        if FIXED in (one, other) and not sure and not sure_not:
            found |= UNKNOWN
        return found

    def _equal(self, a: float, b: float, c: float, d: float, one: int, other: int) -> int:
        meets = a <= d and c <= b
        if FIXED in (one, other):
            return (UNKNOWN if meets else 0) | (
                FALSE if not meets or EXACT in (one & EXACT, other & EXACT) else 0
            )
        return (TRUE if meets else 0) | (0 if a == b == c == d and one == other == EXACT else FALSE)

    def settled(self, state: State) -> bool:
        return not self._hull(state) & ~state.masks[self.node]

    def revise(self, state: State) -> None:
        state.narrow(self.node, self._hull(state))
        wanted = state.masks[self.node]
        left, right = self.parts
        if not wanted & UNKNOWN:
            state.narrow_number(left, ALL, KNOWN)
            state.narrow_number(right, ALL, KNOWN)
            self._decided(state, left, right, wanted)
        elif wanted == UNKNOWN:
            for part, other in ((left, right), (right, left)):
                if state.flags[other] == EXACT:
                    state.narrow_number(part, ALL, MISSING | BOUNDED | FIXED)

    def _decided(self, state: State, left: int, right: int, wanted: int) -> None:
        (a, b), (c, d) = state.interval(left), state.interval(right)
        if self.equal:
            if wanted == TRUE:
                state.narrow_number(left, (c, d), EXACT)
                state.narrow_number(right, (a, b), EXACT)
            elif wanted == FALSE:
                self._apart(state, left, right)
        elif wanted == TRUE:
            step = math.nextafter if self.strict else _same
            state.narrow_number(left, (-math.inf, step(d, -math.inf)), KNOWN)
            state.narrow_number(right, (step(a, math.inf), math.inf), KNOWN)
        elif wanted == FALSE:
            step = _same if self.strict else math.nextafter
            state.narrow_number(left, (step(c, math.inf), math.inf), KNOWN)
            state.narrow_number(right, (-math.inf, step(b, -math.inf)), KNOWN)

    def _apart(self, state: State, left: int, right: int) -> None:
        """A number that differs from a single other one does not begin or end there."""
        for part, other in ((left, right), (right, left)):
            value, end = state.interval(other)
            if value == end and state.flags[other] == EXACT:
                low, high = state.interval(part)
                low = math.nextafter(low, math.inf) if low == value else low
                high = math.nextafter(high, -math.inf) if high == value else high
                state.narrow_number(part, (low, high), EXACT | BOUNDED | FIXED)


def _may_be_fixed(flags: int) -> bool:
    return bool(flags & FIXED) and flags != FIXED


def _same(value: float, _: float) -> float:
    return value


class NoMore:
    """`node` does not reach above its one part where both are known (`below`: not below it)."""

    def __init__(self, node: int, part: int, below: bool) -> None:
        self.node = node
        self.parts: Sequence[int] = (part,)
        self.below = below

    def settled(self, state: State) -> bool:
        node, part = self.node, self.parts[0]
        if not (state.flags[node] & KNOWN and state.flags[part] & KNOWN):
            return True
        exact = state.flags[part] == EXACT
        if self.below:
            return state.lows[node] >= (state.highs[part] if exact else state.lows[part])
        return state.highs[node] <= (state.lows[part] if exact else state.highs[part])

    def revise(self, state: State) -> None:
        node, part = self.node, self.parts[0]
        known = not (state.flags[node] | state.flags[part]) & MISSING
        if not known:
            return
        exact = state.flags[node] == state.flags[part] == EXACT
        (low, high), (least, most) = state.interval(node), state.interval(part)
        if self.below:
            state.narrow_number(node, (least, math.inf), KNOWN)
            if exact:
                state.narrow_number(part, (-math.inf, high), EXACT)
        else:
            state.narrow_number(node, (-math.inf, most), KNOWN)
            if exact:
                state.narrow_number(part, (low, math.inf), EXACT)


class Chosen:
    """A choice is one of some: `inside` is their mask, `unknown` the bit for unknown."""

    def __init__(self, node: int, part: int, inside: int, unknown: int) -> None:
        self.node = node
        self.parts: Sequence[int] = (part,)
        self.inside = inside
        self.unknown = unknown

    def _hull(self, mask: int) -> int:
        return (
            (TRUE if mask & self.inside else 0)
            | (FALSE if mask & ~self.inside & ~self.unknown else 0)
            | (UNKNOWN if mask & self.unknown else 0)
        )

    def settled(self, state: State) -> bool:
        return not self._hull(state.masks[self.parts[0]]) & ~state.masks[self.node]

    def revise(self, state: State) -> None:
        part = self.parts[0]
        state.narrow(self.node, self._hull(state.masks[part]))
        wanted = state.masks[self.node]
        out = (
            (0 if wanted & TRUE else self.inside)
            | (0 if wanted & UNKNOWN else self.unknown)
            | (0 if wanted & FALSE else ~self.inside & ~self.unknown)
        )
        state.narrow(part, ~out)


class Holds:
    """A set holds at least one of some choices (`inside`)."""

    def __init__(self, node: int, part: int, inside: int) -> None:
        self.node = node
        self.parts: Sequence[int] = (part,)
        self.inside = inside

    def _hull(self, state: State) -> int:
        part = self.parts[0]
        found = UNKNOWN if state.flags[part] & MISSING else 0
        if state.flags[part] & EXACT:
            found |= TRUE if state.masks[part] & self.inside else 0
            found |= 0 if state.least[part] & self.inside else FALSE
        return found

    def settled(self, state: State) -> bool:
        return not self._hull(state) & ~state.masks[self.node]

    def revise(self, state: State) -> None:
        part = self.parts[0]
        state.narrow(self.node, self._hull(state))
        wanted = state.masks[self.node]
        if not wanted & UNKNOWN:
            state.narrow_number(part, ALL, EXACT)
        elif wanted == UNKNOWN:
            state.narrow_number(part, ALL, MISSING)
        if wanted == FALSE:
            state.keep_in_set(part, 0, ~self.inside)
        elif wanted == TRUE:
            able = state.masks[part] & self.inside
            if able & (able - 1) == 0:
                state.keep_in_set(part, able, -1)
