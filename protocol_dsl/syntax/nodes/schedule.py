"""Arms, regimens, visits, randomization."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.syntax.nodes.expressions import Expression
from protocol_dsl.syntax.nodes.facts import Code, Note, SourcePointer, SourceText
from protocol_dsl.syntax.nodes.time import AnchorRef, Duration
from protocol_dsl.syntax.nodes.words import Name, Numeral, Text, Unit


@frozen
class DayOne:
    """`day 1 is first uc_msc`"""

    number: Numeral
    anchor: AnchorRef
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class DaysFrom:
    """`days from 0`"""

    number: Numeral
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Intervention:
    """`intervention NAME "label" { kind biological registry_kind drug background half_life 12 hours }`"""

    name: Name
    label: Text
    kind: Name | None
    registry_kind: Name | None
    background: bool
    half_life: Duration | None
    codes: tuple[Code, ...]
    sources: tuple[SourceText | SourcePointer, ...]
    notes: tuple[Note, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Regimen:
    """`regimen NAME ["label"] [with dose] { … }`"""

    name: Name
    label: Text | None
    parameters: tuple[Name, ...]
    parts: tuple[Part, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Arm:
    """`arm NAME "label" experimental { … }`"""

    name: Name
    label: Text
    role: Name | None
    parts: tuple[Part, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Amount:
    """`10 g`, `200 to 400 mL`, `AUC 5`, `up to 150 mg` (only a cap), or a parameter. `per_day` with `doses` is
    `20 mg per day in 2 doses`.
    """

    low: Numeral | None
    high: Numeral | None
    unit: Unit | None
    auc: bool
    parameter: Name | None
    using: Name | None
    using_at: Name | None
    per_day: bool
    doses: Numeral | None
    of_total: bool
    cap: tuple[Numeral, Unit] | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class DoseCase:
    """`50 mg if weight < 50 kg`"""

    amount: Amount
    condition: Expression | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class GiveStep:
    """The first step of a give, or one after `; then`."""

    dose: tuple[DoseCase, ...]
    clauses: tuple[GiveClause, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Give:
    """`[may] give|perform|provide DRUG …`"""

    permitted: bool
    verb: Literal["give", "perform", "provide"]
    what: Name | Text
    steps: tuple[GiveStep, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Route:
    """`by intravenous infusion`"""

    words: tuple[Name, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Infusion:
    """`over 90 minutes`"""

    duration: Duration
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Purpose:
    """a string after a give: what it is for."""

    text: Text
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Levels:
    """`levels 30 mg, 20 mg, else stop`"""

    levels: tuple[tuple[Numeral, Unit], ...]
    else_stop: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Once:
    """`once`"""

    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Frequency:
    """`daily`, `twice daily`, `3 times weekly`"""

    times: int
    per: Literal["hourly", "daily", "weekly", "monthly"]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Every:
    """`every 3 weeks [after the last dose]`"""

    duration: Duration
    rolling: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OnDays:
    """`on days 1, 8, 15 [in cycle 1, 2]`"""

    days: tuple[Numeral, ...]
    cycles: tuple[Numeral, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class WithEach:
    """`with each fludarabine`"""

    name: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OffsetEach:
    """`48 hours after each ft538`"""

    duration: Duration
    direction: Literal["before", "after", "before or after"]
    name: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Continuously:
    """`continuously`"""

    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class AsPrescribed:
    """`as prescribed`"""

    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class AsNeeded:
    """`as needed`"""

    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ForDuration:
    """`for 8 weeks`"""

    duration: Duration
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ForDoses:
    """`for 12 doses`"""

    number: Numeral
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class FromTo:
    """`from day 1 to day 57`"""

    first: Numeral
    last: Numeral
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Until:
    """`until CONDITION`; `until 1 year after first trastuzumab` comes as a windowed duration."""

    condition: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Tolerance:
    """`window ±7 days`, `window -1 to +2 days`: signed numbers."""

    before: Numeral
    after: Numeral
    unit: Literal["minute", "hour", "day", "week", "month", "year"]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Policy:
    """`while C`, `if C`, `skip while C`, `delay while C up to 2 weeks`, `reduce to 75 % of the starting dose
    when C`, `reduce by one level when C`, `stop when C`
    """

    action: Literal["give_if", "skip", "delay", "reduce", "stop"]
    asked: Literal["while", "when", "if"]
    condition: Expression
    up_to: Duration | None
    percent: Numeral | None
    by_level: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Cycles:
    """`cycles NAME of 21 days for 4 cycles { … }`"""

    name: Name
    length: Duration
    number: Numeral | None
    until: Expression | None
    parts: tuple[Part, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class FollowTarget:
    """One regimen of a follow, with its arguments (value, unit) or a name."""

    regimen: Name
    arguments: tuple[tuple[Name, Name | tuple[Numeral, Unit | None]], ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Follow:
    """`follow a, then follow b with dose 3 mg`"""

    targets: tuple[FollowTarget, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class CellFollow:
    """`in period_2 follow active`"""

    epoch: Name
    follow: Follow
    span: Span = field(default=NOWHERE, eq=False, repr=False)


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


GiveClause = Route | Infusion | Timing | GiveLimit | Tolerance | Policy | Purpose | Levels
Timing = Once | Frequency | Every | OnDays | WithEach | OffsetEach | Continuously | AsPrescribed | AsNeeded
GiveLimit = ForDuration | ForDoses | FromTo | Until
Part = Give | Cycles | Follow | CellFollow | SourceText | SourcePointer | Note
RandomizeClause = Ratio | Blocks | Strata | Method
EscalationClause = (
    EscalationLevels | EscalationCohort | EscalationGap | EscalationNext | SourceText | SourcePointer | Note
)
