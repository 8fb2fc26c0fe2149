"""Faults of single words and signs, whatever stands round them."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, Severity


@frozen
class UnclosedString(Diagnostic):
    """A text in quotes has no second quote on its line.

    Why it matters: without it, everything after the quote would be taken for the text.

    Example:
        inclusion I1 "Adults {
          require age >= 18 years
        }

    Cure: close the text on the same line, or write a text of several lines between triple quotes.
    """

    code = "S005"
    name = "unclosed-string"
    severity = Severity.ERROR
    message = "this quote has no partner on its line"
    label = "a text in quotes begins or ends here"
    help = "{cure}"

    cure: str


@frozen
class UnclosedTextBlock(Diagnostic):
    '''A text opened by three quotes is never closed by three quotes.

    Why it matters: the rest of the file would be swallowed by the text.

    Example:
        protocol P1 "A trial" {
          summary """
            A text without an end.
        }

    Cure: write `"""` where the text ends.
    '''

    code = "S006"
    name = "unclosed-text-block"
    severity = Severity.ERROR
    message = 'the text that begins with `"""` is never closed'
    label = "opened here"
    help = 'write `"""` where the text ends'


@frozen
class ThousandsComma(Diagnostic):
    """A number is written with a comma between its thousands.

    Why it matters: a comma separates two numbers in a list, so `100,000` could be read as 100 and 0.

    Example:
        inclusion I1 "Platelets" { require platelets >= 100,000 /mm3 }

    Cure: write the digits without a comma, or a blank after a comma that separates two numbers.
    """

    code = "S007"
    name = "thousands-comma"
    severity = Severity.ERROR
    message = "`{written}` has {sign}"
    label = "one number or several?"
    help = "write `{number}` for one number, or `{listed}` for several"

    written: str
    number: str
    listed: str
    sign: str = "a comma between its digits"


@frozen
class DecimalComma(Diagnostic):
    """A number is written with a decimal comma, or a list without blanks after its commas.

    Why it matters: `1,5` could be read as one and a half or as the two numbers 1 and 5.

    Example:
        inclusion I1 "INR" { require inr >= 1,5 }

    Cure: write a decimal point, or a blank after a comma that separates two numbers.
    """

    code = "S008"
    name = "decimal-comma"
    severity = Severity.ERROR
    message = "`{written}` has a comma between its digits"
    label = "one number or several?"
    help = "{cure}"

    written: str
    cure: str


@frozen
class UnknownSign(Diagnostic):
    """A character, or a pair of them, that the language does not use.

    Why it matters: texts pasted from a word processor carry curly quotes and long dashes that only look right,
    and the operators of programming languages mean nothing to a clinical reader.

    Example:
        inclusion I1 “Adults” { require age >= 18 years }

    Cure: write the sign the message names, or leave the character out.
    """

    code = "S010"
    name = "unknown-sign"
    severity = Severity.ERROR
    message = "{what} is not a sign of the language"
    label = "{mark}"
    help = "{cure}"

    what: str
    cure: str | None = None
    more: int = 0
    """In how many other places the same sign stands."""

    @property
    def mark(self) -> str:
        """That it is not understood, and how often it comes again."""
        times = (
            "" if not self.more else f", here and in {self.more} more place{'' if self.more == 1 else 's'}"
        )
        return f"not understood{times}"


@frozen
class NumberTooLong(Diagnostic):
    """A number has more than 40 digits.

    Why it matters: no clinical value needs them, so a slip of the keyboard is far more likely.

    Example:
        inclusion I1 "Adults" { require age >= 10000000000000000000000000000000000000000018 years }

    Cure: correct the number, or write a large count with a power of ten, such as `1 x 10^12/L`.
    """

    code = "S015"
    name = "number-too-long"
    severity = Severity.ERROR
    message = "this number has {digits} digits, more than {most}"
    label = "too long"
    help = "correct it, or write a power of ten such as `1 x 10^12/L`"

    digits: int
    most: int
