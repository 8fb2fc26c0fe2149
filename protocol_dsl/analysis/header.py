"""The header's ages and sex against the patients whom the criteria let in."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from protocol_dsl.analysis.engine import Engine
from protocol_dsl.analysis.errors.coverage import HeaderTooWide, OutsideHeader
from protocol_dsl.analysis.goals import Goal, Impossible, Witness
from protocol_dsl.analysis.shown import shown
from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.features import Age, Feature, Given
from protocol_dsl.ir.formulas import Compare, Comparison, OneOf
from protocol_dsl.ir.numbers import Const, Value
from protocol_dsl.runtime.phrases import exact_text


def header(engine: Engine, eligible: tuple[Goal, ...]) -> Iterator[Diagnostic]:
    """Eligible patients outside the header, and limits of the header nobody eligible is at."""
    yield from _ages(engine, eligible)
    yield from _sexes(engine, eligible)


def _ages(engine: Engine, eligible: tuple[Goal, ...]) -> Iterator[Diagnostic]:
    feature = next((one for one in engine.protocol.features if _in_years(one)), None)
    told = engine.protocol.header
    for limit, beyond, words in ((told.age_low, "<", "at least"), (told.age_high, ">", "at most")):
        if feature is None or limit is None or limit.denominator != 1:
            continue
        said = f"age {words} {exact_text(limit)} years"
        found = engine.ask((*eligible, Goal(_aged(feature, beyond, limit), "T")))  # type: ignore[arg-type]
        if isinstance(found, Witness):
            yield OutsideHeader(told.span, said, shown(engine, found))
        if isinstance(engine.ask((*eligible, Goal(_aged(feature, "=", limit), "T"))), Impossible):
            yield HeaderTooWide(told.span, said, f"patient aged {exact_text(limit)}")


def _in_years(feature: Feature) -> bool:
    return feature.node == Age("year")


def _aged(feature: Feature, comparison: Comparison, limit: Fraction) -> Compare:
    return Compare(comparison, Value(feature.id), Const(limit))


def _sexes(engine: Engine, eligible: tuple[Goal, ...]) -> Iterator[Diagnostic]:
    feature = next((one for one in engine.protocol.features if one.node == Given("sex")), None)
    told = engine.protocol.header
    if feature is None or told.sex not in {"all", "male", "female"}:
        return
    for sex, whom in (("male", "man"), ("female", "woman")):
        found = engine.ask((*eligible, Goal(OneOf(feature.id, (sex,)), "T")))
        if told.sex in {"all", sex} and isinstance(found, Impossible):
            yield HeaderTooWide(told.span, f"sex {told.sex}", whom)
        if told.sex not in {"all", sex} and isinstance(found, Witness):
            yield OutsideHeader(told.span, f"sex {told.sex}", shown(engine, found))
