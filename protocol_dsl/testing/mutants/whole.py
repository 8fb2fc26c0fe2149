"""The mutants of a protocol: each the protocol itself with one mistake in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import cast

from attrs import evolve, field, frozen

from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Feature, Given, SampleMean, SampleValue, Unsettled
from protocol_dsl.ir.formulas import Constant, Formula
from protocol_dsl.ir.protocol import Criterion, Definition, Line, Protocol
from protocol_dsl.ir.show_features import node_words
from protocol_dsl.ir.show_formulas import inline
from protocol_dsl.ir.walk import (
    FORMULAS,
    Node,
    all_features_of,
    definitions_of,
    facts_of,
    feature_facts,
    filters_of,
)
from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.testing.mutants.features import Misreading
from protocol_dsl.testing.mutants.formulas import Kind, Reading, Slip, other_units

_ONE = Fraction(1)


@frozen(eq=False)
class Mutant:
    """`protocol` with one mistake of a `kind`, told by what `was` and what stands there `now`. `criteria` are those, by
    id, that can come out otherwise; `features` those that can have another value. Of a wrong unit of records, `unit`
    is the fact and that unit. `span` is the place in the source."""

    kind: Kind
    was: str
    now: str
    protocol: Protocol = field(repr=False)
    criteria: tuple[str, ...]
    features: frozenset[str] = field(default=frozenset(), repr=False)
    unit: tuple[str, str] | None = None
    span: Span = field(default=NOWHERE, repr=False)

    @property
    def words(self) -> str:
        """The mistake in one line."""
        return f"{self.kind}: {self.was} -> {self.now}"


def mutants_of(protocol: Protocol) -> tuple[Mutant, ...]:
    """Every mutant, in the order of the criteria; no two mean the same formula."""
    return tuple(_Mutating(protocol).all())


@frozen(slots=False)
class _Mutating:
    protocol: Protocol

    def all(self) -> Iterator[Mutant]:
        told: set[str] = set()
        for criterion in self._criteria:
            found = sorted(self._of_criterion(criterion, told), key=lambda one: one.span.start)
            yield from found

    @cached_property
    def _criteria(self) -> tuple[Criterion, ...]:
        return tuple(one for stage in self.protocol.stages for one in stage.criteria)

    @cached_property
    def _prose(self) -> Prose:
        return Prose(self.protocol)

    @cached_property
    def _definitions(self) -> Mapping[str, Definition]:
        return {one.id: one for one in self.protocol.definitions}

    @cached_property
    def _features(self) -> Mapping[str, Feature]:
        return {one.id: one for one in self.protocol.features}

    @cached_property
    def _reading(self) -> Reading:
        facts = {one.name: one for one in self.protocol.facts}
        return Reading({name: fact for name, one in self._features.items() if (fact := _read(one, facts))})

    @cached_property
    def _rests(self) -> Mapping[str, tuple[frozenset[str], frozenset[str], frozenset[str]]]:
        """By criterion: the features, definitions and facts it rests on."""
        return {one.id: self._resting(_bodies(one)) for one in self._criteria}

    def _resting(self, bodies: tuple[Node, ...]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        protocol = self.protocol
        features = all_features_of(protocol, *bodies)
        named: dict[str, None] = {}
        filters = (where for name in features for where in filters_of(self._features[name].node))
        waiting = list(definitions_of(*bodies, *filters))
        while waiting:
            name = waiting.pop()
            if name not in named:
                named[name] = None
                waiting += definitions_of(self._definitions[name].body)
        return frozenset(features), frozenset(named), frozenset(facts_of(protocol, *bodies))

    def _of_criterion(self, criterion: Criterion, told: set[str]) -> Iterator[Mutant]:
        """The mutants of a criterion's lines, and of what it rests on that no criterion before it did."""
        seen: set[object] = set()
        for place, line in enumerate(criterion.lines):
            for slip in self._slips(line.passes, seen):
                yield self._line(criterion, place, slip)
            yield self._without(criterion, place)
        features, definitions, facts = self._rests[criterion.id]
        for name in self._definitions:
            if name in definitions and f"definition {name}" not in told:
                told.add(f"definition {name}")
                yield from self._of_definition(self._definitions[name])
        for group in self._readings(features, told):
            yield from self._of_features(group)
        for fact in self.protocol.facts:
            if fact.name in facts and f"fact {fact.name}" not in told:
                told.add(f"fact {fact.name}")
                yield from self._of_fact(fact)

    def _slips(self, body: Node, seen: set[object]) -> Iterator[Slip]:
        """Each mistake once, and none that changes nothing."""
        for slip in self._reading.slips(body):
            if slip.whole != body and slip.whole not in seen:
                seen.add(slip.whole)
                yield slip

    def _line(self, criterion: Criterion, place: int, slip: Slip) -> Mutant:
        line = criterion.lines[place]
        mutated = evolve(line, passes=cast(Formula, slip.whole))
        return self._changed(criterion, place, mutated, slip)

    def _without(self, criterion: Criterion, place: int) -> Mutant:
        line = criterion.lines[place]
        slip = Slip("condition left out", line.passes, None, line.passes)
        return self._changed(criterion, place, evolve(line, passes=Constant(True)), slip)

    def _changed(self, criterion: Criterion, place: int, line: Line, slip: Slip) -> Mutant:
        lines = (*criterion.lines[:place], line, *criterion.lines[place + 1 :])
        fresh = evolve(criterion, lines=lines)
        stages = tuple(
            evolve(stage, criteria=tuple(fresh if one is criterion else one for one in stage.criteria))
            for stage in self.protocol.stages
        )
        protocol = evolve(self.protocol, stages=stages)
        span = getattr(slip.was, "span", NOWHERE)
        return Mutant(
            slip.kind,
            self._words(slip.was),
            self._now(slip),
            protocol,
            (criterion.id,),
            span=line.span if span is NOWHERE or not span.end else span,
        )

    def _of_definition(self, definition: Definition) -> Iterator[Mutant]:
        for slip in self._slips(definition.body, set()):
            mutated = evolve(definition, body=cast(Formula, slip.whole))
            definitions = tuple(mutated if one is definition else one for one in self.protocol.definitions)
            criteria = tuple(name for name, rests in self._rests.items() if definition.id in rests[1])
            yield Mutant(
                slip.kind,
                f"{self._words(slip.was)} ({definition.words})",
                self._now(slip),
                evolve(self.protocol, definitions=definitions),
                criteria,
                self._asking(definition.id),
                span=self._line_on(criteria[0], self._resting((definition.body,))[0]),
            )

    def _asking(self, definition: str) -> frozenset[str]:
        """Features with a filter that rests on a definition."""
        return frozenset(
            name
            for name, one in self._features.items()
            if definition in self._resting(filters_of(one.node))[1]
        )

    def _readings(self, features: Iterable[str], told: set[str]) -> Iterator[tuple[Feature, ...]]:
        """Features read off the same record are misread together."""
        groups: dict[object, list[Feature]] = {}
        for name in self._features:
            one = self._features[name]
            node = one.node
            if name in features and f"feature {name}" not in told and not isinstance(node, Unsettled):
                told.add(f"feature {name}")
                same = (node.fact, node.window, node.pick) if isinstance(node, SampleValue) else name
                groups.setdefault(same, []).append(one)
        yield from (tuple(group) for group in groups.values())

    def _of_features(self, group: tuple[Feature, ...]) -> Iterator[Mutant]:
        misreading = Misreading([one.name for one in self.protocol.anchors], self._reading)
        changes = zip(*(misreading.of(one.node) for one in group), strict=True)
        for kinds in changes:
            nodes = {one.id: node for one, (_, node) in zip(group, kinds, strict=True)}
            kind = kinds[0][0]
            features = tuple(
                evolve(one, node=nodes[one.id]) if one.id in nodes else one for one in self.protocol.features
            )
            protocol = evolve(self.protocol, features=features)
            criteria = tuple(name for name, rests in self._rests.items() if not rests[0].isdisjoint(nodes))
            was, now = self._told(group[0], protocol)
            span = self._line_on(criteria[0], nodes)
            yield Mutant(kind, was, now, protocol, criteria, self._above(nodes), span=span)

    def _above(self, names: Iterable[str]) -> frozenset[str]:
        """The features, and those with a filter that asks for one of them."""
        above = {
            name
            for name, one in self._features.items()
            if not self._resting(filters_of(one.node))[0].isdisjoint(names)
        }
        return frozenset({*names, *above})

    def _told(self, feature: Feature, protocol: Protocol) -> tuple[str, str]:
        """What is asked, before and after, in words that differ."""
        fresh = next(one for one in protocol.features if one.id == feature.id)
        pairs = (
            (_asked(self._prose, feature), _asked(Prose(protocol), fresh)),
            (node_words(feature.node), node_words(fresh.node)),
        )
        return next((one for one in pairs if one[0] != one[1]), pairs[-1])

    def _of_fact(self, fact: Fact) -> Iterator[Mutant]:
        """Records in another unit read as if they were in the fact's own."""
        units = dict(other_units(fact))
        for unit in units:
            misread = tuple(evolve(one, scale=_ONE) if one.text == unit else one for one in fact.units)
            fresh = evolve(fact, units=misread)
            facts = tuple(fresh if one is fact else one for one in self.protocol.facts)
            criteria = tuple(name for name, rests in self._rests.items() if fact.name in rests[2])
            reading = [one.id for one in self.protocol.features if fact.name in feature_facts(one.node)]
            yield Mutant(
                "wrong unit",
                f"{self._prose.fact(fact.name)} recorded in {unit}",
                f"read as {fact.unit_text or fact.unit}",
                evolve(self.protocol, facts=facts),
                criteria,
                frozenset(self._features),
                (fact.name, unit),
                self._line_on(criteria[0], reading),
            )

    def _line_on(self, criterion: str, features: Iterable[str]) -> Span:
        """The first line of a criterion that rests on some of the features."""
        lines = next(one for one in self._criteria if one.id == criterion).lines
        able = (one for one in lines if not self._resting((one.passes,))[0].isdisjoint(features))
        return next(able, lines[0]).span

    def _words(self, part: Node) -> str:
        return self._prose.formula(cast(Formula, part)) if isinstance(part, FORMULAS) else inline(part)

    def _now(self, slip: Slip) -> str:
        match slip.kind, slip.now:
            case _, None:
                return "left out"
            case "unknown as no", _:
                return "no when unknown"
            case "unknown as yes", _:
                return "yes when unknown"
            case "absence decides", _:
                return "unknown when not recorded"
            case _, now:
                return self._words(now)


def _read(feature: Feature, facts: Mapping[str, Fact]) -> Fact | None:
    """The fact whose value a feature is."""
    match feature.node:
        case Given(fact) | SampleMean(fact) | SampleValue(fact):
            return facts.get(fact)
        case _:
            return None


def _asked(prose: Prose, feature: Feature) -> str:
    """A feature in words, with its window where the words of its value leave it out."""
    words = prose.feature(feature.id)
    window = getattr(feature.node, "window", None)
    if feature.type == "truth" or window is None or (told := prose.window(window)) in words:
        return words
    return f"{words} {told}"


def _bodies(criterion: Criterion) -> tuple[Node, ...]:
    return tuple(line.passes for line in criterion.lines)


__all__ = ["Mutant", "mutants_of"]
