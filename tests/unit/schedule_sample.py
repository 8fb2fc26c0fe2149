"""Small protocols with a schedule, compiled, planned and run."""

from __future__ import annotations

import sys
from datetime import date
from types import ModuleType

from protocol_dsl import artifacts, pipeline
from protocol_dsl.backends.schedule import program_of
from protocol_dsl.runtime.records import History, Occurrence, Records, Sample
from protocol_dsl.runtime.schedule.plan import calendar_of
from protocol_dsl.runtime.schedule.program import Program
from protocol_dsl.runtime.schedule.slots import Slot
from protocol_dsl.source import SourceFile
from protocol_dsl.vocabulary.calendar import days

MONDAY = date(2026, 1, 5)

HEAD = """
protocol T1 "Test" { phase 2 }
fact weight      : measure in kg  "Body weight" { valid 7 days }
fact height      : measure in cm  "Height"
fact gfr         : lab in mL/min  "Glomerular filtration rate" { valid 7 days }
fact neutrophils : lab in 10^9/L  "Neutrophils" { valid 3 days }
fact platelets   : lab in 10^9/L  "Platelets"   { valid 3 days }
fact albumin_level : lab in g/L   "Serum albumin" { valid 1 day }
fact progression : event "Progression" absent if not recorded
anchor consent "Consent"
intervention drug "Drug" { kind drug }
intervention mate "Mate" { kind drug }
inclusion I1 "Adult" { source "s" require weight >= 1 kg }
"""


def compiled(text: str, head: str = HEAD) -> Program:
    """The program of the schedule `text`."""
    return program_of(_protocol(text, head))


def _protocol(text: str, head: str):  # type: ignore[no-untyped-def]
    result = pipeline.check(SourceFile("t.trial", head + text))
    assert result.protocol is not None, [f"{one.code} {one.message}" for one in result.diagnostics]
    return result.protocol


def generated(text: str) -> ModuleType:
    """The generated `schedule.py` of `text`, loaded."""
    return loaded(artifacts.build_schedule(_protocol(text, HEAD))[0].text)


def loaded(source: str) -> ModuleType:
    """A generated module from its text."""
    module = sys.modules["schedule_under_test"] = ModuleType("schedule_under_test")
    exec(compile(source, "<schedule>", "exec"), module.__dict__)
    return module


def slots(text: str, what: str = "drug", until: date | None = None, **anchors: date) -> list[Slot]:
    """The planned slots of one thing in arm `a`, day 1 being a Monday."""
    named = {"day_1": MONDAY, **anchors}
    end = None if until is None else until.toordinal()
    made = calendar_of(compiled(text), "a", {name: day.toordinal() for name, day in named.items()}, end)
    return [slot for slot in made.slots if slot.what == what]


def study_days(text: str, what: str = "drug", until: date | None = None) -> list[int | None]:
    """Their study days."""
    return [slot.study_day for slot in slots(text, what, until)]


def dates(text: str, what: str = "drug", until: date | None = None) -> list[str]:
    """Their dates."""
    return [date.fromordinal(slot.day or 0).isoformat() for slot in slots(text, what, until)]


def lab(*values: tuple[int, float]) -> tuple[Sample, ...]:
    """Samples by study day."""
    return tuple(Sample(days(on(day), on(day)), value) for day, value in values)


def on(study_day: int) -> int:
    """The day number of a study day."""
    return MONDAY.toordinal() + study_day - 1


def happened(*study: int) -> History:
    """An event on study days, and on no other."""
    return History(tuple(Occurrence(days(on(day), on(day)), days(on(day), on(day))) for day in study), True)


def records(**facts: object) -> Records:
    """Records of a patient."""
    return Records("p", facts)  # type: ignore[arg-type]
