"""The registry header: words from its lists, each thing said once, and the same limits as the criteria."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction

from attrs import frozen

from protocol_dsl.diagnostics import Diagnostic, suggest
from protocol_dsl.ir.features import Age, NamedAnchor
from protocol_dsl.ir.formulas import OneOf
from protocol_dsl.ir.walk import criteria_formulas, facts_of
from protocol_dsl.semantics.errors.rules import HeaderDisagrees, HeaderNotEnforced, SaidTwice, UnknownTerm
from protocol_dsl.semantics.rules.conjuncts import Bound, Conjunct, conjuncts, place_of
from protocol_dsl.semantics.rules.spoken import plain
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.semantics.rules.terms import (
    ARM_ROLES,
    ASKED_BECAUSE,
    HEADER_TERMS,
    INTERVENTION_KINDS,
    PHASES,
    REASONS,
)
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import criteria, expressions, facts, schedule, visits, words

_REPEATABLE = {"condition", "identifier", "keyword", "sponsor", "funder", "registry"}


def terms(subject: Subject) -> Iterator[Diagnostic]:
    """Words of closed lists; a text in quotes is the author's own."""
    for word, what, known in _terms(subject):
        if word.text not in known:
            yield UnknownTerm(word.span, word.text, what, known, suggest(word.text, known))


def _terms(subject: Subject) -> Iterator[tuple[words.Name, str, tuple[str, ...]]]:
    for entry in subject.all(criteria.HeaderWord):
        known = HEADER_TERMS.get(entry.key.text)
        if known is not None and isinstance(entry.word, words.Name):
            yield entry.word, f"`{entry.key.text}` of a trial", known
    for phase in subject.all(criteria.HeaderPhase):
        for text in phase.phases:
            yield words.Name(text, phase.span), "phase of a trial", PHASES
    for drug in subject.all(schedule.Intervention):
        for kind in (drug.kind, drug.registry_kind):
            if kind is not None:
                yield kind, "kind of intervention", INTERVENTION_KINDS
    for arm in subject.all(schedule.Arm):
        if arm.role is not None:
            yield arm.role, "type of arm", ARM_ROLES
    for sentence in subject.all(criteria.OutOfScope):
        yield sentence.because, "reason for leaving a sentence out", REASONS
    for asked in subject.all(expressions.Answer):
        if asked.because is not None:
            yield asked.because, "reason for asking", ASKED_BECAUSE


def said_twice(subject: Subject) -> Iterator[Diagnostic]:
    """Header entries, day 1 and the like are said once."""
    places: dict[str, Span] = {}
    for block in subject.all(criteria.ProtocolBlock)[:1]:
        for entry in block.entries:
            word = _entry_word(entry)
            if word is not None and word not in _REPEATABLE and word in places:
                yield SaidTwice(entry.span, word, places[word])
            places.setdefault(word or "", entry.span)
    for item in subject.tree.items:
        word = _ONCE.get(type(item))
        if word is not None and word in places:
            yield SaidTwice(item.span, word, places[word])
        places.setdefault(word or "", item.span)


_ONCE: dict[type, str] = {
    schedule.DayOne: "day 1 is",
    schedule.DaysFrom: "days from",
    visits.Randomize: "randomize to",
    visits.Escalation: "escalation",
}


def _entry_word(entry: criteria.HeaderEntry) -> str | None:
    match entry:
        case criteria.HeaderText() | criteria.HeaderWord():
            return entry.key.text
        case criteria.HeaderPhase():
            return "phase"
        case criteria.HeaderAge():
            return "age"
        case criteria.HeaderEnrollment():
            return "enrollment"
        case criteria.HeaderVolunteers():
            return "healthy_volunteers"
        case _:
            return None


@frozen
class _Limit:
    """One limit of age the criteria set: completed `unit`s, at least `value` or, when `upper`, at most `value`."""

    upper: bool
    value: Fraction
    unit: str
    span: Span


def ages(subject: Subject) -> Iterator[Diagnostic]:
    """The header's ages are those the criteria ask for."""
    stated = next(iter(subject.all(criteria.HeaderAge)), None)
    if stated is None or not _comparable(subject):
        return
    limits = tuple(_limits(subject))
    elsewhere = not limits and _asks_for("age", subject)
    unit = stated.high_unit or stated.low_unit or "year"
    low = None if stated.low is None else stated.low.value
    for upper, value, own in (
        (False, low, stated.low_unit or unit),
        (True, stated.high, stated.high_unit or unit),
    ):
        number = value.value if isinstance(value, words.Numeral) else value
        yield from _age_side(upper, number, own, limits, elsewhere, stated, subject)


