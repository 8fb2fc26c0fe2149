"""Numbers and sets of them in a message's words."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.semantics.rules.domains import named
from protocol_dsl.semantics.rules.intervals import Interval, Numbers
from protocol_dsl.semantics.rules.subject import Subject


def plain(number: Fraction) -> str:
    """A rational as a reader writes it: `0.5`, `1500`, and six significant digits when it does not end."""
    return str(number.numerator) if number.denominator == 1 else f"{float(number):.6g}"


def unit_words(feature: str, subject: Subject) -> str:
    """The unit of a feature as its fact was declared, with a space before it."""
    if named(feature, subject) == "age":
        node = subject.features[feature].node
        return f" {getattr(node, 'unit', 'year')}s"
    fact = subject.facts.get(named(feature, subject))
    return f" {fact.unit_text}" if fact is not None and fact.unit_text else ""


def interval_words(feature: str, interval: Interval, subject: Subject) -> str:
    """`weight = 50 kg`, `weight < 50 kg`, `weight from 50 kg to below 60 kg`."""
    name, unit = named(feature, subject), unit_words(feature, subject)
    low, high = interval.low, interval.high
    if low is not None and low == high:
        return f"`{name} = {plain(low)}{unit}`"
    if low is None and high is None:
        return f"any `{name}`"
    if low is None:
        assert high is not None
        return f"`{name} {'<' if interval.high_open else '<='} {plain(high)}{unit}`"
    if high is None:
        return f"`{name} {'>' if interval.low_open else '>='} {plain(low)}{unit}`"
    start = f"above {plain(low)}{unit}" if interval.low_open else f"from {plain(low)}{unit}"
    end = f"below {plain(high)}{unit}" if interval.high_open else f"{plain(high)}{unit}"
    return f"`{name}` {start} to {end}"


def range_words(feature: str, possible: Numbers, subject: Subject) -> str:
    """Which values a number can have at all."""
    name, unit = named(feature, subject), unit_words(feature, subject)
    low, high = possible[0].low, possible[0].high
    if low is None:
        return f"no value of `{name}` makes a difference"
    if high is None:
        return f"`{name}` is never below {plain(low)}"
    return f"`{name}` goes from {plain(low)} to {plain(high)}{unit}"
