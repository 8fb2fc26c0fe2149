"""Formulas as a network of nodes: equal parts are one node, whatever the criteria they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never, cast

from attrs import define, field, frozen

from protocol_dsl.analysis.arithmetic import Branch, Called, Computed, Fallback
from protocol_dsl.analysis.comparing import Chosen, Holds, Less
from protocol_dsl.analysis.constraints import Constraint
from protocol_dsl.analysis.grids import Grid
from protocol_dsl.analysis.intervals import INF
from protocol_dsl.analysis.state import BOUNDED, EVERY, EXACT, FALSE, FIXED, MISSING, TRUE, State
from protocol_dsl.analysis.truths import Both, Either, KnownTrue, Opposite, Several
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Atom,
    Compare,
    Comparison,
    Constant,
    Contains,
    Formula,
    ItemTruth,
    Known,
    NamedTruth,
    Not,
    OneOf,
    Truth,
)
from protocol_dsl.ir.numbers import (
    Arithmetic,
    Call,
    Choose,
    Const,
    IfMissing,
    Item,
    Named,
    Number,
    Value,
)
from protocol_dsl.ir.protocol import Definition
from protocol_dsl.ir.walk import FORMULAS, Node

_COMPARED = {"<": (True, False), "<=": (False, False), "=": (False, True)}
"""The comparisons that have a node: (strict, equal)."""
_OPPOSITE: dict[Comparison, Comparison] = {"!=": "=", ">=": "<", ">": "<="}
"""Those that are the opposite of one: `not (alt <= 5 ULN)` and `alt > 5 ULN` are then one node."""


@frozen
class TruthLeaf:
    """A yes/no value."""


@frozen
class ChoiceLeaf:
    """One of some choices: bit n for the n-th, the next bit for unknown."""

    choices: tuple[str, ...]

    @property
    def unknown(self) -> int:
        """The bit of an unknown choice."""
        return 1 << len(self.choices)


@frozen
class SetLeaf:
    """Several of some choices."""

    choices: tuple[str, ...]


@frozen
class NumberLeaf:
    """A number on its recording grid; `bounded`: a record may also leave it a range."""

    grid: Grid
    bounded: bool = False


Leaf = TruthLeaf | ChoiceLeaf | SetLeaf | NumberLeaf


@define
class Network:
    """Nodes by number. `leaves` are the values a patient has by name, `constraints` what ties nodes together, each
    after those of its parts; `watchers[n]` are the constraints that `n` stands in."""

    definitions: Mapping[str, Definition]
    ranges: bool = True
    """Whether a record may leave a value a range."""
    leaves: dict[str, int] = field(factory=dict)
    kinds: dict[int, Leaf] = field(factory=dict)
    constraints: list[Constraint] = field(factory=list)
    watchers: list[list[int]] = field(factory=list)
    grids: list[Grid | None] = field(factory=list)
    truths: list[bool] = field(factory=list)
    tables: dict[int, list[int]] = field(factory=dict)
    """By leaf, the constraints that know its records: they count only where records are looked for."""
    _nodes: dict[Node, int] = field(factory=dict)
    _own: dict[int, list[int]] = field(factory=dict)
    _below: dict[int, tuple[int, ...]] = field(factory=dict)
    _resting: dict[tuple[int, bool], frozenset[int]] = field(factory=dict)
    _closed: int = 0
    """What single roots rest on, as long as there are so many constraints."""
    _firsts: list[tuple[int, int, float, float]] = field(factory=list)

    def leaf(self, name: str, kind: Leaf, never: int = 0) -> int:
        """A new value of that name; a truth is never what is in the mask `never`."""
        node = self.node(not isinstance(kind, NumberLeaf | SetLeaf))
        self.leaves[name] = node
        self.kinds[node] = kind
        match kind:
            case TruthLeaf():
                self._firsts[node] = (EVERY & ~never, 0, 0.0, 0.0)
            case ChoiceLeaf(choices):
                self._firsts[node] = ((2 << len(choices)) - 1, 0, 0.0, 0.0)
            case SetLeaf(choices):
                self._firsts[node] = ((1 << len(choices)) - 1, EXACT | MISSING, 0.0, 0.0)
            case NumberLeaf(grid, bounded):
                self.grids[node] = grid
                flags = EXACT | MISSING | (BOUNDED if bounded and self.ranges else 0)
                self._firsts[node] = (0, flags, grid.low, grid.high)
        return node

    def table(self, rows: int) -> int:
        """A node that is one of `rows` rows."""
        node = self.node(True)
        self._firsts[node] = ((1 << rows) - 1, 0, 0.0, 0.0)
        return node

    def node(self, truth: bool) -> int:
        """A node of which nothing is said yet."""
        self.watchers.append([])
        self.grids.append(None)
        self.truths.append(truth)
        self._firsts.append(
            (EVERY, 0, 0.0, 0.0) if truth else (0, EXACT | MISSING | BOUNDED | FIXED, -INF, INF)
        )
        return len(self.watchers) - 1

    def tie(self, constraint: Constraint) -> int:
        """Add a constraint; gives its node."""
        place = len(self.constraints)
        self.constraints.append(constraint)
        for one in {constraint.node, *constraint.parts}:
            self.watchers[one].append(place)
        self._own.setdefault(constraint.node, []).append(place)
        return constraint.node

    def tie_table(self, constraint: Constraint) -> None:
        """Add a constraint that knows the records of its parts."""
        self.tie(constraint)
        for part in constraint.parts:
            self.tables.setdefault(part, []).append(len(self.constraints) - 1)

    def active(self, roots: Iterable[int], tables: bool) -> Sequence[int]:
        """The constraints that the roots rest on, each after those of its parts."""
        if len(self.constraints) != self._closed:
            self._resting, self._closed = {}, len(self.constraints)
        found: set[int] = set()
        for root in roots:
            if (root, tables) not in self._resting:
                self._resting[root, tables] = self._rest(root, tables)
            found |= self._resting[root, tables]
        return sorted(found)

    def _rest(self, root: int, tables: bool) -> frozenset[int]:
        found: set[int] = set()
        seen: set[int] = set()
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            places = [*self._own.get(node, ()), *(self.tables.get(node, ()) if tables else ())]
            for place in places:
                if place not in found:
                    found.add(place)
                    waiting += self.constraints[place].parts
        return frozenset(found)

    def leaves_of(self, node: int) -> frozenset[int]:
        """The leaves that a node rests on, itself when it is one."""
        parts = [part for place in self.active((node,), False) for part in self.constraints[place].parts]
        return frozenset(one for one in (node, *parts) if one in self.kinds)

    def below(self, constraint: Constraint) -> tuple[int, ...]:
        """The leaves and truths that a constraint rests on."""
        node = constraint.node
        if node not in self._below:
            places = self.active(constraint.parts, False)
            parts = [*constraint.parts, *(part for one in places for part in self.constraints[one].parts)]
            kept = [one for one in parts if one in self.kinds or self.truths[one]]
            self._below[node] = tuple(dict.fromkeys(kept))
        return self._below[node]

    def state(self) -> State:
        """All that the nodes can be before anything is asked."""
        state = State(len(self.watchers), self.watchers, self.grids)
        state.attend((), len(self.constraints))
        for node, (mask, flags, low, high) in enumerate(self._firsts):
            state.masks[node], state.flags[node] = mask, flags
            state.lows[node], state.highs[node] = low, high
            if isinstance(self.kinds.get(node), SetLeaf):
                state.least[node] = 0
        return state

    # ---- formulas and numbers ----

    def of(self, node: Node) -> int:
        """The node of a formula or number, made with its parts if it is not there yet."""
        found = self._nodes.get(node)
        if found is None:
            if isinstance(node, FORMULAS):
                found = self._formula(cast("Formula", node))
            else:
                found = self._number(cast("Number", node))
            self._nodes[node] = found
        return found

    def _formula(self, formula: Formula) -> int:
        match formula:
            case Constant(value):
                node = self.node(True)
                self._firsts[node] = (TRUE if value else FALSE, 0, 0.0, 0.0)
                return node
            case NamedTruth(definition):
                return self.of(self.definitions[definition].body)
            case All(operands):
                return self.tie(Both(self.node(True), self._all(operands)))
            case Any(operands):
                return self.tie(Either(self.node(True), self._all(operands)))
            case Not(Not(operand)):
                return self.of(operand)
            case Not(Compare(comparison, left, right)) if comparison in _OPPOSITE:
                return self.of(Compare(_OPPOSITE[comparison], left, right))
            case Not(operand):
                return self.tie(Opposite(self.node(True), (self.of(operand),)))
            case AtLeast(count, operands):
                return self.tie(Several(self.node(True), self._all(operands), count))
            case Known(operand, unsettled):
                return self.tie(KnownTrue(self.node(True), self._all((operand, unsettled))))
            case _:
                return self._atom(formula)

    def _atom(self, atom: Atom) -> int:
        match atom:
            case Truth(feature):
                return self.leaves[feature]
            case Compare(comparison, left, right) if comparison in _OPPOSITE:
                return self.of(Not(Compare(_OPPOSITE[comparison], left, right)))
            case Compare(comparison, left, right):
                parts = (self.of(left), self.of(right))
                return self.tie(Less(self.node(True), parts, *_COMPARED[comparison]))
            case OneOf(subject, choices, False):
                leaf = self.leaves[subject]
                kind = cast("ChoiceLeaf", self.kinds[leaf])
                return self.tie(Chosen(self.node(True), leaf, mask_of(choices, kind.choices), kind.unknown))
            case Contains(feature, choices):
                leaf = self.leaves[feature]
                kind_of_set = cast("SetLeaf", self.kinds[leaf])
                return self.tie(Holds(self.node(True), leaf, mask_of(choices, kind_of_set.choices)))
            case OneOf() | ItemTruth():
                raise AssertionError("an item stands outside a filter")
            case _:
                assert_never(atom)

    def _number(self, number: Number) -> int:
        match number:
            case Const():
                node = self.node(False)
                self._firsts[node] = (0, EXACT, number.double, number.double)
                return node
            case Value(feature):
                return self.leaves[feature]
            case Named(definition):
                return self.of(self.definitions[definition].body)
            case Arithmetic(operator, left, right):
                parts = self._all((left, right))
                return self._made(Computed(self.node(False), parts, operator, _scaled(number)))
            case Call(function, arguments):
                return self._made(Called(self.node(False), self._all(arguments), function))
            case Choose(condition, then, otherwise):
                return self._made(Branch(self.node(False), self._all((condition, then, otherwise))))
            case IfMissing(value, fallback):
                return self._made(Fallback(self.node(False), self._all((value, fallback))))
            case Item():
                raise AssertionError("an item stands outside a filter")
            case _:
                assert_never(number)

    def _made(self, constraint: Constraint) -> int:
        return self.tie(constraint)

    def _all(self, nodes: Iterable[Node]) -> Sequence[int]:
        return tuple([self.of(node) for node in nodes])


def _scaled(node: Arithmetic) -> int | None:
    """Which side of a product or quotient a positive literal scales (0 or 1)."""
    if isinstance(node.right, Const) and node.right.double > 0 and node.operator in {"*", "/"}:
        return 0
    return 1 if isinstance(node.left, Const) and node.left.double > 0 and node.operator == "*" else None


def mask_of(some: Iterable[str], among: Sequence[str]) -> int:
    """The bits of some choices."""
    return sum(1 << among.index(one) for one in set(some) if one in among)
