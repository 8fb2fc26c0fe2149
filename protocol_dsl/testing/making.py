"""Patients made to order: of whom given formulas come out as wanted, with every free choice drawn.

A patient starts as the typical one. A few values are drawn from what the wanted outcomes still allow, and what they
force is worked out; so nothing is ever made and thrown away. The first of every choice is the typical patient's own,
so that a smaller draw is a more typical patient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol as TypedProtocol

from attrs import define, field, frozen

from protocol_dsl.analysis.as_json import Json, as_json
from protocol_dsl.analysis.engine import BUDGET, USUAL, Engine, engine_of, passed
from protocol_dsl.analysis.grids import Grid
from protocol_dsl.analysis.intervals import ALL
from protocol_dsl.analysis.network import NumberLeaf, SetLeaf
from protocol_dsl.analysis.replay import lookup_of
from protocol_dsl.analysis.search import Search, Wish, propagate, settle
from protocol_dsl.analysis.spelled import differences
from protocol_dsl.analysis.state import EXACT, MISSING, TRUE, Conflict, State
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.runtime.records import Records
from protocol_dsl.vocabulary.calendar import When, when_text

Choose = Callable[[int], int]
"""Some number from 0 up to, not including, the argument; 0 for the most typical."""
Roots = tuple[tuple[int, int], ...]
"""Nodes of the engine's network and what they are to come out as."""
_MOST = 3
_BUDGET = 30


@frozen(repr=False)
class MadePatient:
    """A patient, the day of judging, and how it differs from the typical patient of its protocol."""

    protocol: Protocol = field(eq=False)
    records: Records
    on: When
    differences: tuple[str, ...] = field(eq=False)

    @property
    def data(self) -> Json:
        """The patient in the JSON form that checkers read."""
        return as_json(self.protocol, self.records)

    def __repr__(self) -> str:
        return f"patient({'; '.join(self.differences) or 'the typical one'}; judged on {when_text(self.on)})"

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: ARG002 - asked for by name
        """How hypothesis prints a failing patient."""
        printer.text(repr(self))


class Printer(TypedProtocol):
    """What hypothesis prints with."""

    def text(self, words: str) -> None:
        """Print some words."""


