"""What an expression is found to be: its type, and the ir that stands for it.

A literal or a multiple of a limit is `Pending`: which constant it becomes is known only beside the value it is
compared with, for it is the literal that is converted, never the data.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from attrs import frozen

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Anchor, DateAnchor, OccurrenceAnchor
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Number
from protocol_dsl.vocabulary.quantities import Unit

Limit = Literal["upper", "lower"]


@frozen
class NumberValue:
    """A number in `unit`. `fact` is the fact it is one value of (for its plausible range and molar mass); `limit`
    gives the upper or lower limit of normal of the sample it came from. `bare`: untouched by arithmetic."""

    number: Number
    unit: Unit
    words: str
    fact: Fact | None = None
    molar_mass: Fraction | None = None
    limit: Callable[[Limit], Number] | None = None
    bare: bool = False


@frozen
class Pending:
    """A number that takes its unit, or its limit of normal, from the value `beside` it. `plain`: made of numbers
    written without a unit, so that beside a plain number it is what it is alone."""

    beside: Callable[[NumberValue], NumberValue]
    alone: Callable[[], NumberValue]
    words: str
    literal: Fraction | None = None
    plain: bool = False


@frozen
class AgeValue:
    """Age at the anchor in force, or at one of its own; a literal beside it says in which unit it is counted."""

    anchor: Anchor | None = None


@frozen
class CalendarLiteral:
    """`18 years`: beside an age, that many completed units; before or after an anchor, a point in time."""

    count: Fraction
    unit: str
    words: str


@frozen
class TruthValue:
    """A condition."""

    formula: Formula


@frozen
class ChoiceValue:
    """One of `choices`: a feature's id, or with `item` a part of the record a filter looks at."""

    subject: str
    choices: tuple[str, ...]
    ordered: bool
    name: str
    item: bool = False


@frozen
class SetValue:
    """A set of `choices`, by feature id."""

    feature: str
    choices: tuple[str, ...]
    name: str


@frozen
class EventValue:
    """Occurrences of an event, filtered; not yet asked when."""

    fact: Fact
    where: Formula | None = None
    quantifier: str | None = None


@frozen
class DateValue:
    """A date to which a window can be held: a date fact, or the first or last occurrence of an event."""

    anchor: DateAnchor | OccurrenceAnchor
    words: str


Value = (
    NumberValue
    | Pending
    | AgeValue
    | CalendarLiteral
    | TruthValue
    | ChoiceValue
    | SetValue
    | EventValue
    | DateValue
)


def described(value: Value) -> str:
    """What kind of thing a value is, for messages."""
    match value:
        case NumberValue() | Pending():
            return "a number"
        case AgeValue():
            return "an age"
        case CalendarLiteral():
            return "a length of time"
        case TruthValue():
            return "a condition"
        case ChoiceValue():
            return "a choice"
        case SetValue():
            return "a set of choices"
        case EventValue():
            return "an event"
        case DateValue():
            return "a date"
