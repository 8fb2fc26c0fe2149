"""Criteria by cases (`when … require …`): patients in none of them, and patients in two that clash."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from attrs import frozen

from protocol_dsl.analysis.engine import Engine
from protocol_dsl.analysis.errors.coverage import BranchGap, BranchOverlap
from protocol_dsl.analysis.goals import Goal, Impossible, Witness
from protocol_dsl.analysis.passing import passing
from protocol_dsl.analysis.shown import shown
from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.formulas import All, Any, Compare, Formula, Not, OneOf
from protocol_dsl.ir.numbers import Const, Value
from protocol_dsl.ir.protocol import Criterion, Line, Stage
from protocol_dsl.ir.walk import features_of
from protocol_dsl.runtime.records import Range


@frozen
class Case:
    """A line that binds only `when` a condition holds."""

    line: Line
    when: Formula
    then: Formula


def cases(engine: Engine, stage: Stage) -> Iterator[Diagnostic]:
    """Gaps and overlaps of every criterion that goes by cases of one value."""
    for criterion in stage.criteria:
        found = tuple(_cases(criterion))
        about = {features_of(one.when) for one in found}
        if len(found) > 1 and len(about) == 1 and len(next(iter(about))) == 1:
            yield from _gap(engine, stage, criterion, found)
            yield from _overlaps(engine, criterion, found)


def _cases(criterion: Criterion) -> Iterator[Case]:
    for line in criterion.lines:
        match line.passes:
            case Any((Not(when), then)) if line.text.startswith("when"):
                yield Case(line, when, then)
            case _:
                pass


def _gap(engine: Engine, stage: Stage, criterion: Criterion, found: tuple[Case, ...]) -> Iterator[Diagnostic]:
    """A patient whom all conditions leave out, though they cover those beside him."""
    none = tuple(Goal(one.when, "F") for one in found)
    reply = engine.ask((*passing(stage.criteria), *none))
    if isinstance(reply, Witness) and _between(engine, found, reply):
        yield BranchGap(criterion.span, criterion.id, shown(engine, reply))


def _between(engine: Engine, found: tuple[Case, ...], gap: Witness) -> bool:
    """Whether patients on both sides of the gap are covered (of choices: always)."""
    feature = features_of(found[0].when)[0]
    value = gap.values[feature]
    if isinstance(value, Range) or value is None:
        return False
    if not isinstance(value, float):
        return isinstance(value, str) and all(isinstance(one.when, OneOf) for one in found)
    covered = Any(tuple(one.when for one in found))
    beside = [Compare(sign, Value(feature), Const(engine.exactly(value))) for sign in ("<", ">")]
    return all(isinstance(engine.ask((Goal(covered, "T"), Goal(one, "T"))), Witness) for one in beside)


def _overlaps(engine: Engine, criterion: Criterion, found: tuple[Case, ...]) -> Iterator[Diagnostic]:
    for one, other in combinations(found, 2):
        both = (Goal(one.when, "T"), Goal(other.when, "T"))
        reply = engine.ask(both)
        if isinstance(reply, Witness):
            passed = Goal(All((one.then, other.then)), "T")
            if isinstance(engine.ask((*both, passed)), Impossible):
                yield BranchOverlap(other.line.span, criterion.id, shown(engine, reply))
