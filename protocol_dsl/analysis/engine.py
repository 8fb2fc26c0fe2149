"""The engine: can these conditions come out so, and of which patient?

Two questions are put to the same network. With the tables of records, a solution is a patient, who is judged by the
reference evaluator before anybody sees him. Without them, values of features are free of each other but for what is
certain of all records: when even that leaves nothing, there is no such patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from attrs import define, evolve, field

from protocol_dsl.analysis.ages import OLDEST, AgeIn
from protocol_dsl.analysis.goals import IMPOSSIBLE, Goal, Reply, Undecided, Witness
from protocol_dsl.analysis.grids import whole_grid
from protocol_dsl.analysis.groups import Group, groups_of
from protocol_dsl.analysis.intervals import Interval
from protocol_dsl.analysis.nested import nested
from protocol_dsl.analysis.network import Network, NumberLeaf
from protocol_dsl.analysis.plain import closed, leaf_of, plain_limit, plain_value
from protocol_dsl.analysis.realise import BORN, part_of, recorded, value_of
from protocol_dsl.analysis.replay import Told, judged, typical
from protocol_dsl.analysis.rows import Row, Tabling
from protocol_dsl.analysis.search import Search, Wish, propagate, settle
from protocol_dsl.analysis.state import EXACT, FALSE, MISSING, TRUE, UNKNOWN, Conflict, State
from protocol_dsl.analysis.tables import Table, by_likeness
from protocol_dsl.ir.evaluate import Scalar, evaluate
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import (
    Age,
    SampleValue,
    Unsettled,
)
from protocol_dsl.ir.formulas import All, Compare, Formula
from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.ir.walk import Node, criteria_formulas, features_of, preorder
from protocol_dsl.runtime.records import FactValue, Range, Records
from protocol_dsl.vocabulary.calendar import When, days

BUDGET = 64
"""Search states for one question."""
USUAL = 8
"""Search states for a patient whose limits of normal are usual ones."""
TODAY = date(2026, 3, 2)
"""The day of judging where no example names one."""
_LETTERS = {True: "T", False: "F", None: "U"}


@define
class Engine:
    """One protocol, asked many things. `on` is the day of judging."""

    protocol: Protocol
    on: When
    network: Network
    groups: tuple[Group, ...]
    tables: dict[int, tuple[int, tuple[Row, ...]]]
    """By group, the node of its table and its rows."""
    wishes: dict[int, Wish] = field(factory=dict)
    """What values had best be: those of a typical patient."""
    anchors: Mapping[str, When] = field(factory=dict)
    """Days of the anchors that have come: those of the typical patient, else the day of judging."""
    typical: Records = field(factory=lambda: Records("typical", {}))
    usual: Mapping[str, Scalar] = field(factory=dict)
    """A typical patient's records, and the values of the features; none yet while both are empty."""
    limits: dict[int, Interval] = field(factory=dict)
    """Where a laboratory's limits of normal usually lie: a patient whose limits lie there is looked for first."""
    assumed: tuple[int, ...] = ()
    """Nodes of the truths that are told of every patient: never false."""
    asked: int = 0
    _bases: dict[bool, State | None] = field(factory=dict)
    _size: int = 0
    _compared: dict[str, tuple[Compare, ...]] | None = None

    # ---- asking ----

    def ask(
        self, goals: Iterable[Goal], budget: int = BUDGET, wishes: Mapping[int, Wish] | None = None
    ) -> Reply:
        """A patient of whom every goal is so; that there is none; or that neither was found within `budget`."""
        self.asked += 1
        goals = tuple(goals)
        roots = [(self.network.of(goal.formula), goal.mask) for goal in goals]
        wished = {**self.wishes, **(wishes or {})}
        found, gave_up = self.solve(roots, budget, wished)
        if found is not None:
            witness = self.witness(found)
            if self.holds(witness.records, goals):
                return witness
            return Undecided("what was found does not stand when it is judged")
        if not gave_up and not self.tables:
            return IMPOSSIBLE
        free, gave_up = self.solve(roots, budget, wished, tables=False)
        if free is None and not gave_up:
            return IMPOSSIBLE
        return Undecided("no patient found, and not shown that there is none")

    def refuted_at_once(self, goals: Iterable[Goal]) -> bool:
        """Whether narrowing alone shows that there is no such patient."""
        roots = [(self.network.of(goal.formula), goal.mask) for goal in goals]
        return self.start(roots, tables=False) is None

    def solve(
        self,
        roots: Sequence[tuple[int, int]],
        budget: int = BUDGET,
        wishes: Mapping[int, Wish] | None = None,
        tables: bool = True,
    ) -> tuple[State | None, bool]:
        """A state of all nodes in which every root is in its mask, and whether the search was given up."""
        start = self.start(roots, tables)
        if start is None:
            return None, False
        state, actives = start
        gave_up = False
        for begun in (self.usual_limits(state) if tables else None, state):
            if begun is not None:
                left = budget if begun is state else min(budget, USUAL)
                search = Search(self.network, self.wishes if wishes is None else wishes, left)
                found = search.solve(begun, actives, [root for root, _ in roots])
                gave_up = search.gave_up
                if found is not None:
                    break
        return found, gave_up

    def usual_limits(self, state: State) -> State | None:
        """The state with all limits of normal where they usually lie; None when that cannot be, or changes nothing."""
        usual = state.copy()
        try:
            for leaf, interval in self.limits.items():
                if not self.idle(state, leaf) and state.flags[leaf] & EXACT:
                    usual.narrow_number(leaf, interval, EXACT | MISSING)
            if not usual.queue:
                return None
            propagate(self.network, usual)
        except Conflict:
            return None
        return usual

    def start(
        self, roots: Sequence[tuple[int, int]], tables: bool = True
    ) -> tuple[State, Sequence[int]] | None:
        """The narrowed state a search begins with and its constraints; None when nothing is left at once."""
        actives = self._active([root for root, _ in roots], tables)
        base = self._base(tables)
        if base is None:
            return None
        state = base.copy()
        state.attend(actives, len(self.network.constraints))
        try:
            for root, mask in roots:
                state.narrow(root, mask)
            propagate(self.network, state)
        except Conflict:
            return None
        return state, actives

    def _active(self, roots: Sequence[int], tables: bool) -> Sequence[int]:
        """The constraints of the roots, and of the background truths that speak of the same values."""
        network = self.network
        actives = network.active(roots, tables)
        waiting = list(self.assumed)
        while waiting:
            parts = {part for place in actives for part in network.constraints[place].parts} | set(roots)
            told = [one for one in waiting if not parts.isdisjoint(network.leaves_of(one))]
            if not told:
                break
            waiting = [one for one in waiting if one not in told]
            roots = [*roots, *told]
            actives = network.active(roots, tables)
        return actives

    def _base(self, tables: bool) -> State | None:
        """Everything narrowed as far as it goes with nothing asked yet."""
        if self._size != len(self.network.watchers):
            self._bases, self._size = {}, len(self.network.watchers)
            self._foresee()
        if tables not in self._bases:
            state = self.network.state()
            every = range(len(self.network.constraints))
            skipped = set() if tables else {one for places in self.network.tables.values() for one in places}
            kept = [place for place in every if place not in skipped]
            state.attend(kept, len(every))
            state.queue.extend(kept)
            for place in kept:
                state.queued[place] = 1
            try:
                for node in self.assumed:
                    state.narrow(node, TRUE | UNKNOWN)
                propagate(self.network, state)
                self._bases[tables] = state
            except Conflict:
                self._bases[tables] = None
        return self._bases[tables]

    def _foresee(self) -> None:
        """Have every condition wished for as it is in the typical patient, so that what is found is like it."""
        network = self.network
        state = network.state()
        every = range(len(network.constraints))
        state.attend(every, len(every))
        state.queue.extend(every)
        search = Search(network, self.wishes, 0)
        for leaf in network.kinds:
            state = search.settled(state, leaf, (self.wishes.get(leaf),)) or state
        for node, mask in enumerate(state.masks):
            if network.truths[node] and node not in network.kinds and mask in {TRUE, FALSE, UNKNOWN}:
                self.wishes[node] = None if mask == UNKNOWN else mask == TRUE

    # ---- patients ----

    def records(self, state: State) -> Records:
        """A patient with the values of a solution; of what it leaves open, those of the typical patient."""
        values = self.values(state)
        facts: dict[str, FactValue] = {}
        answers: dict[str, bool] = {}
        for place, group in enumerate(self.groups):
            if self._as_typical(group, values):
                part = part_of(self.typical, group)
            else:
                part = recorded(group, values, self.row(state, place), self.on)
            facts.update(part.facts)
            answers.update(part.answers)
        return Records("witness", facts, self.anchors, answers)

    def _as_typical(self, group: Group, values: Mapping[str, Scalar]) -> bool:
        """Whether a group is as in the typical patient, so that it can be recorded as there."""
        return bool(self.usual) and all(
            values[one.id] == self.usual.get(one.id, values) for one in group.features
        )

    def values(self, state: State) -> dict[str, Scalar]:
        """Every value of a patient with a solution."""
        whole = state.copy()
        for leaf in self.network.leaves.values():
            if self.idle(state, leaf):
                settle(whole, leaf, self.network.kinds[leaf], self.wishes.get(leaf))
        return {name: value_of(self.network, whole, name) for name in self.network.leaves}

    @property
    def facts(self) -> dict[str, Fact]:
        """Facts by name."""
        return {fact.name: fact for fact in self.protocol.facts}

    @property
    def contradictory(self) -> bool:
        """Whether the background truths cannot all be true, of any patient."""
        found, gave_up = self.solve([(node, TRUE) for node in self.assumed], tables=False)
        return found is None and not gave_up

    def exactly(self, value: float) -> Fraction:
        """A recorded value as the decimal it was written as."""
        return Fraction(repr(value))

    def completing(self, place: int, records: Records) -> tuple[Row, ...]:
        """The ways of recording more of a group than `records` have."""
        tabling = self.tabling(self.groups[place])
        return evolve(tabling, typical=None, pinned=records, anchors=records.anchors).rows()

    def tabling(self, group: Group) -> Tabling:
        """What makes the rows of a group."""
        network, protocol = self.network, self.protocol
        leaves = {name: network.kinds[leaf] for name, leaf in network.leaves.items()}
        nodes = {feature.id: feature.node for feature in protocol.features}
        if self._compared is None:
            self._compared = comparisons_of(protocol)
        compared = self._compared
        return Tabling(
            protocol, group, leaves, self.on, compared, self.facts, nodes, network.definitions, self.anchors
        )

    def prefer(self, place: int, row: int) -> None:
        """Take the rows of a group most like one row for the likeliest."""
        node, rows = self.tables[place]
        order = by_likeness([one.cells for one in rows], row)
        sorted_rows = tuple(rows[one] for one in order)
        self.tables[place] = (node, sorted_rows)
        for constraint in self.network.constraints:
            if isinstance(constraint, Table) and constraint.node == node:
                constraint.put([one.cells for one in sorted_rows])
        self._bases = {}

    def idle(self, state: State, node: int) -> bool:
        """Whether a solution leaves a node open."""
        return all(state.idle[place] for place in self.network.watchers[node])

    def row(self, state: State, place: int) -> Row | None:
        """The way of recording a group that a solution chose, for groups that have a table."""
        if place not in self.tables:
            return None
        node, rows = self.tables[place]
        return rows[0] if self.idle(state, node) else rows[state.masks[node].bit_length() - 1]

    def witness(self, state: State) -> Witness:
        """The patient of a solution, not judged yet."""
        records = self.records(state)
        return Witness(records, self.on, self.values(state))

    def holds(self, records: Records, goals: Iterable[Goal]) -> bool:
        """Whether the reference says of a patient what the goals want."""
        outcomes = judged(self.protocol, records, self.on, [goal.formula for goal in goals])
        return all(_LETTERS[outcome] in goal.wanted for outcome, goal in zip(outcomes, goals, strict=True))


