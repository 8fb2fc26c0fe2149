"""Which values a feature can have at all, from the plausible range or the choices of its fact."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.ir.features import Age, Given, OccursCount, SampleCount, SampleMean, SampleValue
from protocol_dsl.semantics.rules.intervals import EVERY, Interval, Numbers
from protocol_dsl.semantics.rules.subject import Subject


def numbers_of(feature: str, subject: Subject) -> Numbers:
    """The numbers a feature can be; every number where nothing limits it."""
    node = subject.features[feature].node if feature in subject.features else None
    match node:
        case Age("year"):
            return _plausible("age", subject)
        case Age() | SampleCount() | OccursCount():
            return (Interval(low=Fraction(0)),)
        case Given(fact) | SampleMean(fact) | SampleValue(fact, _, _, "value"):
            return _plausible(fact, subject)
        case _:
            return EVERY


def whole_only(feature: str, subject: Subject) -> bool:
    """Whether a feature is a count, so that more than 17 is 18 or more."""
    node = subject.features[feature].node if feature in subject.features else None
    return isinstance(node, Age | SampleCount | OccursCount)


def choices_of(feature: str, subject: Subject) -> tuple[str, ...]:
    """The choices a feature can have; none when it is no choice."""
    node = subject.features[feature].node if feature in subject.features else None
    match node:
        case Given(fact) | SampleValue(fact):
            return subject.facts[fact].choices if fact in subject.facts else ()
        case _:
            return ()


def named(feature: str, subject: Subject) -> str:
    """What a reader calls a feature: the name of its fact."""
    node = subject.features[feature].node if feature in subject.features else None
    match node:
        case Age():
            return "age"
        case Given(fact) | SampleValue(fact) | SampleMean(fact):
            return fact
        case _:
            return subject.features[feature].words if node is not None else feature


def _plausible(fact: str, subject: Subject) -> Numbers:
    known = subject.facts.get(fact)
    if known is None or known.plausible is None:
        return EVERY
    return (Interval(known.plausible.low, False, known.plausible.high, False),)
