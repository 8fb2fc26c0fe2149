"""For each criterion a patient who fails it and passes all the others: the one whom it alone keeps out."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from protocol_dsl.analysis.engine import Engine, passed
from protocol_dsl.analysis.errors.criteria import CriterionImplied, EveryonePasses, ExclusionNegates
from protocol_dsl.analysis.goals import Goal, Impossible, Reply, Undecided
from protocol_dsl.analysis.passing import clash, passing
from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.protocol import Criterion, Stage


@frozen
class Alone:
    """One criterion: the patient who fails it alone, or that there is none, and what follows from that."""

    criterion: Criterion
    reply: Reply
    findings: tuple[Diagnostic, ...] = ()

    @property
    def undecided(self) -> bool:
        """Whether neither was shown."""
        return isinstance(self.reply, Undecided)


def alone(engine: Engine, stage: Stage) -> Iterator[Alone]:
    """Every criterion of a stage."""
    for criterion in stage.criteria:
        fails = Goal(passed(criterion), "F")
        reply = engine.ask((*passing(stage.criteria, but=criterion), fails))
        if isinstance(reply, Impossible):
            yield Alone(criterion, reply, tuple(_redundant(engine, stage, criterion)))
        else:
            yield Alone(criterion, reply)


def _redundant(engine: Engine, stage: Stage, criterion: Criterion) -> Iterator[Diagnostic]:
    """Why nobody fails it alone: nobody can, or others keep out all whom it would."""
    fails = Goal(passed(criterion), "F")
    others = tuple(one for one in stage.criteria if one is not criterion)
    few = clash(engine, others, (fails,))
    if not few:
        yield EveryonePasses(criterion.span, criterion.id)
        return
    twin = (
        few[0]
        if len(few) == 1 and few[0].kind != criterion.kind and _alike(engine, criterion, few[0])
        else None
    )
    if twin is None:
        names = tuple(one.id for one in few)
        yield CriterionImplied(criterion.span, criterion.id, names, tuple((one.span, one.id) for one in few))
    elif criterion.kind == "exclusion":
        yield ExclusionNegates(criterion.span, criterion.id, twin.id, twin.span)


def _alike(engine: Engine, one: Criterion, other: Criterion) -> bool:
    """Whether `other` fails nobody whom `one` does not fail."""
    return isinstance(engine.ask((Goal(passed(one), "T"), Goal(passed(other), "F"))), Impossible)
