"""The filters on records (`where`, `except`) that the features of a protocol use, each a function with a name."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from protocol_dsl.backends.names import Scope
from protocol_dsl.ir.features import Feature, OccurrenceAnchor
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.walk import all_features_of, anchors_of


@frozen
class Filter:
    """A `where` on the records of one fact, emitted as a function; `features` are those it looks at besides."""

    fact: str
    where: Formula
    name: str
    features: tuple[str, ...]


def find_filters(
    protocol: Protocol, features: Iterable[Feature], module: Scope
) -> dict[tuple[str, Formula], Filter]:
    """Every filter of `features`, by the fact it looks at and its condition."""
    found: dict[tuple[str, Formula], Filter] = {}
    for feature in features:
        for fact, where in _filters(feature):
            if (fact, where) not in found:
                name = module.fresh(f"{fact}_filter", "filter")
                found[fact, where] = Filter(fact, where, name, all_features_of(protocol, where))
    return found


def _filters(feature: Feature) -> list[tuple[str, Formula]]:
    found = []
    for anchor in anchors_of(feature.node):
        if isinstance(anchor, OccurrenceAnchor) and anchor.where is not None:
            found.append((anchor.event, anchor.where))
    where = getattr(feature.node, "where", None)
    fact = getattr(feature.node, "fact", None) or getattr(feature.node, "event", None)
    if isinstance(where, Formula) and isinstance(fact, str):
        found.append((fact, where))
    return found