def engine_of(protocol: Protocol, on: date | None = None, ranges: bool = True) -> Engine:
    """The engine of a protocol, judging on day `on`: that of its first example, unless said. Without `ranges` it speaks
    of patients whose numbers are known or not, and of none whose is "<40" or who was born in some year."""
    patient = typical(protocol) if on is None else None
    day = _day(patient, on)
    network = Network({one.id: one for one in protocol.definitions}, ranges)
    facts = {fact.name: fact for fact in protocol.facts}
    groups = groups_of(protocol)
    engine = Engine(protocol, day, network, groups, {})
    today = {anchor.name: day for anchor in protocol.anchors}
    engine.anchors = patient.records.anchors if patient else today
    for feature in protocol.features:
        never = UNKNOWN if closed(feature, facts) else TRUE if isinstance(feature.node, Unsettled) else 0
        network.leaf(feature.id, leaf_of(feature, facts), never)
    _tie_groups(engine, patient)
    series = frozenset(name for name, fact in facts.items() if fact.kind in {"lab", "measure", "finding"})
    for tie in nested(protocol.features, network.leaves, series, day):
        network.tie(tie)
    engine.assumed = tuple(network.of(one.formula) for one in protocol.assumptions)
    _make_wishes(engine, patient)
    return engine


def _day(patient: Told | None, on: date | None) -> When:
    if on is None and patient is not None:
        return patient.on
    number = (on or TODAY).toordinal()
    return days(number, number)