@define
class Maker:
    """Makes patients of one protocol."""

    protocol: Protocol
    engine: Engine = field(init=False)
    formulas: dict[int, Formula] = field(factory=dict)
    """The formulas that were spoken of, by their nodes."""
    _starts: dict[Roots, tuple[State, Sequence[int], State] | None] = field(factory=dict)
    _free: dict[Roots, tuple[int, ...]] = field(factory=dict)
    _size: int = 0

    def __attrs_post_init__(self) -> None:
        self.engine = engine_of(self.protocol)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The criteria of the first stage."""
        return self.protocol.stages[0].criteria

    def roots(self, wanted: Iterable[tuple[Formula, int]]) -> Roots:
        """What formulas are to come out as, for the engine."""
        found = []
        for formula, mask in wanted:
            node = self.engine.network.of(formula)
            self.formulas[node] = formula
            found.append((node, mask))
        return tuple(found)

    def outcomes(self, special: dict[str, int], others: int = TRUE) -> Roots:
        """Criteria by id as `special` says, the others as `others` says (0: anyhow)."""
        masks = ((one, special.get(one.id, others)) for one in self.criteria)
        return self.roots((passed(one), mask) for one, mask in masks if mask)

    def possible(self, roots: Roots) -> bool:
        """Whether a patient was found of whom the roots are so."""
        return self._start(roots) is not None

    def patient(self, roots: Roots, choose: Choose) -> MadePatient:
        """A patient of whom the roots are so. Assumes that this is possible."""
        begun = self._start(roots)
        assert begun is not None, "asked for a patient that was not found possible"
        start, actives, typical = begun
        state = self._drawn(start, self._free[roots], choose)
        if state is None:
            return self.made(self.engine.records(typical))
        search = Search(self.engine.network, self._wishes(typical), _BUDGET)
        found = search.solve(state, actives, [root for root, _ in roots])
        return self.made(self.engine.records(typical if found is None else found))

    def plain(self, roots: Roots) -> MadePatient | None:
        """The patient most like the typical one of whom the roots are so; None when none was found."""
        begun = self._start(roots)
        return None if begun is None else self.made(self.engine.records(begun[2]))

    def made(self, records: Records) -> MadePatient:
        """A patient with these records."""
        engine = self.engine
        return MadePatient(
            self.protocol, records, engine.on, differences(self.protocol, records, engine.typical, engine.on)
        )

    def _start(self, roots: Roots) -> tuple[State, Sequence[int], State] | None:
        size = len(self.engine.network.constraints)
        if size != self._size:  # states speak of the network as it was
            self._starts, self._free, self._size = {}, {}, size
        if roots not in self._starts:
            self._starts[roots] = self._begun(roots)
        return self._starts[roots]

    def _begun(self, roots: Roots) -> tuple[State, Sequence[int], State] | None:
        engine = self.engine
        start = engine.start(roots)
        if start is None:
            return None
        whole, actives = start
        begun = (one for one in (engine.usual_limits(whole), whole) if one is not None)
        solved = (
            (one, self._plainest(one, actives, roots, BUDGET if one is whole else USUAL)) for one in begun
        )
        state, found = next(((state, one) for state, one in solved if one is not None), (whole, None))
        if found is None or not self._stands(found, roots):
            return None
        parts = {part for place in actives for part in engine.network.constraints[place].parts}
        nodes = [*engine.network.kinds, *(node for node, _ in engine.tables.values())]
        self._free[roots] = tuple(node for node in nodes if node in parts and self._open(state, node))
        return state, actives, found

    def _plainest(self, state: State, actives: Sequence[int], roots: Roots, budget: int) -> State | None:
        search = Search(self.engine.network, self.engine.wishes, budget)
        return search.solve(state.copy(), actives, [root for root, _ in roots])

    def _open(self, state: State, node: int) -> bool:
        """Whether a node can still be several things."""
        if not isinstance(self.engine.network.kinds.get(node), NumberLeaf):
            return bool(state.masks[node] & (state.masks[node] - 1))
        flags = state.flags[node]
        return bool(flags & (flags - 1)) or state.lows[node] < state.highs[node]

    def _stands(self, found: State, roots: Roots) -> bool:
        """Whether what was found is recorded as it was meant: the reference says the same of every feature."""
        network = self.engine.network
        values, records = self.engine.values(found), self.engine.records(found)
        reference = lookup_of(self.protocol, records, self.engine.on)
        read = {node for root, _ in roots for node in network.leaves_of(root)}
        named = [name for name in reference.nodes if network.leaves[name] in read]
        return all(values[name] == reference.feature(name) for name in named)

    def _wishes(self, typical: State) -> dict[int, Wish]:
        """The numbers of the typical patient of its kind, else of the typical patient."""
        wishes = dict(self.engine.wishes)
        for leaf, kind in self.engine.network.kinds.items():
            exact = isinstance(kind, NumberLeaf) and typical.flags[leaf] == EXACT
            if exact and not self.engine.idle(typical, leaf):
                wishes[leaf] = typical.lows[leaf]
        return wishes

    def _drawn(self, start: State, free: tuple[int, ...], choose: Choose) -> State | None:
        """The state with up to a few values drawn; None when nothing is to differ."""
        count = choose(_MOST + 1)
        if not count or not free:
            return None
        state = start.copy()
        for _ in range(count):
            tried = state.copy()
            try:
                self._draw(tried, free[choose(len(free))], choose)
                propagate(self.engine.network, tried)
                state = tried
            except Conflict:
                continue
        return state

    def _draw(self, state: State, node: int, choose: Choose) -> None:
        kind = self.engine.network.kinds.get(node)
        if isinstance(kind, NumberLeaf):
            self._draw_number(state, node, kind.grid, choose)
        elif isinstance(kind, SetLeaf):
            picked = frozenset(one for one in kind.choices if choose(2))
            settle(state, node, kind, picked if choose(4) else None)
        else:
            mask = state.masks[node]
            bits = [1 << place for place in range(mask.bit_length()) if mask >> place & 1]
            state.narrow(node, bits[choose(len(bits))])

    def _draw_number(self, state: State, node: int, grid: Grid, choose: Choose) -> None:
        flags = state.flags[node]
        if flags & MISSING and (not flags & EXACT or choose(6) == 5):
            state.narrow_number(node, ALL, MISSING)
            return
        low, high = state.interval(node)
        low, high = max(low, -1e9), min(high, 1e9)
        if choose(2):
            value = (low, high, grid.beside(low, 1), grid.beside(high, -1))[choose(4)]
        else:
            value = grid.nearest((low, high), low + (high - low) * choose(1_001) / 1_000)
        state.narrow_number(node, (value, value), EXACT)
