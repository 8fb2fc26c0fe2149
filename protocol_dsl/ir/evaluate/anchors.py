"""Where an anchor stands for a patient, as far as it is known."""

from __future__ import annotations

from typing import assert_never

from attrs import frozen

from protocol_dsl.ir.evaluate.formulas import truth
from protocol_dsl.ir.evaluate.kleene import Truth
from protocol_dsl.ir.evaluate.patient import Patient
from protocol_dsl.ir.evaluate.time import days_of
from protocol_dsl.ir.features import Anchor, DateAnchor, NamedAnchor, OccurrenceAnchor
from protocol_dsl.runtime.records import Occurrence
from protocol_dsl.vocabulary.calendar import ANY_TIME, BEGINNING, FOREVER, When


@frozen
class Anchored:
    """An anchor at some moment of `when`: it exists (True), may exist (None) or does not (False)."""

    when: When
    exists: Truth = True


def anchored(anchor: Anchor, patient: Patient) -> Anchored:
    """The moments `anchor` may stand at."""
    match anchor:
        case NamedAnchor("screening"):
            return Anchored(patient.on)
        case NamedAnchor(name):
            to_come = When(days_of(patient.on).first, FOREVER)
            return Anchored(patient.records.anchors.get(name, to_come))
        case DateAnchor(fact):
            date = patient.recorded(fact)
            return Anchored(date if isinstance(date, When) else ANY_TIME)
        case OccurrenceAnchor():
            return _occurrence_start(anchor, patient)
        case _:
            assert_never(anchor)


def _occurrence_start(anchor: OccurrenceAnchor, patient: Patient) -> Anchored:
    history = patient.history(anchor.event)
    end_of_day = days_of(patient.on).last
    certain: list[When] = []
    possible: list[When] = []
    for occurrence in history.occurrences if history else ():
        passes = _passes(anchor, occurrence, patient)
        if passes is not False and occurrence.start.first <= end_of_day:
            possible.append(When(occurrence.start.first, min(occurrence.start.last, end_of_day)))
        if passes is True and occurrence.start.last <= end_of_day:
            certain.append(occurrence.start)
    if history is None or not history.complete:
        # One that nobody recorded may stand anywhere up to the day of judging.
        possible.append(When(BEGINNING, end_of_day))
    if not possible:
        return Anchored(ANY_TIME, exists=False)
    return Anchored(_one_of(anchor, certain, possible), exists=True if certain else None)


def _one_of(anchor: OccurrenceAnchor, certain: list[When], possible: list[When]) -> When:
    if not certain:
        return When(min(start.first for start in possible), max(start.last for start in possible))
    if anchor.which == "last":
        return When(max(start.first for start in certain), max(start.last for start in possible))
    return When(min(start.first for start in possible), min(start.last for start in certain))


def _passes(anchor: OccurrenceAnchor, occurrence: Occurrence, patient: Patient) -> Truth:
    return True if anchor.where is None else truth(anchor.where, patient, occurrence)
