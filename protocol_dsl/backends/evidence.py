"""Which records stand behind the value of a feature: what a verdict shows beside it."""

from __future__ import annotations

from collections.abc import Callable

from protocol_dsl.backends.prose import Prose
from protocol_dsl.backends.spans import SCREENING
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import (
    Age,
    DateAnchor,
    DateWithin,
    Feature,
    Given,
    NamedAnchor,
    OccurrenceAnchor,
    SampleValue,
    Unsettled,
)
from protocol_dsl.ir.walk import anchors_of


def fact_of(feature: Feature) -> str | None:
    """The fact whose records a feature's value is found in; None for an answer, or a fact never declared."""
    node = feature.node
    if isinstance(node, Age):
        return None
    if isinstance(node, DateWithin):
        return node.of.event if isinstance(node.of, OccurrenceAnchor) else node.of.fact
    fact = getattr(node, "fact", None) or getattr(node, "event", None)
    return fact if isinstance(fact, str) else None


def evidence_of(feature: Feature, facts: dict[str, Fact]) -> str:
    """Which records stand behind a value: a sample's date by how it was picked, a series, occurrences, or none."""
    node = feature.node
    match node:
        case SampleValue():
            return f"{node.pick} {node.part}"
        case Given() | Unsettled():
            return ""
        case DateWithin(DateAnchor(), _):
            return "date"
        case _:
            fact = fact_of(feature)
            if fact is None:
                return "birth" if isinstance(node, Age) and "birth_date" in facts else ""
            return "occurrences" if facts[fact].kind == "event" else "samples"


def rests_of(
    feature: Feature, prose: Prose, named: Callable[[str], str] = str
) -> tuple[tuple[str, str, str], ...]:
    """What a feature's window is counted from, but for the day of judging: (kind, name, words), facts as `named`."""
    found = []
    asked = feature.node.of if isinstance(feature.node, DateWithin) else None
    for anchor in dict.fromkeys(one for one in anchors_of(feature.node) if one is not asked):
        match anchor:
            case NamedAnchor(name) if anchor != SCREENING:
                found.append(("anchor", name, prose.anchor(anchor)))
            case OccurrenceAnchor(event):
                found.append(("event", named(event), prose.fact(event)))
            case DateAnchor(fact):
                found.append(("date", named(fact), prose.fact(fact)))
    return tuple(found)
