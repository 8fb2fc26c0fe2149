"""Expressions of the wrong kind, and values nothing can have."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity
from protocol_dsl.semantics.errors.hints import counted, suggestion


@frozen
class WrongType(Diagnostic):
    """An expression is of another kind than its place needs.

    Why it matters: a condition must be true or false, arithmetic needs numbers.

    Example:
        fact inr : lab
        inclusion I1 "x" { source "x" require inr }

    Cure: compare it, or ask something of it.
    """

    code = "T001"
    name = "wrong-type"
    severity = Severity.ERROR
    message = "{expected} is needed here, but `{words}` is {found}"
    label = "{found}"
    help = "{fix}"

    words: str
    expected: str
    found: str
    fix: str | None = None


@frozen
class UnknownChoice(Diagnostic):
    """A fact is compared with a choice it does not have.

    Why it matters: the comparison would always be false.

    Example:
        fact hbsag : finding positive, negative
        inclusion I1 "x" { source "x" require hbsag is positve }

    Cure: take one of the declared choices.
    """

    code = "T002"
    name = "unknown-choice"
    severity = Severity.ERROR
    message = "`{word}` is no choice of `{fact}`"
    label = "not a choice"
    help = "{hint}"

    word: str
    fact: str
    choices: tuple[str, ...]
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str | None:
        return suggestion(self.suggestions) or f"choose one of {', '.join(self.choices)}"


@frozen
class NotOrdered(Diagnostic):
    """An unordered choice is compared by size.

    Why it matters: nobody said which choice is the greater.

    Example:
        fact stage : one of early, middle, late
        inclusion I1 "x" { source "x" require stage >= middle }

    Cure: declare it `ordered`, or use `is one of {…}`.
    """

    code = "T003"
    name = "not-ordered"
    severity = Severity.ERROR
    message = "`{fact}` has no order, so `{comparison}` says nothing of it"
    label = "no order"
    help = "declare `{fact}` as `ordered`, or write `is one of {{…}}`"

    fact: str
    comparison: str


@frozen
class WrongArgumentCount(Diagnostic):
    """A function or definition is given too many or too few values.

    Why it matters: it could not be worked out.

    Example:
        define twice(x) = 2 * x
        fact a : number
        inclusion I1 "x" { source "x" require twice(a, a) > 1 }

    Cure: give it what it takes.
    """

    code = "T004"
    name = "wrong-argument-count"
    severity = Severity.ERROR
    message = "`{word}` takes {wanted}, not {given}"
    label = "{given} given"
    help = "give it {wanted}"

    word: str
    wanted: str
    given: str


@frozen
class MixedGroup(Diagnostic):
    """An event stands without a time.

    Why it matters: whether it ever happened, lately, or goes on now are three different questions.

    Example:
        fact gi_bleeding : event "GI bleeding"
        exclusion E1 "x" { source "x" reject gi_bleeding }

    Cure: add `ever`, `ongoing` or a window such as `within 2 months before screening`.
    """

    code = "T005"
    name = "event-without-time"
    severity = Severity.ERROR
    message = "say when: `{word}` is an event"
    label = "no time given"
    help = "write `{word} ever`, `{word} ongoing`, or `{word} within 2 months before screening`"

    word: str


@frozen
class NoLimit(Diagnostic):
    """A multiple of ULN or LLN is used where no single laboratory sample is compared.

    Why it matters: the limit of normal belongs to one sample.

    Example:
        fact weight : measure in kg
        inclusion I1 "x" { source "x" require weight > 2 ULN }

    Cure: compare one lab with it.
    """

    code = "T006"
    name = "multiple-without-sample"
    severity = Severity.ERROR
    message = "`{words}` has nothing to be a multiple of"
    label = "no lab beside it"
    help = "compare a `lab` with it, such as `alt <= 3 ULN`"

    words: str


@frozen
class NotAnAttribute(Diagnostic):
    """A filter asks for an attribute the event does not have.

    Why it matters: it could never be decided.

    Example:
        fact steroid : event with dose: number in mg "Steroid"
        exclusion E1 "x" { source "x" reject some steroid where doze > 10 mg ever }

    Cure: declare the attribute or correct it.
    """

    code = "T007"
    name = "unknown-attribute"
    severity = Severity.ERROR
    message = "`{event}` has no attribute `{word}`"
    label = "not an attribute"
    help = "{hint}"

    word: str
    event: str
    suggestions: tuple[str, ...] = ()
    known: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """The nearest, else those there are and how one is declared."""
        said = suggestion(self.suggestions)
        if said:
            return said
        has = f"it has {', '.join(f'`{one}`' for one in self.known)}; " if self.known else ""
        return f"{has}declare one, for example `fact {self.event} : event with {self.word}: yes/no`"


@frozen
class UnknownFunction(Diagnostic):
    """A call names nothing that can be called.

    Why it matters: it could not be worked out.

    Example:
        fact a : number
        inclusion I1 "x" { source "x" require lg(a) > 1 }

    Cure: take one of the functions: ln, log10, exp, sqrt, abs, round, floor, ceil.
    """

    code = "T008"
    name = "unknown-function"
    severity = Severity.ERROR
    message = "no function or definition is called `{word}`"
    label = "not a function"
    help = "{hint}"

    word: str
    suggestions: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """The nearest, else all there are."""
        return (
            suggestion(self.suggestions)
            or "take ln, log10, exp, sqrt, abs, round, floor or ceil, or write a `define`"
        )


@frozen
class EmptyRange(Diagnostic):
    """The lower end of a range lies above the upper one.

    Why it matters: the condition could never be true.

    Example:
        fact inr : lab
        inclusion I1 "x" { source "x" require inr between 3 and 2 }

    Cure: turn the ends round.
    """

    code = "T009"
    name = "empty-range"
    severity = Severity.ERROR
    message = "the range from {low} to {high} holds nothing"
    label = "empty"
    help = "put the smaller end first"

    low: str
    high: str


@frozen
class ThresholdOutOfRange(Diagnostic):
    """A fact is compared with a value it can never have.

    Why it matters: it is the mark of a wrong unit or a slipped decimal point.

    Example:
        fact inr : lab plausible 0.5 to 20
        inclusion I1 "x" { source "x" require inr >= 150 }

    Cure: correct the value or its unit, or widen the plausible range.
    """

    code = "T010"
    name = "threshold-outside-plausible"
    severity = Severity.ERROR
    message = "`{words}` lies outside the plausible range of `{fact}`, {low} to {high}"
    label = "outside {low} to {high}"
    help = "check the unit and the decimal point, or widen `plausible`"

    words: str
    fact: str
    low: str
    high: str


@frozen
class NotWhole(Diagnostic):
    """A count or a calendar length is not a whole number.

    Why it matters: half a calendar month is no length, and no group has half a member.

    Example:
        fact a : event "a"
        exclusion E1 "x" { source "x" reject a within 1.5 months before screening }

    Cure: use a smaller unit.
    """

    code = "T011"
    name = "not-a-whole-number"
    severity = Severity.ERROR
    message = "{what} must be a whole number{bound}, not `{words}`"
    label = "{fault}"
    help = "use a whole number, in a smaller unit if need be"

    what: str
    words: str
    least: int

    @property
    def bound(self) -> str:
        """The least it may be, where it may not be anything."""
        return f" of at least {self.least}" if self.least > -1_000 else ""

    @property
    def fault(self) -> str:
        """What is wrong with it."""
        return "too small" if self.words.lstrip("-").isdigit() else "not whole"


@frozen
class CountTooLarge(Diagnostic):
    """More members are asked for than the group has.

    Why it matters: the condition could never be true.

    Example:
        fact a : yes/no "a"
        inclusion I1 "x" { source "x" require at least 2 of { a } }

    Cure: lower the count.
    """

    code = "T012"
    name = "count-out-of-reach"
    severity = Severity.ERROR
    message = "{count} of only {conditions} can never hold"
    label = "only {conditions}"
    help = "lower the count, or add the missing condition"

    count: int
    size: int

    @property
    def conditions(self) -> str:
        """How many there are, in words."""
        return counted(self.size, "condition")


@frozen
class ChoicesRepeated(Diagnostic):
    """A choice is listed twice.

    Why it matters: one of the two was meant to be another.

    Example:
        fact hbsag : finding positive, positive

    Cure: remove or correct one.
    """

    code = "T013"
    name = "repeated-choice"
    severity = Severity.ERROR
    message = "the choice `{word}` stands twice"
    label = "again"
    help = "remove it, or write the choice that was meant"

    word: str


@frozen
class UnfitClause(Diagnostic):
    """A clause stands on a fact of a kind it has no meaning for.

    Why it matters: it would be ignored in silence.

    Example:
        fact pregnant : yes/no "Pregnant" plausible 0 to 1

    Cure: remove the clause or change the kind.
    """

    code = "T014"
    name = "unfit-clause"
    severity = Severity.ERROR
    message = "`{word}` does not fit {kind}"
    label = "no meaning here"
    help = "remove it, or change the kind it stands with"

    word: str
    kind: str


@frozen
class BadExampleValue(Diagnostic):
    """An example gives a fact a value it cannot have.

    Why it matters: the example would test nothing.

    Example:
        fact inr : lab
        example "a" on 2026-01-01 { inr positive expect undetermined }

    Cure: write a value of the fact's kind.
    """

    code = "T015"
    name = "bad-example-value"
    severity = Severity.ERROR
    message = "`{words}` cannot be a record of `{fact}`: {reason}"
    label = "{reason}"
    help = "{fix}"

    words: str
    fact: str
    reason: str
    fix: str | None = None


@frozen
class AgeWithoutUnit(Diagnostic):
    """An age is compared with a bare number, or calculated with.

    Why it matters: years and months are both in use.

    Example:
        inclusion I1 "Adult" { source "Adult" require age >= 18 }

    Cure: write `18 years`; in a formula write `age in years`.
    """

    code = "T016"
    name = "age-without-unit"
    severity = Severity.ERROR
    message = "say in which unit: `{words}`"
    label = "no unit"
    help = "{cure}"

    words: str

    @property
    def cure(self) -> str:
        """The comparison with its unit, where there is one to complete."""
        if self.fixes:
            return f"write `{self.words} years`"
        return "write the unit, such as `18 years`; in a formula, `age in years`"


@frozen
class MissingDate(Diagnostic):
    """Neither the example nor the one it is like says when the patient is judged.

    Why it matters: windows and ages are counted from that day.

    Example:
        inclusion I1 "Adult" { source "Adult" require age >= 18 years }
        example "a" { age 20 years expect eligible }

    Cure: write `example "…" on 2026-03-02`.
    """

    code = "T017"
    name = "example-without-date"
    severity = Severity.ERROR
    message = "the example `{word}` has no date"
    label = "no date"
    help = 'write `example "{word}" on 2026-03-02 {{ … }}`'

    word: str


@frozen
class BadDate(Diagnostic):
    """A date does not exist.

    Why it matters: nothing can be counted from it.

    Example:
        inclusion I1 "Adult" { source "Adult" require age >= 18 years }
        example "a" on 2026-02-30 { age 20 years expect eligible }

    Cure: write a date of the calendar, such as 2026-02-28.
    """

    code = "T018"
    name = "bad-date"
    severity = Severity.ERROR
    message = "`{words}` is no date: {reason}"
    label = "not in the calendar"
    help = "write it as 2026-02-28, 2026-02 or 2026"

    words: str
    reason: str
