"""Words for values, dates and conditions, as a verdict prints them. Standard library only."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from protocol_dsl.runtime.records import ILLEGIBLE, Range


class Group(NamedTuple):
    """Several conditions as one: `heading` is `all of`, `any of`, `at least 2 of` or `fewer than 2 of`."""

    heading: str
    members: tuple[Phrase, ...]


Phrase = str | Group
"""A condition in words: a clause, or a group of phrases (shown as a list, or run together by `inline`)."""


def inline(phrase: Phrase, nested: bool = False) -> str:
    """A phrase on one line: "a and b", "a, b, or c", "any of (a; b and c)"; `nested` closes a group off."""
    if isinstance(phrase, str):
        return phrase
    word = {"all of": "and", "any of": "or"}.get(phrase.heading)
    if word is None or any(isinstance(member, Group) and _deep(member) for member in phrase.members):
        return f"{phrase.heading} ({'; '.join(inline(member) for member in phrase.members)})"
    members = [inline(member, nested=True) for member in phrase.members]
    if nested and len(members) > 1:
        return f"({_series(members, word)})"
    return _series(members, word)


def _deep(group: Group) -> bool:
    return any(isinstance(member, Group) for member in group.members)


def _series(members: Sequence[str], word: str) -> str:
    if len(members) < 3:
        return f" {word} ".join(members)
    return f"{', '.join(members[:-1])}, {word} {members[-1]}"


def listed(words: Sequence[str], word: str = "and") -> str:
    """Names in a row: "a", "a and b", "a, b, and c"."""
    return _series(words, word)


def number_text(number: float) -> str:
    """A number as a person writes it: no trailing zeros, at most 6 significant digits after rounding."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    text = f"{number:.6g}"
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    return f"{mantissa} x 10^{int(exponent)}"


def exact_text(number: Fraction) -> str:
    """A rational in decimals: in full when it ends within 12 of them, else to 6 significant digits."""
    if number.denominator == 1 and abs(number) < 10**15:
        return str(number.numerator)
    scaled = number * 10**12
    if scaled.denominator == 1 and abs(number) < 10**9:
        digits = f"{abs(scaled.numerator):013d}"
        text = f"{digits[:-12]}.{digits[-12:]}".rstrip("0").rstrip(".")
        return f"-{text}" if number < 0 else text
    return number_text(float(number))


def with_unit(number: str, unit: str) -> str:
    """A number and its unit ("35 g/L", "40 %", "1.5 x 10^9/L"); a plain number has none. One year is "1 year"."""
    if unit in {"", "1"}:
        return number
    if number == "1" and unit in {"years", "months", "weeks", "days", "hours", "minutes"}:
        unit = unit[:-1]
    return f"{number} x {unit}" if unit.startswith("10") else f"{number} {unit}"


def value_text(value: object, unit: str = "") -> str:
    """A feature's value in words: a number with its unit, a bound, a choice, a set, yes or no."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Range):
        return range_text(value, unit)
    if isinstance(value, (int, float)):
        return with_unit(number_text(float(value)), unit)
    if isinstance(value, frozenset):
        return listed([choice_text(item) for item in sorted(value)]) if value else "none"
    return choice_text(str(value))


def choice_text(choice: str) -> str:
    """A choice as printed: its underscores are spaces."""
    return choice.replace("_", " ")


def range_text(value: Range, unit: str = "") -> str:
    """What is known of a bounded number: "below 40 %", "at least 3", "between 2 and 5", "not clear"."""
    if value == ILLEGIBLE:
        return "not clear"
    low, high = value
    if low == float("-inf"):
        return _bound(high, unit, "below", "at most")
    if high == float("inf"):
        return _bound(low, unit, "above", "at least")
    return f"between {number_text(low)} and {with_unit(number_text(high), unit)}"


def _bound(edge: float, unit: str, beyond: str, reached: str) -> str:
    # An open bound is kept as the neighbouring double, which prints as the round number but is not equal to it.
    text = number_text(edge)
    try:
        shown = float(text)
    except ValueError:
        shown = edge
    return f"{reached if shown == edge else beyond} {with_unit(text, unit)}"
