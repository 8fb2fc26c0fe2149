"""Interventions, arms, regimens and what they give."""

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
class Alternatives:
    """`one of a, b [in random order]`"""

    names: tuple[Name, ...]
    random: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Intervention:
    """`intervention NAME "label" { kind biological registry_kind drug background half_life 12 hours one of a, b }`"""

    name: Name
    label: Text
    kind: Name | None
    registry_kind: Name | None
    background: bool
    half_life: Duration | None
    alternatives: Alternatives | None
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
    """`10 g`, `200 to 400 mL`, `AUC 5`, `up to 150 mg` (only a cap), or a parameter.

    `per_day`: `20 mg per day in 2 doses`.
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


Timing = Once | Frequency | Every | OnDays | WithEach | OffsetEach | Continuously | AsPrescribed | AsNeeded
GiveLimit = ForDuration | ForDoses | FromTo | Until
GiveClause = Route | Infusion | Timing | GiveLimit | Tolerance | Policy | Purpose | Levels
Part = Give | Cycles | Follow | CellFollow | SourceText | SourcePointer | Note
