"""The table of a group: its facts recorded in every way that is tried, and what the reference makes of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import define, evolve, frozen

from protocol_dsl.analysis.groups import SCREENING, Group, anchoring_facts
from protocol_dsl.analysis.moments import anchored_to, day_number, marks, reach
from protocol_dsl.analysis.network import Leaf, NumberLeaf, SetLeaf, TruthLeaf, mask_of
from protocol_dsl.analysis.replay import Lookup
from protocol_dsl.analysis.scenarios import Asked, is_mark, literals_in, more, slot_mark, ways
from protocol_dsl.analysis.state import EXACT, FALSE, FIXED, MISSING, TRUE, UNKNOWN
from protocol_dsl.analysis.tables import Cell, Fixed, Held, Mask, Slot
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Feature, FeatureNode, Window
from protocol_dsl.ir.formulas import Compare
from protocol_dsl.ir.protocol import Definition, Protocol
from protocol_dsl.ir.walk import facts_of, feature_facts, filters_of
from protocol_dsl.runtime.records import FactValue, Range, Records
from protocol_dsl.vocabulary.calendar import When, days

_MOST_ROWS = 400
_PATIENCE = 40
"""How many ways of recording a fact are tried after the last that was new."""


@frozen
class Row:
    """One way of recording a group (what is not recorded is left out), and what its features then are."""

    facts: Mapping[str, FactValue]
    cells: tuple[Cell, ...]


@frozen
class Draft:
    """A row in the making: the facts recorded so far, and by feature what follows from them."""

    facts: Mapping[str, FactValue]
    cells: Mapping[str, Cell]


@define
class Tabling:
    """Makes the rows of one group."""

    protocol: Protocol
    group: Group
    leaves: Mapping[str, Leaf]
    on: When
    comparisons: Mapping[str, tuple[Compare, ...]]
    """By feature, the comparisons it stands in."""
    facts: Mapping[str, Fact]
    nodes: Mapping[str, FeatureNode]
    definitions: Mapping[str, Definition]
    anchors: Mapping[str, When]
    """Days of the anchors that have come."""
    typical: Records | None = None
    """A patient of an example: how the group is recorded there comes first."""

    pinned: Records | None = None
    """A patient whose records may only be added to."""

    left: int = 6_000
    """How many values of features are still worked out before one way of recording each fact must do."""

    def rows(self) -> tuple[Row, ...]:
        """Rows that differ in what the features are, the simplest record for each."""
        anchoring = anchoring_facts(self.group)
        order = [*anchoring, *(fact for fact in self.group.facts if fact not in anchoring)]
        done: set[str] = set()
        first = self._filled(Draft({}, {}), [one for one in self.group.features if self._ready(one, done)])
        drafts = [first] if first is not None else []
        for key in order:
            before, done = done, {*done, key}
            new = [
                one for one in self.group.features if self._ready(one, done) and not self._ready(one, before)
            ]
            kept: dict[object, Draft] = {}
            for draft in drafts:
                self._keep(self._extended(draft, key), new, anchoring, kept)
            drafts = list(kept.values())
        typical = self._filled(self._as_typical(), list(self.group.features)) if self.typical else None
        return tuple(self._finished(draft) for draft in (*([typical] if typical else []), *drafts))

    def _keep(
        self, ways: Iterator[Draft], new: list[Feature], anchoring: tuple[str, ...], kept: dict[object, Draft]
    ) -> None:
        """Keep of some ways the first of those that come to the same, until nothing new comes any more."""
        since = 0
        for way in ways:
            draft = self._filled(way, new)
            known = len(kept)
            if draft is not None:
                kept.setdefault((self._anchored(draft, anchoring), tuple(draft.cells.values())), draft)
            since = 0 if len(kept) > known else since + 1
            if since > _PATIENCE or len(kept) > _MOST_ROWS or (self.left <= 0 and draft is not None):
                return

    def _as_typical(self) -> Draft:
        assert self.typical is not None
        told = self.typical
        facts = {name: told.facts[name] for name in self.group.facts if name in told.facts}
        return Draft(facts, {})

    def _anchored(self, row: Draft, anchoring: tuple[str, ...]) -> object:
        """What others are counted from: rows that differ in it differ in what may follow."""
        return tuple((name, _dates_of(row.facts.get(name))) for name in anchoring)

    def _ready(self, feature: Feature, done: set[str]) -> bool:
        """Whether all that the feature reads is recorded by now."""
        facts = {*feature_facts(feature.node), *facts_of(self.protocol, *filters_of(feature.node))}
        return facts.intersection(self.group.facts) <= done

    def _extended(self, row: Draft, key: str) -> Iterator[Draft]:
        """A draft with every way of recording one more fact; of one that is pinned, as it is and with more."""
        fact = self.facts[key]
        own = tuple(one for one in self.group.features if key in feature_facts(one.node))
        asked = Asked(fact, own, self._literals(own))
        marked = self._marks(row, key, own)
        pinned = self.pinned.facts if self.pinned is not None else {}
        known = more(asked, pinned[key], marked, self.on) if key in pinned else ways(asked, marked, self.on)
        for way in known:
            yield row if way is None else evolve(row, facts={**row.facts, key: way})

    def _literals(self, own: tuple[Feature, ...]) -> tuple[Fraction, ...]:
        compared = [one for feature in own for one in self.comparisons.get(feature.id, ())]
        return literals_in(own, compared)

    def _anchor_days(self, name: str) -> list[When]:
        """Days an anchor may be on: today, long enough ago for every window to have passed, and soon."""
        far = reach(window for one in self.group.features for window in anchored_to(one, name)) + 7
        today = day_number(self.on)
        return [
            days(today - far, today - far),
            days(today, today),
            days(today - 1, today - 1),
            days(today + 7, today + 7),
        ]

    def _marks(self, row: Draft, fact: str, own: tuple[Feature, ...]) -> list[When]:
        found: list[When] = []
        anchoring = fact in anchoring_facts(self.group)
        for one in own:
            window = getattr(one.node, "window", None)
            if isinstance(window, Window) and (not anchoring or fact in _main_fact(one)):
                found += marks((window,), self._place(window, row))
        if anchoring:
            found += self._anchor_days(fact)
        if self.facts[fact].name == "birth_date":
            found += [
                days(day_number(self.on) - int(365.25 * years), day_number(self.on) - int(365.25 * years))
                for years in (40, 1, 17, 18, 66)
            ]
        past = [mark for mark in dict.fromkeys(found) if mark.first <= self.on.last or not anchoring]
        return past or [days(day_number(self.on) - 10, day_number(self.on) - 10)]

    def _place(self, window: Window, row: Draft) -> When:
        """Where the window's anchor stands in a row; where it does not, some days ago."""
        anchor = window.anchor
        name = (
            getattr(anchor, "name", None) or getattr(anchor, "event", None) or getattr(anchor, "fact", None)
        )
        if anchor == SCREENING:
            return self.on
        if name in self.anchors:
            return self.anchors[str(name)]
        dates = _dates_of(row.facts.get(str(name)))
        back = days(day_number(self.on) - reach((window,)) - 7, day_number(self.on) - reach((window,)) - 7)
        return dates[-1] if dates else back

    def _lookup(self, row: Draft) -> Lookup:
        records = Records("analysis", row.facts, self.anchors)
        return Lookup(self.facts, self.nodes, self.definitions, records, self.on)

    def _filled(self, draft: Draft, features: list[Feature]) -> Draft | None:
        """A draft with what more features are; None when one is worked out from numbers that are still open."""
        self.left -= len(features)
        lookup = self._lookup(draft)
        cells = dict(draft.cells)
        for one in features:
            cell = self._cell(one, lookup.feature(one.id))
            if cell is None:
                return None
            cells[one.id] = cell
        return evolve(draft, cells=cells)

    def _finished(self, draft: Draft) -> Row:
        return Row(draft.facts, tuple(draft.cells[one.id] for one in self.group.features))

    def _cell(self, feature: Feature, value: Scalar) -> Cell | None:
        leaf = self.leaves[feature.id]
        match leaf:
            case TruthLeaf():
                return Mask(UNKNOWN if value is None else TRUE if value else FALSE)
            case SetLeaf(choices):
                return Held(mask_of(value, choices) if isinstance(value, frozenset) else None)
            case NumberLeaf():
                return number_cell(value)
            case _:
                bit = leaf.choices.index(value) if isinstance(value, str) else len(leaf.choices)
                return Mask(1 << bit)


def number_cell(value: Scalar) -> Cell | None:
    """A number as a row has it."""
    match value:
        case None:
            return Fixed(0.0, 0.0, MISSING)
        case Range(low, high):
            return (
                None if is_mark(low) or (is_mark(high) and high < float("inf")) else Fixed(low, high, FIXED)
            )
        case float() if is_mark(value):
            for slot in range(4):
                for part in range(3):
                    if value == slot_mark(slot, part):
                        return Slot(slot * 3 + part)
            return None
        case float():
            return Fixed(value, value, EXACT)
        case _:
            return None


def _main_fact(feature: Feature) -> tuple[str, ...]:
    node = feature.node
    name = getattr(node, "fact", None) or getattr(node, "event", None)
    return (name,) if isinstance(name, str) else feature_facts(node)


def _dates_of(value: FactValue) -> tuple[When, ...]:
    if isinstance(value, When):
        return (value,)
    occurrences = getattr(value, "occurrences", ())
    return tuple(one.start for one in occurrences)
