"""Time: durations, anchors, windows and what binds a predicate in time."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.syntax.nodes.words import Name, Numeral


@frozen
class PlainDuration:
    """`28 days`; the unit in the singular."""

    number: Numeral
    unit: Literal["minute", "hour", "day", "week", "month", "year"]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class HalfLives:
    """`5 half_lives of drug`"""

    number: Numeral
    drug: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ExtremeDuration:
    """`longer of {30 days, 5 half_lives of drug}`"""

    which: Literal["longer", "shorter"]
    durations: tuple[Duration, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class AnchorRef:
    """`screening`, `first uc_msc`, `last acute_hepatic_insult`"""

    which: Literal["first", "last"] | None
    name: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Within:
    """`within 28 days before A`; direction or anchor may be missing, which is an error found later."""

    duration: Duration
    direction: Literal["before", "after", "before or after"] | None
    anchor: AnchorRef | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Beyond:
    """`at least 4 weeks before A`"""

    extent: Literal["at least", "at most", "more than", "less than"]
    duration: Duration
    direction: Literal["before", "after", "before or after"] | None
    anchor: AnchorRef | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OpenWindow:
    """`before A`, `after A`"""

    direction: Literal["before", "after", "before or after"]
    anchor: AnchorRef
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Since:
    """`since A`"""

    anchor: AnchorRef
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OnTheDay:
    """`on the day of A`"""

    anchor: AnchorRef
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class MomentWindow:
    """`[started|ended] WINDOW`"""

    moment: Literal["started", "ended"] | None
    window: Window
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Ongoing:
    """`ongoing [at A]`"""

    anchor: AnchorRef | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Ever:
    """`[started|ended] ever`"""

    moment: Literal["started", "ended"] | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Held:
    """`for more than 6 months [before A]`"""

    extent: Literal["at least", "at most", "more than", "less than"]
    duration: Duration
    anchor: AnchorRef | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Unchanged:
    """`unchanged for at least 2 months [before A]`"""

    extent: Literal["at least", "at most", "more than", "less than"]
    duration: Duration
    anchor: AnchorRef | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


Duration = PlainDuration | HalfLives | ExtremeDuration
Window = Within | Beyond | OpenWindow | Since | OnTheDay
Temporal = MomentWindow | Ongoing | Ever | Held | Unchanged
