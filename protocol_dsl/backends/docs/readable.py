"""Wordings for two places where the protocol's own words would mislead or tire: formulas, and rules asked later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

import attrs

from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir import walk
from protocol_dsl.ir.facts import Fact, RecordUnit
from protocol_dsl.ir.features import Edge, Feature, NamedAnchor, SampleValue, Window
from protocol_dsl.ir.numbers import Arithmetic, Const, Value
from protocol_dsl.ir.protocol import AnchorDeclaration, Protocol

N = TypeVar("N", bound=walk.Node)

_SO_FAR = Window(NamedAnchor("screening"), None, Edge(()))


def rules_prose(protocol: Protocol) -> Prose:
    """Words for the rules of treatment, which look at the moment of the dose rather than at screening."""
    moments = (
        AnchorDeclaration("now", "the dose"),
        AnchorDeclaration("regimen_start", "the start of the regimen"),
    )
    return Prose(attrs.evolve(protocol, anchors=(*protocol.anchors, *moments)))


def formula_prose(protocol: Protocol, body: N) -> tuple[Prose, N]:
    """A formula to be laid out, and the words for it.

    A lab read only once says its window beside the formula, not each time inside it; a lab times the factor of
    another unit it is recorded in is that lab in that unit.
    """
    facts = {fact.name: fact for fact in protocol.facts}
    features = {feature.id: _without_window(feature, protocol, body) for feature in protocol.features}
    added: dict[str, tuple[Fact, Feature]] = {}

    def change(node: walk.Node) -> walk.Node:
        converted = _in_unit(node, features, facts)
        if converted is None:
            return node
        feature, unit = converted
        name = f"{feature.id} in {unit.text}"
        added[name] = _renamed(feature, facts, name, unit)
        return Value(name)

    changed = walk.transform(cast(walk.Node, body), change)
    every = attrs.evolve(
        protocol,
        facts=(*protocol.facts, *(fact for fact, _ in added.values())),
        features=(*features.values(), *(feature for _, feature in added.values())),
    )
    return Prose(every), cast(N, changed)


def _without_window(feature: Feature, protocol: Protocol, body: walk.Node) -> Feature:
    """The feature as the plain lab, when no other feature of the formula reads the same lab."""
    node = feature.node
    if not isinstance(node, SampleValue) or node.pick != "latest" or node.part != "value":
        return feature
    others = (one.node for one in protocol.features if one.id in walk.features_of(body))
    readings = {other for other in others if node.fact in walk.feature_facts(other)}
    return attrs.evolve(feature, node=attrs.evolve(node, window=_SO_FAR)) if readings == {node} else feature


def _in_unit(
    node: walk.Node, features: Mapping[str, Feature], facts: Mapping[str, Fact]
) -> tuple[Feature, RecordUnit] | None:
    """The feature and the unit, when a node multiplies the one into the other."""
    if not isinstance(node, Arithmetic) or node.operator not in {"*", "/"}:
        return None
    if not isinstance(node.left, Value) or not isinstance(node.right, Const) or not node.right.exact:
        return None
    feature = features[node.left.feature]
    scale = node.right.exact if node.operator == "/" else 1 / node.right.exact
    fact = facts[feature.node.fact] if isinstance(feature.node, SampleValue) else None
    units = [] if fact is None else [one for one in fact.units if one.scale == scale and not one.offset]
    stated = {code.unit for code in fact.codes} if fact else set()
    best = min(units, key=lambda unit: unit.text not in stated, default=None)
    return None if best is None or best.text in {"", "1"} else (feature, best)


def _renamed(
    feature: Feature, facts: Mapping[str, Fact], name: str, unit: RecordUnit
) -> tuple[Fact, Feature]:
    # INVARIANT: `_in_unit` has seen that the feature is a sample's value.
    node = cast(SampleValue, feature.node)
    fact = facts[node.fact]
    label = f"{fact.label or fact.name.replace('_', ' ')} in {unit.text}"
    new = attrs.evolve(fact, name=name, label=label, unit="1", unit_text="")
    return new, attrs.evolve(feature, id=name, node=attrs.evolve(node, fact=name), unit="1")
