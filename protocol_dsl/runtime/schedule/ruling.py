"""What the rules of a step say on one day: stop, until, delay and skip, reduce, give, in this order of precedence.

An unknown condition is tried both ways; where that makes no difference it is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Literal, NamedTuple

from protocol_dsl.runtime.schedule.program import Step

Truths = tuple[bool | None, ...]
MOST_UNKNOWN = 10
"""Beyond this many unknown conditions of one step, all are asked without trying them both ways."""


class Ruling(NamedTuple):
    """What a day's rules come to. `rule` is the place of the rule that decided (-1: none); `factor` and `lower` tell
    a reduction, `band` the band of dose that holds (-1: none); `ask` the numbers of the conditions to settle."""

    kind: Literal["give", "reduce", "skip", "delay", "until", "stop", "ask"]
    rule: int = -1
    factor: Fraction = Fraction(1)
    lower: int = 0
    band: int = -1
    ask: tuple[int, ...] = ()


_UNFIT = Ruling("ask")
"""None of the bands of a dose holds."""


def ruling(step: Step, truths: Truths, latched: frozenset[int]) -> Ruling:
    """The ruling of a step; `latched` holds the places of its rules that have latched before."""
    unknown = [number for number in _asked(step, latched) if truths[number] is None]
    if not unknown:
        return _decided(step, truths, latched)
    if len(unknown) > MOST_UNKNOWN:
        return Ruling("ask", ask=tuple(unknown))
    outcomes: dict[tuple[bool, ...], Ruling] = {}
    for values in product((False, True), repeat=len(unknown)):
        known = dict(zip(unknown, values, strict=True))
        tried = tuple(known.get(number, truth) for number, truth in enumerate(truths))
        outcomes[values] = _decided(step, tried, latched)
    if len({_substance(one) for one in outcomes.values()}) == 1:
        return next(iter(outcomes.values()))
    return Ruling("ask", ask=tuple(_matter(unknown, outcomes)))


def newly_latched(step: Step, truths: Truths) -> frozenset[int]:
    """The places of latching rules whose condition is true now."""
    return frozenset(
        place for place, rule in enumerate(step.rules) if rule.latched and truths[rule.when] is True
    )


def _asked(step: Step, latched: frozenset[int]) -> list[int]:
    numbers = [rule.when for place, rule in enumerate(step.rules) if place not in latched]
    return list(dict.fromkeys([*numbers, *(band.when for band in step.dose.bands)]))


def _matter(unknown: list[int], outcomes: dict[tuple[bool, ...], Ruling]) -> Iterator[int]:
    """The unknown conditions that change the outcome in some case."""
    for place, number in enumerate(unknown):
        for values, outcome in outcomes.items():
            other = (*values[:place], not values[place], *values[place + 1 :])
            if _substance(outcome) != _substance(outcomes[other]):
                yield number
                break


def _substance(one: Ruling) -> tuple[object, ...]:
    """What a ruling does; which rule led to it does not matter for giving or leaving out."""
    return one.kind, one.factor, one.lower, one.band, one.rule if one.kind == "delay" else -1


def _decided(step: Step, truths: Truths, latched: frozenset[int]) -> Ruling:
    true = [place for place, rule in enumerate(step.rules) if place in latched or truths[rule.when] is True]
    for actions in (("stop",), ("until",), ("delay", "skip")):
        for place in true:
            rule = step.rules[place]
            if rule.action in actions:
                return Ruling(rule.action, place)  # type: ignore[arg-type]  # the actions are kinds of ruling
    for place, rule in enumerate(step.rules):
        if rule.action == "give_if" and place not in true:
            return Ruling("skip", place)
    return _dosed(step, truths, [place for place in true if step.rules[place].action == "reduce"])


def _dosed(step: Step, truths: Truths, reducing: list[int]) -> Ruling:
    band = next((place for place, one in enumerate(step.dose.bands) if truths[one.when] is True), -1)
    if step.dose.bands and band < 0:
        return _UNFIT
    if not reducing:
        return Ruling("give", band=band)
    rules = [step.rules[place] for place in reducing]
    lower = sum(rule.by_level for rule in rules)
    if step.dose.else_stop and lower >= len(step.dose.levels):
        return Ruling("stop", next(place for place in reducing if step.rules[place].by_level))
    factor = min((rule.percent / 100 for rule in rules if rule.percent is not None), default=Fraction(1))
    return Ruling("reduce", reducing[0], factor, lower, band)
