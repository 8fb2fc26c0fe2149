"""Windows, anchors and times that do not mean one thing."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity


@frozen
class WindowWithoutDirection(Diagnostic):
    """`within 2 months` alone does not say which way to count.

    Why it matters: before, after and around are all in use.

    Example:
        fact a : event "a"
        exclusion E1 "x" { source "x" reject a within 2 months }

    Cure: write `within 2 months before screening`.
    """

    code = "T030"
    name = "window-without-direction"
    severity = Severity.ERROR
    message = "the window says neither before nor after"
    label = "before or after what?"
    help = "write `{words} before screening`"

    words: str


@frozen
class WindowWithoutAnchor(Diagnostic):
    """A window names a direction but no anchor.

    Why it matters: screening, consent and randomization can be weeks apart.

    Example:
        fact a : event "a"
        exclusion E1 "x" { source "x" reject a within 2 months before }

    Cure: name the anchor.
    """

    code = "T031"
    name = "window-without-anchor"
    severity = Severity.ERROR
    message = "the window does not say {direction} what"
    label = "{direction} what?"
    help = "write `{words} screening`"

    words: str
    direction: str


@frozen
class RecurringAnchor(Diagnostic):
    """An event is used as an anchor without `first` or `last`.

    Why it matters: the window could be counted from any of its occurrences.

    Example:
        fact a : event "a"
        fact b : event "b"
        inclusion I1 "x" { source "x" require a within 2 weeks after b }

    Cure: write `first` or `last` before it.
    """

    code = "T032"
    name = "recurring-anchor"
    severity = Severity.ERROR
    message = "`{word}` can happen more than once: say which"
    label = "first or last?"
    help = "write `last {word}` or `first {word}`"

    word: str


@frozen
class NotAnAnchor(Diagnostic):
    """A window is anchored to something without a date.

    Why it matters: there is nothing to count from.

    Example:
        fact inr : lab
        fact a : event "a"
        exclusion E1 "x" { source "x" reject a within 2 weeks before inr }

    Cure: use `screening`, a declared anchor, a date fact, or `first` or `last` of an event.
    """

    code = "T033"
    name = "not-an-anchor"
    severity = Severity.ERROR
    message = "`{word}` is no point in time"
    label = "has no date"
    help = "use `screening`, a declared `anchor`, a date fact, or `last` of an event"

    word: str


@frozen
class TwoTimes(Diagnostic):
    """Two windows stand behind one predicate.

    Why it matters: it is not clear whether one record must satisfy both.

    Example:
        fact a : event "a"
        exclusion E1 "x" { source "x" reject a ongoing within 2 months before screening }

    Cure: keep one, or join two predicates with `and`.
    """

    code = "T034"
    name = "two-times"
    severity = Severity.ERROR
    message = "one predicate is bound by two times"
    label = "the second time"
    help = "keep one, or join two predicates with `and`"


@frozen
class NothingToBind(Diagnostic):
    """A window stands behind something that is not dated.

    Why it matters: it would be ignored in silence.

    Example:
        fact pregnant : yes/no "Pregnant"
        exclusion E1 "x" { source "x" reject pregnant within 2 months before screening }

    Cure: remove the window, or declare a dated kind (event, lab, measure, finding).
    """

    code = "T035"
    name = "window-binds-nothing"
    severity = Severity.ERROR
    message = "the time binds nothing: `{words}` has no dated records"
    label = "binds nothing"
    help = "remove it, or declare a dated kind: event, lab, measure or finding"

    words: str


@frozen
class CannotBeHeld(Diagnostic):
    """`for more than …` stands behind something other than one series or event.

    Why it matters: a state held over time is read from one series of records.

    Example:
        fact pregnant : yes/no "Pregnant"
        exclusion E1 "x" { source "x" reject pregnant for more than 6 months }

    Cure: ask it of one finding, lab or event.
    """

    code = "T036"
    name = "cannot-be-held"
    severity = Severity.ERROR
    message = "`{words}` is no state that can be held for a time"
    label = "not a dated state"
    help = "ask it of one finding, lab, measure or event"

    words: str


@frozen
class UnknownHalfLife(Diagnostic):
    """A window is counted in half-lives of something whose half-life nobody stated.

    Why it matters: its length is unknown.

    Example:
        fact a : event "a"
        intervention drug "Drug" { kind drug }
        exclusion E1 "x" { source "x" reject a within 5 half_lives of drug before screening }

    Cure: declare it: `half_life 12 hours`.
    """

    code = "T037"
    name = "unknown-half-life"
    severity = Severity.ERROR
    message = "no half-life is declared for `{word}`"
    label = "no half-life"
    help = "write `half_life 12 hours` in the intervention"

    word: str


@frozen
class WrongExtent(Diagnostic):
    """Only `at least` and `more than` bound a time held.

    Why it matters: a state held less than a time is not a state that must have stood.

    Example:
        fact a : event "a"
        inclusion I1 "x" { source "x" require a for at most 2 weeks }

    Cure: use `at least` or `more than`.
    """

    code = "T038"
    name = "wrong-extent"
    severity = Severity.ERROR
    message = "`for {extent}` does not say how long a state was held"
    label = "{extent}"
    help = "use `at least` or `more than`"

    extent: str


@frozen
class AgeJump(Diagnostic):
    """Ages are completed years, so "older than 12" begins at the 13th birthday.

    Why it matters: authors often mean from the 12th birthday on.

    Example:
        inclusion I1 "x" { source "x" require age > 12 years }

    Cure: write `>=` with the first age that counts.
    """

    code = "T039"
    name = "completed-years"
    severity = Severity.WARNING
    message = (
        "`{words}` asks for more than {number} completed years: {number} years and 11 months does not count"
    )
    label = "begins at {next} years"
    help = "write `>= {next} years` if that is meant, `>= {number} years` if not"

    words: str
    number: str
    next: str
