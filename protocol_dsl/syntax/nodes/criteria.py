"""Header, criteria, stages and examples."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.syntax.nodes.expressions import Expression
from protocol_dsl.syntax.nodes.facts import Note, SourcePointer, SourceText
from protocol_dsl.syntax.nodes.time import AnchorRef
from protocol_dsl.syntax.nodes.words import Date, Name, Numeral, Text, Unit


@frozen
class HeaderText:
    """`sponsor "…"`"""

    key: Name
    text: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class HeaderWord:
    """`status unknown`"""

    key: Name
    word: Name | Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class HeaderPhase:
    """`phase 2`, `phase 1/2`, `phase na`"""

    phases: tuple[str, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class HeaderEnrollment:
    """`enrollment 261 estimated`"""

    number: Numeral
    type: Literal["estimated", "actual"] | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class HeaderAge:
    """`age 18 to 65 years`, `age 18 years and over`, `age up to 17 years`; no low unit: the high one."""

    low: Numeral | None
    low_unit: Literal["minute", "hour", "day", "week", "month", "year"] | None
    high: Numeral | None
    high_unit: Literal["minute", "hour", "day", "week", "month", "year"] | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class HeaderVolunteers:
    """`healthy_volunteers no`"""

    accepted: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ProtocolBlock:
    """`protocol ID "title" { … }`"""

    name: Name
    title: Text
    entries: tuple[HeaderEntry, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Waive:
    """`waive by sponsor "…"`"""

    by: Literal["investigator", "participant", "sponsor"]
    question: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Line:
    """`[draft] require C [unless D] [waive …]`, `reject C …`"""

    verb: Literal["require", "reject"]
    condition: Expression
    unless: Expression | None
    waive: Waive | None
    draft: bool
    """Whether nobody has confirmed the line yet."""
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class WhenLine:
    """`when C require R`"""

    condition: Expression
    line: Line
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ForCondition:
    """`for C { … }`"""

    condition: Expression
    items: tuple[CriterionItem, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ForCohort:
    """`for cohort a, b { … }`"""

    cohorts: tuple[Name, ...]
    items: tuple[CriterionItem, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Criterion:
    """`inclusion ID "title" { … }`, `exclusion …`"""

    kind: Literal["inclusion", "exclusion"]
    name: Name
    title: Text
    items: tuple[CriterionItem, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Stage:
    """`stage NAME [at A] ["label"] { … }`"""

    name: Name
    anchor: AnchorRef | None
    label: Text | None
    criteria: tuple[Criterion, ...]
    notes: tuple[Note, ...]
    sources: tuple[SourceText | SourcePointer, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Assume:
    """`assume pregnant implies sex is female`; without `implies`, `premise` alone is told of every patient"""

    premise: Expression
    conclusion: Expression | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OutOfScope:
    """`out_of_scope "…" because advice [{ source … }]`"""

    text: Text
    because: Name
    remarks: tuple[SourceText | SourcePointer | Note, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class BoundedValue:
    """`< 40 U/L`"""

    comparison: Literal["<", "<=", "=", "!=", ">=", ">"]
    number: Numeral
    unit: Unit | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class NumberValue:
    """`342 umol/L`; the number signed."""

    number: Numeral
    unit: Unit | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class WordValue:
    """`positive`, `yes`, `"a text"`"""

    word: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class SetValue:
    """`{kras, braf}`"""

    choices: tuple[Name, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OnDate:
    """`on 2026-03-02`"""

    date: Date
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class FromDate:
    """`from 2026-01-01 [to 2026-02-01 | ongoing]`"""

    start: Date
    end: Date | None
    ongoing: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OngoingTime:
    """`ongoing`"""

    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Record:
    """One dated value or occurrence. `limits` are (ULN|LLN, number); `others`: `perhaps others`, nothing else
    set.
    """

    value: Value | None
    limits: tuple[tuple[Literal["ULN", "LLN"], Numeral], ...]
    time: RecordTime | None
    attributes: tuple[tuple[Name, Value], ...]
    others: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Given:
    """`inr 1.8 on 2026-03-01, 1.9 on …`"""

    name: Name
    records: tuple[Record, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Unknown:
    """`unknown inr, alt`"""

    names: tuple[Name, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class NoneOf:
    """`no gi_bleeding`: known never to have happened."""

    names: tuple[Name, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ExampleAnswer:
    """`answer no to "…"`"""

    answer: bool
    question: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ExpectVerdict:
    """`expect ineligible by I4`, `expect stage registration eligible`"""

    stage: Name | None
    verdict: Literal["eligible", "ineligible", "undetermined"]
    by: tuple[Name, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ExpectCriteria:
    """`expect I1 unknown, E1 passes`"""

    outcomes: tuple[tuple[Name, Literal["passes", "fails", "unknown"]], ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Example:
    """`example "name" [like "other"] [on DATE] { … }`"""

    name: Text
    like: Text | None
    on: Date | None
    items: tuple[ExampleItem, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


HeaderEntry = (
    HeaderText
    | HeaderWord
    | HeaderPhase
    | HeaderEnrollment
    | HeaderAge
    | HeaderVolunteers
    | Note
    | SourceText
    | SourcePointer
)
CriterionItem = Line | WhenLine | ForCondition | ForCohort | SourceText | SourcePointer | Note
Value = BoundedValue | NumberValue | WordValue | SetValue
RecordTime = OnDate | FromDate | OngoingTime
ExampleItem = Given | Unknown | NoneOf | ExampleAnswer | ExpectVerdict | ExpectCriteria | Note
