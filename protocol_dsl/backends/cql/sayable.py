"""What the CQL library says and what it leaves out: a criterion is said whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.facts import SERIES, Fact
from protocol_dsl.ir.features import (
    Age,
    Consecutive,
    DateAnchor,
    DateWithin,
    FeatureNode,
    Given,
    Held,
    NamedAnchor,
    Occurs,
    OccursCount,
    SampleChange,
    SampleCount,
    SampleMean,
    Unchanged,
    Unsettled,
    Window,
)
from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.ir.walk import all_features_of, anchors_of, feature_facts
from protocol_dsl.vocabulary.codes import HIERARCHIES, system_name

DRUGS = frozenset({"rxnorm", "atc", "ndc", "unii", "inn", "cvx"})
"""Code systems of what is found in resources of medication and immunization, which the library does not read."""

_UNSAID: dict[type[FeatureNode], str] = {
    SampleMean: "a mean of samples is not written in CQL",
    SampleCount: "a count of samples, where two records may tell one, is not written in CQL",
    SampleChange: "a change between samples is not written in CQL",
    Consecutive: "samples next to each other in time are not written in CQL",
    OccursCount: "a count of occurrences, where two records may tell one, is not written in CQL",
    DateWithin: "a window round a date that is no record of an event is not written in CQL",
    Unchanged: "a state without change is not written in CQL",
}


@frozen
class LeftOut:
    """A criterion that the library does not say: its id and why, as one clause."""

    criterion: str
    reason: str


def sayable(protocol: Protocol) -> tuple[Protocol, tuple[LeftOut, ...]]:
    """The protocol with the criteria that CQL says, and the others with the reason."""
    left: list[LeftOut] = []
    prose = Prose(protocol)

    def said(criterion: Criterion) -> bool:
        reason = next(_reasons(criterion, protocol, prose), None)
        if reason is not None:
            left.append(LeftOut(criterion.id, reason))
        return reason is None

    stages = tuple(
        evolve(stage, criteria=tuple(one for one in stage.criteria if said(one))) for stage in protocol.stages
    )
    return evolve(protocol, stages=stages), tuple(left)


def _reasons(criterion: Criterion, protocol: Protocol, prose: Prose) -> Iterator[str]:
    facts = {fact.name: fact for fact in protocol.facts}
    nodes = {feature.id: feature.node for feature in protocol.features}
    for name in all_features_of(protocol, *(line.passes for line in criterion.lines)):
        for reason in _unsaid(nodes[name], facts):
            yield f"{reason} ({prose.feature(name)})"


def _unsaid(node: FeatureNode, facts: dict[str, Fact]) -> Iterator[str]:
    if type(node) in _UNSAID:
        yield _UNSAID[type(node)]
    if isinstance(node, Given) and facts[node.fact].kind in {"set", "date"}:
        yield f"a fact that is a {facts[node.fact].kind} is not read from FHIR"
    if isinstance(node, Occurs) and node.quantifier == "every":
        yield "`every` over a history is not written in CQL"
    if isinstance(node, Unsettled) and node.window is None and facts[node.fact].kind in SERIES:
        yield "`known` of a whole series is not written in CQL"
    if isinstance(node, Held) and facts[node.fact].kind not in SERIES:
        yield "an event that lasts over a whole window is not written in CQL"
    if isinstance(node, Age) and node.anchor != NamedAnchor("screening"):
        yield "an age at another day than that of judging is not written in CQL"
    yield from _unsaid_times(node)
    for name in feature_facts(node):
        yield from _unsaid_codes(facts[name])


def _unsaid_times(node: FeatureNode) -> Iterator[str]:
    if any(isinstance(anchor, DateAnchor) for anchor in anchors_of(node)):
        yield "a window round a recorded date is not written in CQL"
    window: Window | None = getattr(node, "window", None)
    for edge in (window.start, window.end) if window else ():
        if edge is not None and any(offset.unit in {"minute", "hour"} for offset in edge.offsets):
            yield "windows are written in CQL by days, not by hours"


def _unsaid_codes(fact: Fact) -> Iterator[str]:
    systems = {system_name(code.system) for code in fact.codes}
    if systems & DRUGS:
        yield f"resources of medication are not read, and `{fact.name}` is bound to codes of drugs"
    if fact.kind != "event" and systems & HIERARCHIES:
        yield f"a code that stands for those below it is looked for in events alone, and `{fact.name}` is none"
