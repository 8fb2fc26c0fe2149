"""What ties nodes together, one class a kind of formula or number: `revise` narrows a node by its parts and the parts
by the node; `settled` says whether the node now follows from its parts, whatever they still can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

from protocol_dsl.analysis.intervals import ALL, FORWARD, Interval, called, undo, undo_call
from protocol_dsl.analysis.state import (
    BOUNDED,
    EXACT,
    FALSE,
    FIXED,
    KNOWN,
    MISSING,
    TRUE,
    UNKNOWN,
    Conflict,
    State,
)
from protocol_dsl.ir.numbers import ArithmeticOperator, FunctionName

_SWAPPED = (0, 2, 1, 3, 4, 6, 5, 7)
"""The mask of a negation."""
Hull = tuple[float, float, int]
"""An interval and flags."""


class Constraint(Protocol):
    """`node` and the `parts` it is made of."""

    node: int
    parts: Sequence[int]

    def revise(self, state: State) -> None:
        """Narrow what can be narrowed. Raises Conflict."""

    def settled(self, state: State) -> bool:
        """Whether any choice of the parts gives something the node can be."""


class Truths:
    """A truth made of truths: `hull` is what it can be, for what its parts can be."""

    def __init__(self, node: int, parts: Sequence[int]) -> None:
        self.node = node
        self.parts = parts

    def settled(self, state: State) -> bool:
        return not self.hull([state.masks[part] for part in self.parts]) & ~state.masks[self.node]

    def hull(self, masks: Sequence[int]) -> int:
        raise NotImplementedError


class Both(Truths):
    """All of the parts."""

    def hull(self, masks: Sequence[int]) -> int:
        seen = 0
        for mask in masks:
            seen |= mask
        found = seen & FALSE
        if all(mask & TRUE for mask in masks):
            found |= TRUE
        if seen & UNKNOWN and all(mask & ~FALSE for mask in masks):
            found |= UNKNOWN
        return found

    def revise(self, state: State) -> None:
        masks, parts = state.masks, self.parts
        state.narrow(self.node, self.hull([masks[part] for part in parts]))
        wanted = masks[self.node]
        if wanted == TRUE:
            for part in parts:
                state.narrow(part, TRUE)
            return
        if not wanted & FALSE:
            for part in parts:
                state.narrow(part, TRUE | UNKNOWN)
        if not wanted & TRUE:
            needed = wanted  # FALSE, UNKNOWN or either: some part must be one of them
            able = [part for part in parts if masks[part] & needed]
            if not able:
                raise Conflict
            if len(able) == 1:
                state.narrow(able[0], needed)


class Either(Truths):
    """Any of the parts."""

    def hull(self, masks: Sequence[int]) -> int:
        seen = 0
        for mask in masks:
            seen |= mask
        found = seen & TRUE
        if all(mask & FALSE for mask in masks):
            found |= FALSE
        if seen & UNKNOWN and all(mask & ~TRUE for mask in masks):
            found |= UNKNOWN
        return found

    def revise(self, state: State) -> None:
        masks, parts = state.masks, self.parts
        state.narrow(self.node, self.hull([masks[part] for part in parts]))
        wanted = masks[self.node]
        if wanted == FALSE:
            for part in parts:
                state.narrow(part, FALSE)
            return
        if not wanted & TRUE:
            for part in parts:
                state.narrow(part, FALSE | UNKNOWN)
        if not wanted & FALSE:
            able = [part for part in parts if masks[part] & wanted]
            if not able:
                raise Conflict
            if len(able) == 1:
                state.narrow(able[0], wanted)


class Opposite(Truths):
    """Not the part."""

    def hull(self, masks: Sequence[int]) -> int:
        return _SWAPPED[masks[0]]

    def revise(self, state: State) -> None:
        part = self.parts[0]
        state.narrow(self.node, _SWAPPED[state.masks[part]])
        state.narrow(part, _SWAPPED[state.masks[self.node]])


class KnownTrue(Truths):
    """The part is known to be true."""

    def hull(self, masks: Sequence[int]) -> int:
        return (masks[0] & TRUE) | (FALSE if masks[0] & ~TRUE else 0)

    def revise(self, state: State) -> None:
        state.narrow(self.node, self.hull([state.masks[self.parts[0]]]))
        wanted = state.masks[self.node]
        state.narrow(self.parts[0], (wanted & TRUE) | (FALSE | UNKNOWN if wanted & FALSE else 0))


class Several(Truths):
    """At least `count` of the parts."""

    def __init__(self, node: int, parts: Sequence[int], count: int) -> None:
        super().__init__(node, parts)
        self.count = count

    def hull(self, masks: Sequence[int]) -> int:
        able = sum(bool(mask & TRUE) for mask in masks)
        sure = sum(mask == TRUE for mask in masks)
        open_ = sum(bool(mask & ~FALSE) for mask in masks)
        firm = sum(not mask & FALSE for mask in masks)
        found = TRUE if able >= self.count else 0
        if firm < self.count:
            found |= FALSE
        if open_ >= self.count and sure < self.count and any(mask & UNKNOWN for mask in masks):
            found |= UNKNOWN
        return found

    def revise(self, state: State) -> None:
        masks, parts, count = state.masks, self.parts, self.count
        state.narrow(self.node, self.hull([masks[part] for part in parts]))
        wanted = masks[self.node]
        if wanted == TRUE:
            self._all_needed(state, TRUE)
        elif not wanted & FALSE:
            self._all_needed(state, TRUE | UNKNOWN)
        if wanted == FALSE and sum(not masks[part] & FALSE for part in parts) == count - 1:
            for part in parts:
                if masks[part] & FALSE:
                    state.narrow(part, FALSE)
        if not wanted & TRUE and sum(masks[part] == TRUE for part in parts) == count - 1:
            for part in parts:
                if masks[part] != TRUE:
                    state.narrow(part, FALSE | UNKNOWN)

    def _all_needed(self, state: State, mask: int) -> None:
        able = [part for part in self.parts if state.masks[part] & mask]
        if len(able) < self.count:
            raise Conflict
        if len(able) == self.count:
            for part in able:
                state.narrow(part, mask)


class Less:
    """`left < right`, `<=` when not `strict`, `=` when `equal`; the other way round when `negated`."""

    def __init__(self, node: int, parts: Sequence[int], strict: bool, equal: bool, negated: bool) -> None:
        self.node = node
        self.parts = parts
        self.strict = strict
        self.equal = equal
        self.negated = negated

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
        return _SWAPPED[found] if self.negated else found

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
        if self.negated:
            wanted = _SWAPPED[wanted]
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
