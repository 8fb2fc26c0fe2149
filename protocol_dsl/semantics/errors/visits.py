"""Study days and visits that are well formed but cannot be meant."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.source import NOWHERE, Span


@frozen
class DayZero(Diagnostic):
    """A day 0 is used while days are counted from 1.

    Why it matters: the day before day 1 is day -1, so a reader cannot tell which of the two is meant.

    Example:
        day 1 is randomization
        anchor randomization "Randomization"
        visit baseline on day 0

    Cure: write day 1 or day -1; where the source counts from 0, write `days from 0`.
    """

    code = "R050"
    name = "no-day-zero"
    severity = Severity.ERROR
    message = "there is no day 0: the day before day 1 is day -1"
    label = "day 0"
    help = "write day 1 or day -1; if the source counts from 0, add `days from 0`"


@frozen
class DayOneMissing(Diagnostic):
    """Study days are used, and nothing says what day 1 is.

    Why it matters: consent, randomization and the first dose can be weeks apart.

    Example:
        visit week_12 "Week 12" at week 12

    Cure: say what day 1 is.
    """

    code = "R051"
    name = "day-one-not-declared"
    severity = Severity.WARNING
    message = "study days are counted, but nothing says what day 1 is"
    label = "counted from where?"
    help = "add `day 1 is randomization`, `day 1 is consent` or `day 1 is first …`"


@frozen
class DayOneElsewhere(Diagnostic):
    """The study's clock is set by another day than its first.

    Why it matters: every other day is counted from the first.

    Example:
        anchor randomization "Randomization"
        day 5 is randomization
        visit baseline on day 5

    Cure: say what day 1 is, or day 0 where days count from 0.
    """

    code = "R052"
    name = "day-one-elsewhere"
    severity = Severity.ERROR
    message = "the study's clock starts at day {first}, not at day {day}"
    label = "not the first day"
    help = "say what day {first} is"

    day: str
    first: str


@frozen
class VisitBeforeConsent(Diagnostic):
    """A visit is planned before the study begins for the patient.

    Why it matters: nothing may be done for a study before the patient has consented.

    Example:
        anchor consent "Informed consent"
        day 1 is consent
        visit early "Early visit" on day -7

    Cure: move the visit, or declare the epoch it belongs to: `epoch screening from consent until eligible`.
    """

    code = "R053"
    name = "visit-before-consent"
    severity = Severity.ERROR
    message = "the visit `{word}` is planned {place}, {reason}"
    label = "before the study begins"
    help = "{fix}"

    word: str
    place: str
    reason: str
    fix: str


@frozen
class OverlappingWindows(Diagnostic):
    """A day lies in the windows of two visits.

    Why it matters: a visit on that day could be either, so one would be called missed.

    Example:
        anchor randomization "Randomization"
        day 1 is randomization
        visit week_1 at week 1 window ±4 days
        visit week_2 at week 2 window ±3 days

    Cure: narrow one of the windows.
    """

    code = "R054"
    name = "overlapping-visit-windows"
    severity = Severity.ERROR
    message = "{day} lies in two windows: {first} and {second}"
    label = "overlaps"
    help = "narrow one of the windows, so that each day belongs to one visit"

    second: str
    first: str
    day: str
    at: Span = NOWHERE

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        return ((self.at, "the other window"),) if self.at != self.span else ()


@frozen
class UnreachableVisit(Diagnostic):
    """A visit lies after the end of the study, or a run of visits after its own end.

    Why it matters: it would never take place.

    Example:
        anchor randomization "Randomization"
        day 1 is randomization
        epoch treatment from randomization for 12 weeks
        visit late "Late visit" at week 30

    Cure: correct the visit, or let the last epoch last long enough.
    """

    code = "R055"
    name = "unreachable-visit"
    severity = Severity.ERROR
    message = "the visit `{word}` can never take place: {reason}"
    label = "{label_words}"
    help = "{fix}"

    word: str
    reason: str
    label_words: str
    fix: str


@frozen
class VisitAfterItself(Diagnostic):
    """A visit is planned relative to itself, directly or through others.

    Why it matters: it has no date.

    Example:
        visit a 2 days after b
        visit b 2 days after a

    Cure: plan one of them from something that has a date.
    """

    code = "R056"
    name = "visit-after-itself"
    severity = Severity.ERROR
    message = "the visit `{word}` is planned relative to itself: {path}"
    label = "leads back to `{word}`"
    help = "plan one of them on a study day, or from an event"

    word: str
    path: str
