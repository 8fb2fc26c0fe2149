"""Faults of order: words that cannot stand where they stand, and brackets without partners."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity


@frozen
class UnexpectedWord(Diagnostic):
    """A word or sign stands where the language expects another.

    Why it matters: a statement that cannot be read cannot be computed, and nothing is guessed.

    Example:
        fact inr lab "INR"

    Cure: write one of the words the message names; `did you mean` shows the nearest ones.
    """

    code = "S001"
    name = "unexpected-word"
    severity = Severity.ERROR
    message = "`{found}` is not expected here"
    label = "expected {expected}"
    help = "{cure}"

    found: str
    expected: str
    cure: str | None = None


@frozen
class OtherWording(Diagnostic):
    """Words of prose, of a prescription or of another language stand where this one has its own.

    Why it matters: `within 6 months of screening` may mean before or on either side, `q2w` is read by those who
    prescribe and by nobody else; here every meaning has one form, so that whoever reads it knows which is meant.

    Example:
        exclusion E1 "Stroke" { reject stroke within 6 months prior to screening }

    Cure: write what the message shows; an editor puts it there at a click.
    """

    code = "S016"
    name = "other-wording"
    severity = Severity.ERROR
    message = "`{written}` is not how it is written here"
    label = "{because}"
    help = "{cure}"

    written: str
    because: str
    instead: tuple[str, ...]
    advice: str | None = None

    @property
    def cure(self) -> str | None:
        """What to type; nothing for words that are left out."""
        if self.advice:
            return self.advice
        kept = tuple(f"`{words.strip()}`" for words in self.instead if words.strip())
        if not kept:
            return f"leave out `{self.written.strip()}`"
        return "write " + (" or ".join([", ".join(kept[:-1]), kept[-1]]) if len(kept) > 1 else kept[0])


@frozen
class UnfinishedStatement(Diagnostic):
    """A statement breaks off before it is complete.

    Why it matters: half a condition decides nothing.

    Example:
        inclusion I1 "INR" {
          require inr >=
          require age >= 18 years
        }

    Cure: write what the message says is missing, or remove the statement.
    """

    code = "S002"
    name = "unfinished-statement"
    severity = Severity.ERROR
    message = "`{words}` is not finished"
    label = "expected {expected} after this"
    help = "{cure}"

    words: str
    expected: str
    cure: str | None = None


@frozen
class UnclosedBrace(Diagnostic):
    """An opening brace or parenthesis is never closed.

    Why it matters: where the block ends decides what belongs to it.

    Example:
        inclusion I1 "Adults" {
          require age >= 18 years

        fact inr : lab

    Cure: write the closing brace or parenthesis where the block or group ends.
    """

    code = "S003"
    name = "unclosed-brace"
    severity = Severity.ERROR
    message = "this `{opening}` is never closed"
    label = "opened here"
    help = "write `{closing}` {where}"

    opening: str
    closing: str
    where: str


@frozen
class StrayClosing(Diagnostic):
    """A closing brace or parenthesis has no opening one.

    Why it matters: it ends a block that was never begun, or the block above ended too early.

    Example:
        inclusion I1 "Adults" { require age >= 18 years } }

    Cure: remove it, or write the opening one where the block or group begins.
    """

    code = "S004"
    name = "stray-closing"
    severity = Severity.ERROR
    message = "this `{closing}` closes nothing"
    label = "no `{opening}` is open here"
    help = "remove it, or write `{opening}` where its group begins"

    closing: str
    opening: str


@frozen
class MixedAndOr(Diagnostic):
    """`and` and `or` are mixed without parentheses.

    Why it matters: the two readings select different patients, and readers disagree on which one is meant.

    Example:
        inclusion I1 "Liver" { require a > 1 and b > 2 or c > 3 }

    Cure: put parentheses round the group that is meant, as the message shows.
    """

    code = "S009"
    name = "mixed-and-or"
    severity = Severity.ERROR
    message = "mixing `and` with `or` needs parentheses"
    label = "two readings"
    help = "write {readings}"

    readings: str


@frozen
class UnitWithoutNumber(Diagnostic):
    """A unit stands where a number is expected.

    Why it matters: a unit alone is no quantity.

    Example:
        inclusion I1 "Clotting" { require prothrombin_activity < % }

    Cure: write the number before the unit, with one blank between, such as `40 %`.
    """

    code = "S011"
    name = "unit-without-number"
    severity = Severity.ERROR
    message = "`{unit}` has no number before it"
    label = "expected {expected}"
    help = "{cure}"

    unit: str
    expected: str
    cure: str


@frozen
class ReservedWord(Diagnostic):
    """A word of the language is used as a name where it has its own meaning.

    Why it matters: the compiler cannot tell the name from the word.

    Example:
        inclusion I1 "Count" { require count > 3 }

    Cure: choose another name, for instance with an underscore at its end.
    """

    code = "S012"
    name = "reserved-word"
    severity = Severity.ERROR
    message = "`{word}` is a word of the language here"
    label = "cannot be a name"
    help = "choose another name, such as `{word}_`"

    word: str


@frozen
class NestingTooDeep(Diagnostic):
    """Groups stand inside groups more than 100 deep.

    Why it matters: no reader can follow them, and no protocol needs them.

    Example:
        define x = ((((((((((((((((((((((((((((((((((((((((((((((((((((
          ((((((((((((((((((((((((((((((((((((((((((((((((((((
          1
          ))))))))))))))))))))))))))))))))))))))))))))))))))))
          ))))))))))))))))))))))))))))))))))))))))))))))))))))

    Cure: name the inner parts with `define`.
    """

    code = "S013"
    name = "nesting-too-deep"
    severity = Severity.ERROR
    message = "groups are nested more than {most} deep"
    label = "this one is too deep"
    help = "name the inner parts with `define`"

    most: int


@frozen
class TooManyErrors(Diagnostic):
    """The file holds more errors of wording than are shown.

    Why it matters: after so many, most are likely to have one cause.

    Example:
        a file in which more than fifty statements cannot be read

    Cure: correct the errors shown and compile again.
    """

    code = "S014"
    name = "too-many-errors"
    severity = Severity.ERROR
    message = "more than {most} errors: the rest of the file is not shown"
    label = "stopped here"
    help = "correct the errors above and compile again"

    most: int


@frozen
class MalformedDate(Diagnostic):
    """A date is not written as year, month, day.

    Why it matters: 03/04/2026 is March in one country and April in another.

    Example:
        example "a patient" on 02/03/2026 { expect eligible }

    Cure: write `2026-03-02`, or `2026-03` or `2026` when the rest is not known.
    """

    code = "S017"
    name = "malformed-date"
    severity = Severity.ERROR
    message = "`{written}` is not a date of the language"
    label = "expected year, month, day"
    help = "{cure}"

    written: str
    dates: tuple[str, ...] = ()

    @property
    def cure(self) -> str:
        """The days it may mean, or how a date is written."""
        if self.dates:
            return f"write {' or '.join(f'`{date}`' for date in self.dates)}"
        return "write it as `2026-03-02`, or `2026-03` when the day is not known"