def _age_side(
    upper: bool,
    value: Fraction | None,
    unit: str,
    limits: tuple[_Limit, ...],
    elsewhere: bool,
    stated: criteria.HeaderAge,
    subject: Subject,
) -> Iterator[Diagnostic]:
    mine = [limit for limit in limits if limit.upper is upper]
    if not mine:
        if value is not None and not elsewhere:
            sign = "<=" if upper else ">="
            line = f"require age {sign} {plain(value)} {unit}s"
            yield HeaderNotEnforced(stated.span, _limit_words(upper, value, unit), line)
        return
    tightest = min(mine, key=lambda limit: limit.value if upper else -limit.value)
    alike = _same(value, unit, tightest)
    if alike is False and not _admitted(tightest.span, subject):
        header = _limit_words(upper, value, unit) if value is not None else f"`{subject.words(stated.span)}`"
        asked = _limit_words(upper, tightest.value, tightest.unit)
        yield HeaderDisagrees(tightest.span, header, asked, stated.span)


def _admitted(place: Span, subject: Subject) -> bool:
    """Whether a note of the criterion speaks of the header: the source disagrees with itself, and the author saw it."""
    return any(
        isinstance(item, facts.Note) and "header" in item.text.text.casefold()
        for node in subject.criteria
        if node.span.start <= place.start <= node.span.end
        for item in node.items
    )


def _limit_words(upper: bool, value: Fraction, unit: str) -> str:
    return f"age at {'most' if upper else 'least'} {plain(value)} {unit}s"


def _same(value: Fraction | None, unit: str, limit: _Limit) -> bool | None:
    """Whether the two limits are one; None where their units cannot be compared."""
    if value is None:
        return False
    if unit == limit.unit:
        return value == limit.value
    months = {"year": 12, "month": 1}
    if limit.upper or unit not in months or limit.unit not in months:
        return None
    return value * months[unit] == limit.value * months[limit.unit]


def _comparable(subject: Subject) -> bool:
    """Whether all criteria were lowered, so that what they ask for is known."""
    whole = subject.protocol is not None and all(subject.sound(node.span) for node in subject.criteria)
    return whole and bool(subject.criteria)


def _asks_for(fact: str, subject: Subject) -> bool:
    assert subject.protocol is not None
    return fact in facts_of(subject.protocol, *criteria_formulas(subject.protocol))


def _conjuncts(subject: Subject) -> Iterable[Conjunct]:
    for stage in subject.protocol.stages if subject.protocol else ():
        for criterion in stage.criteria:
            yield from conjuncts(criterion, subject)


def _limits(subject: Subject) -> Iterator[_Limit]:
    for conjunct in _conjuncts(subject):
        bound, place = conjunct.bound, place_of(conjunct)
        if bound is None or place is None:
            continue
        node = subject.features[bound.feature].node if bound.feature in subject.features else None
        # Of the age at an earlier event, a diagnosis say, the header says nothing.
        if isinstance(node, Age) and isinstance(node.anchor, NamedAnchor):
            yield _Limit(bound.upper, _inclusive(bound), node.unit, place.span)


def _inclusive(bound: Bound) -> Fraction:
    """The last age that still counts: ages are whole."""
    if bound.upper:
        return Fraction(-(-bound.limit // 1) - 1) if bound.strict else Fraction(bound.limit // 1)
    return Fraction(bound.limit // 1 + 1) if bound.strict else Fraction(-(-bound.limit // 1))


def sexes(subject: Subject) -> Iterator[Diagnostic]:
    """The header's sex is the one the criteria ask for."""
    stated = [entry for entry in subject.all(criteria.HeaderWord) if entry.key.text == "sex"]
    if not stated or not _comparable(subject):
        return
    entry, word = stated[0], stated[0].word.text
    asked = [part.formula for part in _conjuncts(subject) if isinstance(part.formula, OneOf)]
    own = [formula for formula in asked if formula.subject == "sex" and len(formula.choices) == 1]
    for formula in own:
        if formula.choices[0] != word and word in HEADER_TERMS["sex"]:
            yield HeaderDisagrees(
                formula.span, f"`sex {word}`", f"{formula.choices[0]} patients only", entry.span
            )
    if word in {"male", "female"} and not own and not _asks_for("sex", subject):
        yield HeaderNotEnforced(entry.span, f"`sex {word}`", f"require sex is {word}")


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (terms, said_twice, ages, sexes)
