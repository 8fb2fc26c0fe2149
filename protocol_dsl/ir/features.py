"""First stage: what is asked of a patient's dated records, each reduced to one value.

Time is counted in seconds on the local clock; a partial date is the interval of moments it may mean
(`protocol_dsl.vocabulary.calendar.When`). Whatever the records leave open is unknown.
"""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from protocol_dsl.ir.formulas import Formula
from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.vocabulary.calendar import Duration

FeatureType = Literal["truth", "number", "choice", "set"]
Pick = Literal["latest", "first", "highest", "lowest"]
SamplePart = Literal["value", "upper", "lower"]
Moment = Literal["overlaps", "started", "ended", "ongoing"]
Quantifier = Literal["some", "every"]
AgeUnit = Literal["year", "month", "week", "day"]


@frozen
class NamedAnchor:
    """`screening` (the day the criteria are judged) or a declared anchor. One with no recorded date is still to
    come: any moment from the day of judging on."""

    name: str


@frozen
class OccurrenceAnchor:
    """The start of the first or last occurrence of an event that passes `where` and does not start after the
    day of judging. No such occurrence in a complete history: no date at all, and what is anchored to it is
    false. In an incomplete history an unrecorded one may stand nearer: an interval up to the day of judging
    (`last`) or from the beginning of time (`first`); nothing recorded: any moment up to the day of judging."""

    event: str
    which: Literal["first", "last"]
    where: Formula | None = None


@frozen
class DateAnchor:
    """The date held by a one-value date fact; unrecorded: any moment."""

    fact: str


Anchor = NamedAnchor | OccurrenceAnchor | DateAnchor


@frozen
class Edge:
    """One end of a window: the anchor moved by `offsets` (signed; negative is before). Several offsets stand for
    `longer of` (`farthest` true: the one farthest from the anchor) or `shorter of`. `strict` leaves the edge
    itself out. Units of a day or more move whole days: the window then opens at 00:00:00 and closes at
    23:59:59 of the day reached; months and years clamp to the month's last day."""

    offsets: tuple[Duration, ...]
    strict: bool = False
    farthest: bool = True


@frozen
class Window:
    """From `start` to `end`, both inclusive unless strict; `None` is open on that side. Days of the anchor."""

    anchor: Anchor
    start: Edge | None
    end: Edge | None


@frozen
class Given:
    """The value of a one-value fact as recorded."""

    fact: str


@frozen
class Unsettled:
    """False when what is recorded of the fact leaves nothing open (as when nothing is recorded), else unknown.

    Of any fact: its whole record is illegible. In a `window`, of a series: among the samples that may be the latest
    there (no legible one that certainly lies in it certainly lies after) is one that may lie outside or is
    illegible, or two differ in value or limits. Of an event: an occurrence that may pass
    `where` and of which it is open whether it meets the window, as in `Occurs`. Round no date at all nothing is open.
    """

    fact: str
    window: Window | None = None
    moment: Moment = "overlaps"
    where: Formula | None = None


@frozen
class Age:
    """Completed units of age on the day of `anchor`, from the birth date, or from the age stated."""

    unit: AgeUnit
    anchor: Anchor = NamedAnchor("screening")


@frozen
class SampleValue:
    """One sample of a series: `pick`ed among those in `window`; `part` is its value or its own limit of normal.

    latest / first: unknown when none is in the window, when which one it is stays open (partial dates, or two
    different values at one time), or when the one picked is implausible or itself unknown. A limit is unknown only
    where the sample carries none: one that nobody can read, or of which it stays open what it is, is any number.
    highest / lowest: over all in the window; one unknown sample leaves only a bound.
    """

    fact: str
    window: Window
    pick: Pick = "latest"
    part: SamplePart = "value"


@frozen
class SampleMean:
    """Mean of the `last` n samples in the window (fewer: unknown), or of all of them when `last` is None (none:
    unknown). Summed oldest first, in doubles. Unknown as soon as one value, or which samples they are, is open,
    and so when one of them is told twice (`SampleCount`)."""

    fact: str
    window: Window
    last: int | None = None


@frozen
class SampleCount:
    """How many samples in the window pass `where` (a range while some are open).

    Two samples that say the same, limits included, are one when their moment is known to the second and they are
    legible; else they may be one told twice, or two."""

    fact: str
    window: Window
    where: Formula | None = None


@frozen
class SampleChange:
    """Latest sample in the window minus the first in it (two distinct dates needed, else unknown); `relative`
    divides by the first (zero: unknown)."""

    fact: str
    window: Window
    relative: bool = False


@frozen
class Consecutive:
    """Some `count` samples next to each other in time, all in the window, all pass `where`. Fewer than `count`
    samples in the window: unknown. Samples told twice are as in `SampleCount`."""

    fact: str
    window: Window
    count: int
    where: Formula


@frozen
class Held:
    """A state held over the whole window (its end is the anchor, its start the edge `since`).

    Over a series: true when a sample that passes `where` stands at or before the window's start (before it, when
    the edge is strict), another stands inside (not older than `recent`, when given), and none inside the window,
    nor the last before it, is contrary; false when a contrary sample lies inside the window; else unknown.
    Over an event: some occurrence passing `where` covers the whole window.
    """

    fact: str
    window: Window
    where: Formula | None = None
    recent: Duration | None = None


@frozen
class Occurs:
    """`some`: an occurrence passes `where` and meets the window; `every`: all that pass `where` meet it.

    `moment` says how an occurrence meets the window: its span `overlaps` it, it `started` or `ended` inside, or
    it was `ongoing` over the anchor (window None for the anchor `screening`). Nothing recorded is unknown unless
    the history is complete. A history is what happened up to the day of judging: round a named anchor still to
    come, what a window holds of the days after it is open (so too for `OccursCount`, and `Held` and `Unchanged`
    over events).
    """

    event: str
    window: Window
    moment: Moment = "overlaps"
    quantifier: Quantifier = "some"
    where: Formula | None = None


@frozen
class OccursCount:
    """How many occurrences pass `where` and meet the window (a range while some are open). Two that say the same,
    attributes included, are one when their start is known to the second and no attribute is illegible; else they
    may be one told twice, or two."""

    event: str
    window: Window
    moment: Moment = "overlaps"
    where: Formula | None = None


@frozen
class DateWithin:
    """The date fact, or the first or last occurrence (`of`), lies in the window. Round a named anchor still to come,
    an occurrence that starts after the day of judging may be the last yet, or the first where there is none."""

    of: DateAnchor | OccurrenceAnchor
    window: Window


@frozen
class Unchanged:
    """No change inside the window, whose start is strict for `at least`: what changed on the very day it reaches
    back to has been unchanged for that long. Event: no occurrence passing `where` started or ended inside. Series:
    at least one sample before the window, and all inside equal to the last of those."""

    fact: str
    window: Window
    where: Formula | None = None


@frozen
class Answer:
    """What a person answered to a question (`Protocol.questions`); unanswered is unknown."""

    question: str


FeatureNode = (
    Given
    | Unsettled
    | Age
    | SampleValue
    | SampleMean
    | SampleCount
    | SampleChange
    | Consecutive
    | Held
    | Occurs
    | OccursCount
    | DateWithin
    | Unchanged
    | Answer
)


@frozen
class Feature:
    """One value of a patient: `id` is an identifier, unique and stable; `unit` the UCUM code of a number ("1" when
    plain); `words` the noun phrase or, for a truth, the clause that stands for it in a verdict."""

    id: str
    node: FeatureNode
    type: FeatureType
    unit: str
    words: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)
