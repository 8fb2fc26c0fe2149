"""Branch and prune: narrow, guess, and where neither decides, split one thing in two and try both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from attrs import define, field

from protocol_dsl.analysis.grids import Grid
from protocol_dsl.analysis.intervals import ALL, INF
from protocol_dsl.analysis.network import ChoiceLeaf, Network, NumberLeaf, SetLeaf
from protocol_dsl.analysis.state import (
    BOUNDED,
    EXACT,
    FALSE,
    FIXED,
    MISSING,
    TRUE,
    UNKNOWN,
    Conflict,
    State,
)
from protocol_dsl.analysis.tables import Table

Step = Callable[[State], None]
Wish = bool | float | str | frozenset[str] | None
"""What a value had best be; None: unknown."""
_REVISIONS = 60
"""How often, on the average, a constraint is looked at before narrowing is broken off."""


@define
class Search:
    """One search in one network. `left` is the budget of states still to be looked at; `gave_up` becomes true when
    a branch was left that might have held a solution."""

    network: Network
    wishes: Mapping[int, Wish]
    left: int
    gave_up: bool = False
    _actives: Sequence[int] = field(factory=tuple)
    _leaves: Sequence[int] = field(factory=tuple)
    _tables: Sequence[int] = field(factory=tuple)

    def solve(self, start: State, actives: Sequence[int], roots: Iterable[int] = ()) -> State | None:
        """A state in which every leaf that `roots` and `actives` (constraints) rest on has one value and all holds,
        or None."""
        self._actives = actives
        parts = [part for place in actives for part in self.network.constraints[place].parts]
        parts += roots
        self._tables = tuple(
            node
            for place in actives
            if isinstance(table := self.network.constraints[place], Table)
            for node in (table.node,)
        )
        self._leaves = tuple(dict.fromkeys(part for part in parts if part in self.network.kinds))
        waiting: list[tuple[State, Step | None]] = [(start, None)]
        while waiting:
            if self.left <= 0:
                self.gave_up = True
                return None
            self.left -= 1
            state, step = waiting.pop()
            try:
                if step is not None:
                    step(state)
                propagate(self.network, state)
            except Conflict:
                continue
            guess = self.guessed(state)
            if guess is not None:
                return guess
            steps = self._branches(state)
            waiting += [(state.copy(), one) for one in reversed(steps)]
        return None

    def guessed(self, state: State) -> State | None:
        """The state with every leaf at the value it had best have, or where that cannot be at another it can have;
        None unless all holds there."""
        guess = state.copy()
        try:
            for node in self._tables:
                guess.narrow(node, guess.masks[node] & -guess.masks[node])
                propagate(self.network, guess)
        except Conflict:
            return None
        left = []
        for leaf in self._leaves:
            if self._single(guess, leaf):
                continue
            settled = self.settled(guess, leaf, (self.wishes.get(leaf),))
            if settled is None:
                left.append(leaf)
            guess = settled or guess
        for leaf in left:
            settled = self.settled(guess, leaf, self._others(leaf))
            if settled is None:
                return None
            guess = settled
        return guess if all(self.network.constraints[one].settled(guess) for one in self._actives) else None

    def _single(self, state: State, leaf: int) -> bool:
        """Whether a leaf can be one thing only."""
        if self.network.truths[leaf]:
            return not state.masks[leaf] & (state.masks[leaf] - 1)
        flags = state.flags[leaf]
        return flags in {MISSING, FIXED} or (
            flags == EXACT and self.network.grids[leaf] is not None and state.lows[leaf] == state.highs[leaf]
        )

    def settled(self, state: State, leaf: int, wishes: Iterable[Wish]) -> State | None:
        """The state with a leaf at the first of some values that nothing speaks against."""
        for wish in wishes:
            tried = state.copy()
            try:
                settle(tried, leaf, self.network.kinds[leaf], wish)
                propagate(self.network, tried)
            except Conflict:
                continue
            return tried
        return None

    def _others(self, leaf: int) -> Iterable[Wish]:
        """Values for a leaf that cannot have the one it had best have."""
        kind = self.network.kinds[leaf]
        match kind:
            case NumberLeaf():
                return (None,)  # a value nearer to the wished one is found by splitting
            case SetLeaf(choices):
                return (None, frozenset(), frozenset(choices))
            case ChoiceLeaf(choices):
                return (*choices, None)
            case _:
                return (True, False, None)

    def _branches(self, state: State) -> Sequence[Step]:
        """Ways to go on that together leave nothing out: truths first, intervals last."""
        constraints = self.network.constraints
        open_ = []
        for place in reversed(self._actives):
            constraint = constraints[place]
            if not constraint.settled(state):
                found = self._split(state, (constraint.node, *constraint.parts))
                if found:
                    return found
                open_.append(constraint)
        below = dict.fromkeys(node for one in open_ for node in self.network.below(one))
        nodes = (*below, *self._tables, *self._leaves)
        found = self._split(state, nodes) or self._cut(
            state, [node for node in nodes if self._exact(state, node)]
        )
        self.gave_up = self.gave_up or not found
        return found

    def _exact(self, state: State, node: int) -> bool:
        return isinstance(self.network.kinds.get(node), NumberLeaf) and state.flags[node] == EXACT

    def _split(self, state: State, nodes: Iterable[int]) -> Sequence[Step]:
        """Split the first of some nodes that can still be several things, other than numbers of an interval."""
        for node in nodes:
            if self.network.truths[node]:
                mask = state.masks[node]
                if mask & (mask - 1):
                    return self._masks(node, mask)
            elif node in self.network.kinds:
                flags = state.flags[node]
                if flags & (flags - 1) or flags == BOUNDED:
                    return self._flags(node, flags)
                if flags == EXACT and isinstance(self.network.kinds[node], SetLeaf):
                    free = state.masks[node] & ~state.least[node]
                    if free:
                        one = free & -free
                        return (partial(_keep, node, 0, ~one), partial(_keep, node, one, -1))
        return ()

    def _masks(self, node: int, mask: int) -> Sequence[Step]:
        bits = [1 << place for place in range(mask.bit_length()) if mask >> place & 1]
        if node in self._tables and len(bits) > 3:  # the likeliest rows, then the others
            half = sum(bits[: len(bits) // 2])
            return (partial(_narrow, node, half), partial(_narrow, node, mask & ~half))
        wish = bit_of(self.network, node, self.wishes.get(node, True))
        return tuple(partial(_narrow, node, bit) for bit in sorted(bits, key=lambda bit: bit != wish))

    def _flags(self, node: int, flags: int) -> Sequence[Step]:
        if flags == BOUNDED:
            self.gave_up = True  # ranges within the hull are not tried one by one
            return (partial(_fix, node),)
        wish = self.wishes.get(node, 0.0)
        ordered = sorted(
            (EXACT, MISSING, BOUNDED),
            key=lambda flag: (flag == BOUNDED, (flag == MISSING) == (wish is not None)),
        )
        return tuple(partial(_flag, node, flag) for flag in ordered if flags & flag)

    def _cut(self, state: State, numbers: Sequence[int]) -> Sequence[Step]:
        """The number with the most left to it, cut in two."""
        best, most = None, 0.0
        for node in numbers:
            low, high = state.interval(node)
            if low < high:
                grid = self.network.grids[node]
                whole = (grid.high - grid.low) if grid else high - low
                share = (high - low) / whole if 0 < whole < float("inf") else 1.0
                if best is None or share > most:
                    best, most = node, share
        if best is None:
            return ()
        grid = self.network.grids[best] or Grid(-float("inf"), float("inf"))
        low, high = state.interval(best)
        cut = grid.middle((low, high))
        if cut is None:
            return ()
        halves = [partial(_within, best, (low, cut[0])), partial(_within, best, (cut[1], high))]
        wish = self.wishes.get(best)
        upper_first = isinstance(wish, float) and wish > cut[0]
        return tuple(reversed(halves)) if upper_first else tuple(halves)


def propagate(network: Network, state: State) -> None:
    """Narrow until nothing changes much. Raises Conflict."""
    constraints, queue, queued = network.constraints, state.queue, state.queued
    left = _REVISIONS * len(constraints) + 1000
    while queue and left:
        left -= 1
        place = queue.popleft()
        queued[place] = 0
        constraints[place].revise(state)
    queue.clear()


def settle(state: State, leaf: int, kind: object, wish: Wish) -> None:
    """Give a leaf one value, `wish` if it can have it. Raises Conflict."""
    match kind:
        case NumberLeaf(grid):
            _settle_number(state, leaf, grid, wish)
        case SetLeaf(choices):
            flags = state.flags[leaf]
            if flags & MISSING and (wish is None or not flags & EXACT):
                state.narrow_number(leaf, ALL, MISSING)
                return
            state.narrow_number(leaf, ALL, EXACT)
            wished = sum(
                1 << n for n, name in enumerate(choices) if isinstance(wish, frozenset) and name in wish
            )
            kept = (state.masks[leaf] & wished) | state.least[leaf]
            state.keep_in_set(leaf, kept, kept)
        case ChoiceLeaf(choices):
            bit = 1 << (choices.index(wish) if isinstance(wish, str) else len(choices))
            _settle_mask(state, leaf, bit)
        case _:
            _settle_mask(state, leaf, UNKNOWN if wish is None else TRUE if wish else FALSE)


def _settle_mask(state: State, leaf: int, bit: int) -> None:
    mask = state.masks[leaf]
    state.narrow(leaf, bit if mask & bit else mask & -mask)


def _settle_number(state: State, leaf: int, grid: Grid, wish: Wish) -> None:
    flags = state.flags[leaf]
    if flags == FIXED:
        return
    if flags & MISSING and (wish is None or not flags & EXACT):
        state.narrow_number(leaf, ALL, MISSING)
    elif flags & EXACT:
        value = grid.nearest(state.interval(leaf), wish if isinstance(wish, float) else 0.0)
        state.narrow_number(leaf, (value, value), EXACT)
    else:
        raise Conflict


def bit_of(network: Network, node: int, wish: Wish) -> int:
    """The bit of a wished value in a node's mask."""
    kind = network.kinds.get(node)
    if isinstance(kind, ChoiceLeaf):
        return 1 << kind.choices.index(wish) if isinstance(wish, str) else kind.unknown
    return UNKNOWN if wish is None else TRUE if wish else FALSE


def _narrow(node: int, mask: int, state: State) -> None:
    state.narrow(node, mask)


def _flag(node: int, flag: int, state: State) -> None:
    state.narrow_number(node, ALL, flag)


def _within(node: int, interval: tuple[float, float], state: State) -> None:
    state.narrow_number(node, interval, EXACT)


def _keep(node: int, least: int, most: int, state: State) -> None:
    state.keep_in_set(node, least, most)


def _fix(node: int, state: State) -> None:
    low, high, grid = state.lows[node], state.highs[node], state.grids[node]
    if grid is not None:  # "< 40" says nothing of the other end
        low, high = -INF if low == grid.low else low, INF if high == grid.high else high
    if low == high or (low, high) == ALL:
        raise Conflict
    state.lows[node], state.highs[node], state.flags[node] = low, high, FIXED
    state.wake(node)
