"""The conditions that a schedule asks, numbered: those of its rules, of its blocks and of its bands of dose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attrs import evolve, field, frozen

from protocol_dsl.ir.features import Feature, FeatureNode, NamedAnchor, Window
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Give, Regimen, Schedule

NOW = NamedAnchor("now")
JUDGED = NamedAnchor("screening")
_evolved: Callable[..., FeatureNode] = evolve


@frozen
class Asked:
    """One condition: its formula, and the author's words of the first rule that asks it."""

    formula: Formula
    text: str = field(eq=False)


def asked_by(schedule: Schedule) -> tuple[Asked, ...]:
    """Every condition of a schedule, each once, in reading order; their places number them."""
    found: dict[Formula, Asked] = {}
    for formula, text in _conditions(schedule):
        found.setdefault(formula, Asked(formula, text))
    return tuple(found.values())


def _conditions(schedule: Schedule) -> Iterator[tuple[Formula, str]]:
    owners: tuple[Regimen | Arm, ...] = (*schedule.regimens, *schedule.arms)
    for owner in owners:
        for part in owner.parts:
            if isinstance(part, CycleBlock):
                if part.until is not None:
                    yield part.until, part.text
                for give in part.gives:
                    yield from _of_give(give)
            elif isinstance(part, Give):
                yield from _of_give(part)


def _of_give(give: Give) -> Iterator[tuple[Formula, str]]:
    for step in give.steps:
        for policy in step.policies:
            yield policy.condition, policy.text
        for band in step.dose.bands:
            yield band.when, step.dose.text


def judged_now(protocol: Protocol) -> tuple[Feature, ...]:
    """The features of a protocol, those of its schedule told of the day of judging instead of `now`."""
    return (
        *protocol.features,
        *(evolve(one, node=_at_judging(one.node)) for one in protocol.schedule.features),
    )


def _at_judging(node: FeatureNode) -> FeatureNode:
    changed: dict[str, Any] = {}
    window = getattr(node, "window", None)
    if isinstance(window, Window) and window.anchor == NOW:
        changed["window"] = evolve(window, anchor=JUDGED)
    if getattr(node, "anchor", None) == NOW:
        changed["anchor"] = JUDGED
    return _evolved(node, **changed) if changed else node
