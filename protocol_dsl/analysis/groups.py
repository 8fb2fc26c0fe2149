"""Which values of a patient hang together: those that read the same facts, or each other."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from protocol_dsl.ir.features import (
    Age,
    Answer,
    DateAnchor,
    Feature,
    Given,
    NamedAnchor,
    OccurrenceAnchor,
    SampleValue,
    Unsettled,
)
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.walk import all_features_of, anchors_of, feature_facts, filters_of

SCREENING = NamedAnchor("screening")


@frozen
class Group:
    """Features that hang together, the facts they read, and the anchors (other than screening) they count from.

    The day of an anchor is given for all groups alike, so features do not hang together by it.
    """

    features: tuple[Feature, ...]
    facts: tuple[str, ...]
    anchors: tuple[str, ...]

    @property
    def ages(self) -> bool:
        """Whether it holds ages on the day of judging, and nothing else."""
        return all(isinstance(one.node, Age) and one.node.anchor == SCREENING for one in self.features)

    @property
    def alone(self) -> bool:
        """Whether it is one fact's value or one answer, recorded as it is."""
        return len(self.features) == 1 and isinstance(self.features[0].node, Given | Answer)

    @property
    def sample(self) -> bool:
        """Whether it is one sample looked at from several sides: each its latest or first in the same window."""
        nodes = [one.node for one in self.features]
        first = nodes[0]
        if not isinstance(first, SampleValue) or first.window.anchor != SCREENING:
            return False
        return all(
            isinstance(node, SampleValue) and node.fact == first.fact and node.window == first.window
            for node in nodes
        )


def groups_of(protocol: Protocol) -> tuple[Group, ...]:
    """Every feature of a protocol in its group, in order."""
    owner: dict[str, str] = {}

    def find(key: str) -> str:
        while owner.setdefault(key, key) != key:
            key = owner[key]
        return key

    for feature in protocol.features:
        for key in () if isinstance(feature.node, Unsettled) else _keys(feature, protocol):
            owner[find(key)] = find(f"feature {feature.id}")
    grouped: dict[str, list[Feature]] = {}
    for feature in protocol.features:
        grouped.setdefault(find(f"feature {feature.id}"), []).append(feature)
    return tuple(_group(features) for features in grouped.values())


def _group(features: list[Feature]) -> Group:
    read = [
        one for one in features if not isinstance(one.node, Unsettled)
    ]  # records that leave something open are not made up
    facts = dict.fromkeys(fact for one in read for fact in feature_facts(one.node))
    anchors = dict.fromkeys(name for one in features for name in _named(one))
    return Group(tuple(features), tuple(facts), tuple(anchors))


def _keys(feature: Feature, protocol: Protocol) -> Iterator[str]:
    yield from (f"fact {fact}" for fact in feature_facts(feature.node))
    yield from (f"feature {name}" for name in all_features_of(protocol, *filters_of(feature.node)))
    if isinstance(feature.node, Answer):
        yield f"answer {feature.node.question}"


def _named(feature: Feature) -> Iterator[str]:
    """Names of the anchors it counts from, other than the day of judging."""
    for anchor in anchors_of(feature.node):
        if isinstance(anchor, NamedAnchor) and anchor != SCREENING:
            yield anchor.name


def anchoring_facts(group: Group) -> tuple[str, ...]:
    """The facts from whose dates others of the group are counted."""
    read = (one for one in group.features if not isinstance(one.node, Unsettled))
    anchors = [anchor for one in read for anchor in anchors_of(one.node)]
    names = [
        anchor.event if isinstance(anchor, OccurrenceAnchor) else anchor.fact
        for anchor in anchors
        if isinstance(anchor, OccurrenceAnchor | DateAnchor)
    ]
    return tuple(dict.fromkeys(names))
