"""Features against the facts they read: kind, type and unit fit, anchors are known, filters stay in place."""

from __future__ import annotations

from protocol_dsl.ir.facts import SERIES, Fact, FactKind
from protocol_dsl.ir.features import (
    Age,
    Anchor,
    Answer,
    Consecutive,
    DateAnchor,
    Edge,
    Feature,
    FeatureNode,
    FeatureType,
    Given,
    Held,
    NamedAnchor,
    OccurrenceAnchor,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    SampleValue,
    Unchanged,
    Unsettled,
    Window,
)
from protocol_dsl.ir.formula_invariants import BrokenInvariant, Scope, check_formula
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.walk import anchors_of

_NUMERIC = frozenset({"lab", "measure"})
_GIVEN: dict[FactKind, FeatureType] = {
    "yes_no": "truth",
    "number": "number",
    "choice": "choice",
    "set": "set",
}


def check_feature(feature: Feature, scope: Scope, protocol: Protocol) -> None:
    """Raise BrokenInvariant unless the feature fits its fact, and its anchors and filters are right."""
    place = f"feature `{feature.id}`"
    if not feature.id.isidentifier():
        raise BrokenInvariant(f"{place} is no identifier")
    fact = _own_fact(feature.node, scope, place)
    kind, unit = _type_and_unit(feature.node, fact, place)
    if feature.type != kind:
        raise BrokenInvariant(f"{place} is said to be a {feature.type}, it yields a {kind}")
    if unit is not None and feature.unit != unit:
        raise BrokenInvariant(f"{place} is said to be in `{feature.unit}`, it comes in `{unit}`")
    _check_counts(feature.node, place)
    if isinstance(feature.node, Answer) and feature.node.question not in {
        one.id for one in protocol.questions
    }:
        raise BrokenInvariant(
            f"{place} asks question `{feature.node.question}`, which is not in the protocol"
        )
    for anchor in anchors_of(feature.node):
        _check_anchor(anchor, scope, protocol, place)
    window = getattr(feature.node, "window", None)
    if isinstance(window, Window):
        _check_window(window, feature.node, place)
    where = getattr(feature.node, "where", None)
    if where is not None and fact is not None:
        check_formula(where, scope.inside(fact), f"the filter of {place}")


def _own_fact(node: FeatureNode, scope: Scope, place: str) -> Fact | None:
    name = getattr(node, "fact", getattr(node, "event", None))
    return None if name is None else _fact(name, scope, place)


def _fact(name: str, scope: Scope, place: str) -> Fact:
    if name not in scope.facts:
        raise BrokenInvariant(f"{place} reads fact `{name}`, which is not in the protocol")
    return scope.facts[name]


def _type_and_unit(node: FeatureNode, fact: Fact | None, place: str) -> tuple[FeatureType, str | None]:
    """What the feature yields; the unit is None where it says nothing."""
    if fact is None:
        return ("number", None) if isinstance(node, Age) else ("truth", None)
    match node:
        case Given():
            _check_kind(fact, frozenset(_GIVEN), place)
            return _GIVEN[fact.kind], fact.unit if fact.kind == "number" else None
        case Unsettled():
            return "truth", None
        case SampleValue(_, _, pick, part):
            plain = pick in {"latest", "first"} and part == "value"
            _check_kind(fact, SERIES if plain else _NUMERIC, place)
            if part != "value" and pick not in {"latest", "first"}:
                raise BrokenInvariant(f"{place} asks for the {part} limit of the {pick} sample")
            return ("choice", None) if fact.kind == "finding" else ("number", fact.unit)
        case SampleMean() | SampleChange():
            _check_kind(fact, _NUMERIC, place)
            return "number", "1" if isinstance(node, SampleChange) and node.relative else fact.unit
        case SampleCount():
            _check_kind(fact, SERIES, place)
            return "number", "1"
        case Consecutive():
            _check_kind(fact, SERIES, place)
            return "truth", None
        case Held() | Unchanged():
            _check_kind(fact, SERIES | {"event"}, place)
            return "truth", None
        case OccursCount():
            _check_kind(fact, frozenset({"event"}), place)
            return "number", "1"
        case _:
            _check_kind(fact, frozenset({"event"}), place)
            return "truth", None


def _check_kind(fact: Fact, kinds: frozenset[str], place: str) -> None:
    if fact.kind not in kinds:
        raise BrokenInvariant(f"{place} cannot be asked of `{fact.name}`, a fact of kind {fact.kind}")


def _check_counts(node: FeatureNode, place: str) -> None:
    wanted = (
        node.last if isinstance(node, SampleMean) else node.count if isinstance(node, Consecutive) else None
    )
    if wanted is not None and wanted < 1:
        raise BrokenInvariant(f"{place} asks for {wanted} samples")


def _check_anchor(anchor: Anchor, scope: Scope, protocol: Protocol, place: str) -> None:
    match anchor:
        case NamedAnchor(name):
            known = {"screening", "now", "regimen_start", *(one.name for one in protocol.anchors)}
            if name not in known:
                raise BrokenInvariant(f"{place} is anchored to `{name}`, which is not in the protocol")
        case OccurrenceAnchor(event, _, where):
            fact = _fact(event, scope, place)
            _check_kind(fact, frozenset({"event"}), place)
            if where is not None:
                check_formula(where, scope.inside(fact), f"the anchor of {place}")
        case DateAnchor(name):
            _check_kind(_fact(name, scope, place), frozenset({"date"}), place)


def _check_window(window: Window, node: FeatureNode, place: str) -> None:
    for edge in (window.start, window.end):
        if edge is not None:
            _check_edge(edge, place)
    if isinstance(node, Held | Unchanged) and window.start is None:
        raise BrokenInvariant(f"{place} lasts over a window without a start")
    if isinstance(node, Held) and node.recent is not None and node.recent.count < 0:
        raise BrokenInvariant(
            f"{place} asks for a sample not older than {node.recent.count} {node.recent.unit}"
        )


def _check_edge(edge: Edge, place: str) -> None:
    """Several offsets all point one way: else `farthest` would mean nothing."""
    if len(edge.offsets) > 1 and len({(one.count > 0) - (one.count < 0) for one in edge.offsets}) > 1:
        raise BrokenInvariant(f"{place} has an edge with offsets both before and after its anchor")
