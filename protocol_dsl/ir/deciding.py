"""Who decides a criterion: the records, a person, or both."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from protocol_dsl.ir.features import Answer
from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.ir.walk import all_features_of

Decider = Literal["computed", "asked", "both"]


def decider(protocol: Protocol, criterion: Criterion) -> Decider:
    """`computed`: no line rests on an answer; `asked`: none rests on anything else."""
    kinds = {feature.id: isinstance(feature.node, Answer) for feature in protocol.features}
    used = {kinds[name] for line in criterion.lines for name in all_features_of(protocol, line.passes)}
    if True not in used:
        return "computed"
    return "both" if False in used else "asked"


def together(fates: Collection[str]) -> Decider | None:
    """Who decides a sentence that several criteria say; None where none of them is computed or asked."""
    computed = bool({"computed", "both"}.intersection(fates))
    asked = bool({"asked", "both"}.intersection(fates))
    if computed:
        return "both" if asked else "computed"
    return "asked" if asked else None
