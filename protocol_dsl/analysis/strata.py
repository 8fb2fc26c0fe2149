"""Strata of randomization that no eligible patient falls into."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from protocol_dsl.analysis.engine import Engine
from protocol_dsl.analysis.errors.coverage import EmptyStratum
from protocol_dsl.analysis.goals import Goal, Impossible
from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.features import Age, Feature, Given, SampleValue
from protocol_dsl.ir.formulas import All, Compare, Formula, OneOf
from protocol_dsl.ir.numbers import Const, Named, Number, Value
from protocol_dsl.ir.schedule import Stratum
from protocol_dsl.runtime.phrases import exact_text


def strata(engine: Engine, eligible: tuple[Goal, ...]) -> Iterator[Diagnostic]:
    """Every part of every factor that nobody eligible is in."""
    randomization = engine.protocol.schedule.randomization
    for factor in randomization.strata if randomization else ():
        for words, condition in _parts(engine, factor):
            if isinstance(engine.ask((*eligible, Goal(condition, "T"))), Impossible):
                assert randomization is not None
                yield EmptyStratum(randomization.span, words)


def _parts(engine: Engine, factor: Stratum) -> Iterator[tuple[str, Formula]]:
    number = _number(engine, factor.by)
    if factor.cuts and number is not None:
        for low, high in pairwise((None, *factor.cuts, None)):
            bounds = [] if low is None else [Compare(">=", number, Const(low))]
            bounds += [] if high is None else [Compare("<", number, Const(high))]
            words = [] if low is None else [f"at least {exact_text(low)}"]
            words += [] if high is None else [f"below {exact_text(high)}"]
            yield f"{factor.by} {' and '.join(words)}", All(tuple(bounds))
        return
    feature = next(
        (one for one in engine.protocol.features if one.type == "choice" and _reads(one, factor.by)), None
    )
    fact = engine.facts.get(factor.by)
    if feature is not None and fact is not None:
        for choice in fact.choices:
            yield f"{factor.by} {choice}", OneOf(feature.id, (choice,))


def _number(engine: Engine, name: str) -> Number | None:
    if any(one.id == name and one.type == "number" for one in engine.protocol.definitions):
        return Named(name)
    found = next(
        (one for one in engine.protocol.features if one.type == "number" and _reads(one, name)), None
    )
    return None if found is None else Value(found.id)


def _reads(feature: Feature, fact: str) -> bool:
    match feature.node:
        case Age(unit):
            return fact == "age" and unit == "year"
        case Given(own):
            return own == fact
        case SampleValue(own, _, "latest", "value"):
            return own == fact
        case _:
            return False
