"""Going over formulas, numbers and the features they read: children, rewriting, and who depends on what.

Nothing here recurses except `transform`, so that deep formulas are no trouble.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TypeVar, cast, get_args

import attrs

from protocol_dsl.ir.features import (
    Age,
    Anchor,
    DateAnchor,
    DateWithin,
    FeatureNode,
    OccurrenceAnchor,
    Window,
)
from protocol_dsl.ir.formulas import Atom, Contains, Formula, NamedTruth, OneOf, Truth
from protocol_dsl.ir.numbers import Named, Number, Value
from protocol_dsl.ir.protocol import Protocol

Node = Formula | Number
N = TypeVar("N", bound=Node)

FORMULAS: tuple[type, ...] = get_args(Formula)
NUMBERS: tuple[type, ...] = get_args(Number)
ATOMS: tuple[type, ...] = get_args(Atom)
_NODES = frozenset(FORMULAS + NUMBERS)
_evolved: Callable[..., Node] = attrs.evolve


def children(node: Node) -> tuple[Node, ...]:
    """The formulas and numbers directly inside `node`, in the order of its fields."""
    found: list[Node] = []
    for value in _field_values(node):
        if type(value) in _NODES:
            found.append(cast(Node, value))
        elif isinstance(value, tuple):
            found += [cast(Node, part) for part in value if type(part) in _NODES]
    return tuple(found)


def preorder(node: Node) -> Iterator[Node]:
    """`node` and everything inside it, each before what it holds, left to right."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(children(here)))


def transform(node: N, change: Callable[[Node], Node]) -> N:
    """`node` rebuilt from the inside out, each part replaced by what `change` makes of it (itself: kept).

    Assumes: `change` gives a formula for a formula and a number for a number.
    """
    changed: dict[str, object] = {}
    for name, value in _fields(node):
        if type(value) in _NODES:
            changed[name] = transform(cast(Node, value), change)
        elif isinstance(value, tuple) and any(type(part) in _NODES for part in value):
            changed[name] = tuple([transform(part, change) for part in value])
    return cast(N, change(_evolved(node, **changed) if changed else node))


def atoms(formula: Formula) -> tuple[Atom, ...]:
    """Every atom of `formula` in reading order, those in the conditions of its numbers included."""
    return tuple(cast(Atom, node) for node in preorder(formula) if isinstance(node, ATOMS))


def features_of(*nodes: Node) -> tuple[str, ...]:
    """Ids of the features the nodes read themselves (not by definitions they name), once each, in order."""
    return _unique(name for node in nodes for part in preorder(node) if (name := _feature_named(part)))


def definitions_of(*nodes: Node) -> tuple[str, ...]:
    """Ids of the definitions named by the nodes, each once, in order."""
    parts = (part for node in nodes for part in preorder(node))
    return _unique(part.definition for part in parts if isinstance(part, NamedTruth | Named))


def all_features_of(protocol: Protocol, *nodes: Node) -> tuple[str, ...]:
    """Ids of every feature the nodes rest on: their own, those of the definitions they name, and those asked
    in the filters of features."""
    bodies = {definition.id: definition.body for definition in protocol.definitions}
    filters = {feature.id: filters_of(feature.node) for feature in protocol.features}
    filters |= {feature.id: filters_of(feature.node) for feature in protocol.schedule.features}
    found: dict[str, None] = {}
    named: set[str] = set()
    waiting = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        fresh = [name for name in features_of(node) if name not in found]
        found |= dict.fromkeys(fresh)
        waiting += [part for name in fresh for part in filters.get(name, ())]
        more = [name for name in definitions_of(node) if name not in named]
        named.update(more)
        waiting += [bodies[name] for name in more if name in bodies]
    return tuple(found)


def facts_of(protocol: Protocol, *nodes: Node) -> tuple[str, ...]:
    """Names of every fact the nodes rest on, through definitions, features, filters and anchors."""
    features = {feature.id: feature.node for feature in (*protocol.features, *protocol.schedule.features)}
    used = all_features_of(protocol, *nodes)
    return _unique(fact for name in used if name in features for fact in feature_facts(features[name]))


def feature_facts(node: FeatureNode) -> tuple[str, ...]:
    """Names of the facts a feature reads: its own, then those of its anchors."""
    own = [value for name, value in _fields(node) if name in {"fact", "event"} and isinstance(value, str)]
    if isinstance(node, Age):
        own = ["birth_date", "age"]
    return _unique([*own, *(name for anchor in anchors_of(node) for name in _anchor_facts(anchor))])


def anchors_of(node: FeatureNode) -> tuple[Anchor, ...]:
    """The anchors of a feature: of its window, and the date `DateWithin` asks of."""
    found: list[Anchor] = [node.of] if isinstance(node, DateWithin) else []
    if isinstance(node, Age):
        found.append(node.anchor)
    window = getattr(node, "window", None)
    return (*found, window.anchor) if isinstance(window, Window) else tuple(found)


def filters_of(node: FeatureNode) -> tuple[Formula, ...]:
    """The filters of a feature: its own `where`, then those of its anchors."""
    places = (node, *anchors_of(node))
    return tuple(where for place in places if (where := getattr(place, "where", None)) is not None)


def criteria_formulas(protocol: Protocol) -> tuple[Formula, ...]:
    """What every line of every criterion asks, in order."""
    criteria = (criterion for stage in protocol.stages for criterion in stage.criteria)
    return tuple(line.passes for criterion in criteria for line in criterion.lines)


def _anchor_facts(anchor: Anchor) -> tuple[str, ...]:
    if isinstance(anchor, OccurrenceAnchor):
        return (anchor.event,)
    return (anchor.fact,) if isinstance(anchor, DateAnchor) else ()


def _feature_named(node: Node) -> str | None:
    if isinstance(node, Truth | Value | Contains):
        return node.feature
    return node.subject if isinstance(node, OneOf) and not node.item else None


def _fields(node: attrs.AttrsInstance) -> list[tuple[str, object]]:
    return [(name, getattr(node, name)) for name in _field_names(type(node))]


def _field_values(node: attrs.AttrsInstance) -> list[object]:
    return [getattr(node, name) for name in _field_names(type(node))]


@cache
def _field_names(kind: type[attrs.AttrsInstance]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
