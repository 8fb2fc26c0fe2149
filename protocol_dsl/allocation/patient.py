"""Whether one patient may be allocated, and into which stratum."""

from __future__ import annotations

from attrs import evolve

from protocol_dsl.allocation.design import Design
from protocol_dsl.allocation.faults import AllocationError, Refused
from protocol_dsl.allocation.strata import Cell, Factor
from protocol_dsl.ir.evaluate import Evaluation, Scalar, evaluate
from protocol_dsl.ir.features import NamedAnchor
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.phrases import listed, range_text
from protocol_dsl.runtime.records import Range, Records
from protocol_dsl.vocabulary.calendar import When


def cell_of(protocol: Protocol, design: Design, records: Records, on: When) -> Cell:
    """The stratum of an eligible patient on the day `on`.

    Raises:
        Refused: the verdict is ineligible or undetermined, or a factor is unknown.
        AllocationError: the protocol has no criteria, so that nobody is known to be eligible.
    """
    if not protocol.stages or not protocol.stages[0].criteria:
        raise AllocationError(
            f"{protocol.header.id} has no criteria to judge by", "add an `inclusion` or `exclusion`"
        )
    asked = tuple(factor.feature for factor in design.factors if factor.feature is not None)
    judged = evaluate(evolve(protocol, features=(*protocol.features, *asked)), records, on)
    _refuse_unfit(protocol, judged, records.id)
    return Cell(tuple((factor.name, _level(factor, judged, records.id)) for factor in design.factors))


def _refuse_unfit(protocol: Protocol, judged: Evaluation, patient: str) -> None:
    """Eligible by the first stage, and by every stage that is judged at randomization."""
    for number, (stage, found) in enumerate(zip(protocol.stages, judged.stages, strict=True)):
        if number and stage.anchor != NamedAnchor("randomization"):
            continue
        if found.verdict == "eligible":
            continue
        outcome = False if found.verdict == "ineligible" else None
        names = listed([name for name, passed in found.criteria.items() if passed is outcome])
        word = "fails" if outcome is False else "is not known to pass"
        where = "" if number == 0 else f" for {stage.name.replace('_', ' ')}"
        fix = "`trialc run` shows why" + ("" if outcome is False else " and what must be recorded")
        raise Refused(
            f"{_named(patient)} is {found.verdict}{where} and is not allocated: {word} {names}", fix
        )


def _level(factor: Factor, judged: Evaluation, patient: str) -> str:
    held = judged.definitions[factor.name] if factor.feature is None else judged.features[factor.feature.id]
    level = factor.level(held)
    if level is None:
        known = f" is only known to be {_bounds(held)}" if isinstance(held, Range) else " is not known"
        levels = listed([f"`{one.text}`" for one in factor.levels], "or")
        reason = f"{_named(patient)} is not allocated: the stratum is unknown, because {factor.label}{known}"
        raise Refused(reason, f"record `{factor.name}`, which is {levels}")
    return level.text


def _bounds(value: Scalar) -> str:
    return range_text(value) if isinstance(value, Range) else ""


def _named(patient: str) -> str:
    return f"the patient `{patient}`" if patient else "the patient"