def _tie_groups(engine: Engine, patient: Told | None) -> None:
    network = engine.network
    for place, group in enumerate(engine.groups):
        if group.ages:
            born = network.leaf(BORN, NumberLeaf(whole_grid(0, OLDEST * 366), bounded=True))
            today = date.fromordinal(engine.on.first // 86_400)
            for feature in group.features:
                assert isinstance(feature.node, Age)
                network.tie(AgeIn(network.leaves[feature.id], born, feature.node.unit, today))
        elif not group.alone and not group.sample:
            rows = evolve(engine.tabling(group), typical=patient.records if patient else None).rows()
            node = network.table(len(rows))
            parts = tuple(network.leaves[feature.id] for feature in group.features)
            network.tie_table(Table(node, parts, [row.cells for row in rows]))
            engine.tables[place] = (node, rows)


def comparisons_of(protocol: Protocol) -> dict[str, tuple[Compare, ...]]:
    """By feature, the comparisons it stands in."""
    found: dict[str, list[Compare]] = {}
    bodies: list[Node] = [*criteria_formulas(protocol), *(one.body for one in protocol.definitions)]
    for part in (part for body in bodies for part in preorder(body)):
        if isinstance(part, Compare):
            for name in features_of(part):
                found.setdefault(name, []).append(part)
    return {name: tuple(parts) for name, parts in found.items()}


def _make_wishes(engine: Engine, patient: Told | None) -> None:
    """What values a typical patient has: those of the first example that is eligible, else of some eligible patient,
    else plain ones."""
    network = engine.network
    for leaf, kind in network.kinds.items():
        engine.wishes[leaf] = plain_value(kind)
    for feature in engine.protocol.features:
        if isinstance(feature.node, SampleValue) and feature.node.part != "value":
            engine.wishes[network.leaves[feature.id]] = plain_limit(
                engine.facts[feature.node.fact], feature.node
            )
    if BORN in network.leaves:
        engine.wishes[network.leaves[BORN]] = 45 * 365.0
    if patient is not None:
        _wish_for(engine, patient)
        engine.typical, engine.usual = patient.records, patient.evaluation.features
        _make_limits(engine)
        return
    _make_limits(engine)
    everyone = [(network.of(passed(one)), TRUE) for stage in engine.protocol.stages for one in stage.criteria]
    found, _ = engine.solve(everyone)
    if found is not None:
        engine.wishes |= {network.leaves[name]: wish(value) for name, value in engine.values(found).items()}
        records = engine.records(found)
        for place, (node, _) in engine.tables.items():
            if not engine.idle(found, node):
                engine.prefer(place, found.masks[node].bit_length() - 1)
    else:
        records = engine.records(engine.network.state())
    engine.typical, engine.usual = records, evaluate(engine.protocol, records, engine.on).features


def _make_limits(engine: Engine) -> None:
    """Round what is wished for, from half of it to twice as much."""
    for feature in engine.protocol.features:
        if isinstance(feature.node, SampleValue) and feature.node.part != "value":
            leaf = engine.network.leaves[feature.id]
            middle = engine.wishes[leaf]
            if not isinstance(middle, float):
                middle = plain_limit(engine.facts[feature.node.fact], feature.node)
            if isinstance(middle, float) and middle > 0:
                engine.limits[leaf] = (middle / 2, 2 * middle)


def wish(value: Scalar) -> Wish:
    """A value to wish for; a range cannot be."""
    return None if isinstance(value, Range) else value


def _wish_for(engine: Engine, patient: Told) -> None:
    network = engine.network
    for name, value in patient.evaluation.features.items():
        engine.wishes[network.leaves[name]] = wish(value)
    born = patient.records.facts.get("birth_date")
    if BORN in network.leaves:
        if isinstance(born, When):
            engine.wishes[network.leaves[BORN]] = float((engine.on.first - born.first) // 86_400)
        else:
            years = patient.records.facts.get("age")
            known = isinstance(years, float)
            engine.wishes[network.leaves[BORN]] = years * 365.25 // 1 + 30 if known else None  # type: ignore[operator]
    for place in engine.tables:
        engine.prefer(place, 0)


def passed(criterion: Criterion) -> Formula:
    """That a criterion passes."""
    return All(tuple(line.passes for line in criterion.lines))
