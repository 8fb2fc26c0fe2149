"""Epochs, visits, assessments, randomization, escalation."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.syntax.nodes.facts import Note, SourcePointer, SourceText
from protocol_dsl.syntax.nodes.schedule import Tolerance
from protocol_dsl.syntax.nodes.time import AnchorRef, Duration
from protocol_dsl.syntax.nodes.words import Name, Numeral, Text


@frozen
class Epoch:
    """`epoch NAME ["label"] [from X] [until Y | for 2 weeks]`"""

    name: Name
    label: Text | None
    start: Name | None
    until: Name | None
    duration: Duration | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class VisitDay:
    """`on day 1`"""

    day: Numeral
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class NumberedPoint:
    """`week 12`, `day 1`, `month 6`"""

    unit: Literal["day", "week", "month"]
    number: Numeral
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class NamedPoint:
    """`screening`"""

    name: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class VisitOffset:
    """`30 days after [each] last x`"""

    duration: Duration
    direction: Literal["before", "after", "before or after"]
    each: bool
    anchor: AnchorRef
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Visit:
    """`visit NAME ["label"] on day 1 | at week 12 | 30 days after last x [window …]`"""

    name: Name
    label: Text | None
    at: VisitDay | NumberedPoint | NamedPoint | VisitOffset
    tolerance: Tolerance | None
    sources: tuple[SourceText | SourcePointer, ...]
    notes: tuple[Note, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class VisitRun:
    """`every 4 weeks from week 4 to week 24 [window …]`"""

    every: Duration
    first: NumberedPoint | NamedPoint | None
    last: NumberedPoint | NamedPoint | None
    tolerance: Tolerance | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Visits:
    """`visits NAME ["label"] RUN, then RUN`"""

    name: Name
    label: Text | None
    runs: tuple[VisitRun, ...]
    sources: tuple[SourceText | SourcePointer, ...]
    notes: tuple[Note, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class AssessPlace:
    """`baseline`, `each follow_up`"""

    each: bool
    name: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Assess:
    """`assess a, b at screening, each follow_up`, `assess cbc before each paclitaxel`"""

    what: tuple[Name | Text, ...]
    places: tuple[AssessPlace, ...]
    direction: Literal["before", "after", "before or after"] | None
    around: Name | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class TimelineAssess:
    """`assess pk at 5, 10 minutes after`"""

    what: tuple[Name | Text, ...]
    times: tuple[Numeral, ...]
    unit: Literal["minute", "hour", "day", "week", "month", "year"]
    direction: Literal["before", "after", "before or after"]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Timeline:
    """`timeline NAME around each DRUG { … }`"""

    name: Name
    around: Name
    assessments: tuple[TimelineAssess, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Ratio:
    """`in ratio 1:1:1`"""

    numbers: tuple[Numeral, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Blocks:
    """`in blocks of 3, 6`"""

    sizes: tuple[Numeral, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Stratum:
    """`meld cut at 24`"""

    by: Name
    cuts: tuple[Numeral, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Strata:
    """`stratified by a and by b`"""

    strata: tuple[Stratum, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Method:
    """`by method minimisation`"""

    method: Name | Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Randomize:
    """`randomize to a, b …`"""

    arms: tuple[Name, ...]
    clauses: tuple[RandomizeClause, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class EscalationLevels:
    """`levels low, mid, high`"""

    levels: tuple[Name, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class EscalationCohort:
    """`cohort of 3`"""

    size: Numeral
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class EscalationGap:
    """`at least 28 days between cohorts`"""

    duration: Duration
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class EscalationNext:
    """`next level by judgement "CRM"`"""

    text: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Escalation:
    """`escalation { … }`"""

    clauses: tuple[EscalationClause, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


RandomizeClause = Ratio | Blocks | Strata | Method
EscalationClause = (
    EscalationLevels | EscalationCohort | EscalationGap | EscalationNext | SourceText | SourcePointer | Note
)
