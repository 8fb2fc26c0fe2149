"""What the rules of a step come to, in the reference of schedules: every way an unknown may turn out is tried."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from protocol_dsl.runtime.schedule.program import Step


class Outcome(NamedTuple):
    """What rules come to: kind of action, place of the deciding rule, what the dose is multiplied by, how many levels
    lower it is, and the place of its band (-1: none)."""

    kind: str
    rule: int = -1
    factor: Fraction = Fraction(1)
    lower: int = 0
    band: int = -1


ASK = Outcome("ask")


def ways(truths: list[tuple[int, bool | None]]) -> Iterator[list[bool]]:
    """Every way that unknown conditions may turn out, the same condition the same way throughout."""
    unknown = sorted({number for number, known in truths if known is None})
    for tried in product((False, True), repeat=len(unknown)):
        turned = dict(zip(unknown, tried, strict=True))
        yield [turned[number] if known is None else known for number, known in truths]


def outcome(step: Step, held: list[bool]) -> Outcome:
    """The order of precedence, rule by rule; the truths of the bands follow those of the rules."""
    rules = list(zip(range(len(step.rules)), step.rules, held, strict=False))
    for kinds in ({"stop"}, {"until"}, {"delay", "skip"}):
        for place, rule, true in rules:
            if true and rule.action in kinds:
                return Outcome(rule.action, place)
    if any(rule.action == "give_if" and not true for _, rule, true in rules):
        return Outcome("skip")
    fitting = [place for place, true in enumerate(held[len(step.rules) :]) if true]
    if step.dose.bands and not fitting:
        return ASK
    band = fitting[0] if fitting else -1
    reducing = [rule for _, rule, true in rules if true and rule.action == "reduce"]
    lower = sum(1 for rule in reducing if rule.by_level)
    if reducing and step.dose.else_stop and lower >= len(step.dose.levels):
        return Outcome("stop", next(place for place, rule, true in rules if true and rule.by_level))
    percents = [rule.percent / 100 for rule in reducing if rule.percent is not None]
    return Outcome("reduce" if reducing else "give", -1, min([Fraction(1), *percents]), lower, band)
