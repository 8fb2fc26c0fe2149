"""Bands of dose: every patient falls into exactly one, judged where all of them look at one number or choice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.formulas import Formula, OneOf
from protocol_dsl.semantics.errors.schedule import BandWithoutCondition, DoseGap, DoseOverlap
from protocol_dsl.semantics.rules.domains import choices_of, named, numbers_of
from protocol_dsl.semantics.rules.intervals import Interval, Numbers, allowed, meet, rest, some
from protocol_dsl.semantics.rules.spoken import interval_words
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import schedule


def bands(subject: Subject) -> Iterator[Diagnostic]:
    """Doses given under conditions: each has one, and together they leave nobody out and nobody twice."""
    lowered = {give.span: give for give, _ in subject.gives}
    for give in subject.all(schedule.Give):
        made = lowered.get(give.span)
        for position, step in enumerate(give.steps):
            bare = [case for case in step.dose if case.condition is None]
            if len(step.dose) > 1 and bare:
                yield BandWithoutCondition(bare[0].span, subject.words(bare[0].span))
            elif len(step.dose) > 1 and made is not None and subject.sound(give.span):
                conditions = [band.when for band in made.steps[position].dose.bands]
                yield from _judged([case.span for case in step.dose], conditions, subject)


def _judged(spans: list[Span], conditions: list[Formula], subject: Subject) -> Iterator[Diagnostic]:
    if len(spans) != len(conditions):
        return
    found = [allowed(condition) for condition in conditions]
    known = [each for each in found if each is not None]
    if len(known) == len(found) and len({feature for feature, _ in known}) == 1:
        yield from _of_numbers(known[0][0], [numbers for _, numbers in known], spans, subject)
    elif all(isinstance(condition, OneOf) for condition in conditions):
        yield from _of_choices([one for one in conditions if isinstance(one, OneOf)], spans, subject)


def _of_numbers(
    feature: str, sets: list[Numbers], spans: list[Span], subject: Subject
) -> Iterator[Diagnostic]:
    possible = numbers_of(feature, subject)
    left = meet(rest(some(sets)), possible)
    if left:
        words = interval_words(feature, left[0], subject)
        yield DoseGap(spans[0].merge(spans[-1]), words, _gap_fix(left[0]))
    for position, own in enumerate(sets):
        for earlier in range(position):
            shared = meet(meet(own, sets[earlier]), possible)
            if shared:
                words = interval_words(feature, shared[0], subject)
                yield DoseOverlap(spans[position], words, spans[earlier])


def _gap_fix(gap: Interval) -> str:
    if gap.low is not None and gap.low == gap.high:
        return "let one of the two bands include it, as with `<` and `>=`"
    return "add the band that is missing, or widen one of the others"


def _of_choices(conditions: list[OneOf], spans: list[Span], subject: Subject) -> Iterator[Diagnostic]:
    feature = conditions[0].subject
    if any(one.subject != feature for one in conditions):
        return
    name, every = named(feature, subject), choices_of(feature, subject)
    taken: set[str] = set().union(*(one.choices for one in conditions))
    left = tuple(choice for choice in every if choice not in taken)
    if left:
        fix = "add the band that is missing"
        yield DoseGap(spans[0].merge(spans[-1]), _choice_words(name, left), fix)
    for position, own in enumerate(conditions):
        for earlier in range(position):
            shared = [choice for choice in own.choices if choice in conditions[earlier].choices]
            if shared:
                yield DoseOverlap(spans[position], _choice_words(name, shared), spans[earlier])


def _choice_words(name: str, choices: Iterable[str]) -> str:
    return f"`{name} is {' or '.join(choices)}`"


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (bands,)
