"""All that analysis says of a protocol, worked out once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from protocol_dsl.analysis.admitted import admitted
from protocol_dsl.analysis.alone import Alone, alone
from protocol_dsl.analysis.cases import cases
from protocol_dsl.analysis.engine import Engine, engine_of
from protocol_dsl.analysis.errors.criteria import BackgroundClash, NoEligiblePatient
from protocol_dsl.analysis.goals import Goal, Impossible, Reply
from protocol_dsl.analysis.header import header
from protocol_dsl.analysis.incomplete import Completion, completions
from protocol_dsl.analysis.passing import clash, passing
from protocol_dsl.analysis.strata import strata
from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.vocabulary.calendar import When


@frozen
class StageReport:
    """One stage: whether all its criteria can be passed, and for each whether it can be the only one failed."""

    stage: Stage
    everyone: Reply
    alone: tuple[Alone, ...]


@frozen
class Analysis:
    """What was asked of a protocol on day `on`, and what came of it. `findings` are sorted by place, and those that a
    note of the file owns up to stand apart as `admitted`; `undecided` says what was neither shown nor refuted."""

    protocol: Protocol
    engine: Engine
    on: When
    stages: tuple[StageReport, ...]
    completions: tuple[Completion, ...]
    findings: tuple[Diagnostic, ...]
    admitted: tuple[Diagnostic, ...] = ()

    @property
    def undecided(self) -> tuple[str, ...]:
        """Criteria of which it stays open whether they can be the only one failed."""
        return tuple(one.criterion.id for part in self.stages for one in part.alone if one.undecided)


def analyze(protocol: Protocol, on: date | None = None) -> Analysis:
    """Ask everything of a protocol, on a day (that of its first eligible example unless said)."""
    engine = engine_of(protocol, on)
    if engine.contradictory:
        words = " and ".join(f"`{one.text}`" for one in protocol.assumptions)
        found: tuple[Diagnostic, ...] = (BackgroundClash(protocol.assumptions[0].span, words),)
        return Analysis(protocol, engine, engine.on, (), (), found)
    stages = tuple(_stage(engine, stage) for stage in protocol.stages if stage.criteria)
    every = sorted(_findings(engine, stages), key=lambda one: (one.span.start, one.span.end, one.code))
    owned = tuple(one for one in every if admitted(protocol, one))
    left = tuple(one for one in every if one not in owned)
    return Analysis(protocol, engine, engine.on, stages, completions(engine), left, owned)


def _stage(engine: Engine, stage: Stage) -> StageReport:
    everyone = engine.ask(passing(stage.criteria))
    only = () if isinstance(everyone, Impossible) else tuple(alone(engine, stage))
    return StageReport(stage, everyone, only)


def _findings(engine: Engine, stages: tuple[StageReport, ...]) -> Iterator[Diagnostic]:
    for part in stages:
        if isinstance(part.everyone, Impossible):
            few = clash(engine, part.stage.criteria)
            last, others = few[-1], few[:-1]
            names = tuple(one.id for one in few)
            yield NoEligiblePatient(last.span, names, tuple((one.span, one.id) for one in others))
        else:
            yield from (found for one in part.alone for found in one.findings)
            yield from cases(engine, part.stage)
    first = stages[0] if stages else None
    if first is not None and not isinstance(first.everyone, Impossible):
        goals: tuple[Goal, ...] = passing(first.stage.criteria)
        yield from header(engine, goals)
        yield from strata(engine, goals)
