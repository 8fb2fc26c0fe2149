"""Conditions that are true of everybody or of nobody: by the range a value can have, or by each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import cast

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.formulas import All, Any, AtLeast, Compare, Formula, Known, Not, OneOf
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.walk import FORMULAS, Node, children, preorder
from protocol_dsl.semantics.errors.rules import NeverDecides
from protocol_dsl.semantics.rules.domains import choices_of, named, numbers_of
from protocol_dsl.semantics.rules.intervals import Numbers, allowed, every, meet, rest, some
from protocol_dsl.semantics.rules.spoken import range_words
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.source import NOWHERE, Span

_QUALIFIED = re.compile(r"\w+\.\w+")


def never_decide(subject: Subject) -> Iterator[Diagnostic]:
    """Every condition of a criterion or definition that cannot come out both ways."""
    if subject.protocol is not None:
        for formula in _formulas(subject.protocol):
            yield from _judged(formula, subject)


def _formulas(protocol: Protocol) -> Iterator[Formula]:
    """Those the author of this file wrote: a library's own definitions are not theirs."""
    for stage in protocol.stages:
        yield from (line.passes for criterion in stage.criteria for line in criterion.lines)
    for definition in protocol.definitions:
        if "." not in definition.id:
            body = definition.body
            yield from (cast("Formula", body),) if isinstance(body, FORMULAS) else _conditions(body)


def _conditions(number: Node) -> Iterator[Formula]:
    """The outermost conditions inside a number."""
    for child in children(number):
        if isinstance(child, FORMULAS):
            yield cast("Formula", child)
        else:
            yield from _conditions(child)


def _judged(formula: Formula, subject: Subject) -> Iterator[Diagnostic]:
    """The innermost faults: a part that never decides is named alone, not what it spoils."""
    if isinstance(formula, Compare) or _is_between(formula):
        yield from _alone(formula, subject)
        return
    match formula:
        case OneOf(feature, choices, False, _, span):
            every_choice = choices_of(feature, subject)
            if named(feature, subject) == "cohort" and len(every_choice) == 1:
                return  # being in the only cohort is not being in none
            if every_choice and set(choices) >= set(every_choice):
                reason = f"`{named(feature, subject)}` has no other choice than {', '.join(every_choice)}"
                yield from _finding(span, True, reason, "leave out the choice that is not meant", subject)
        case Not(operand) | Known(operand):
            yield from _judged(operand, subject)
        case All(operands) | Any(operands) | AtLeast(_, operands):
            inner = [found for operand in operands for found in _judged(operand, subject)]
            yield from inner
            if not inner and not isinstance(formula, AtLeast):
                yield from _together(formula, subject)
        case _:
            return


def _is_between(formula: Formula) -> bool:
    """`x between a and b`: two comparisons written as one."""
    match formula:
        case All((Compare() as low, Compare() as high)):
            return low.span == high.span and low.span.known
        case _:
            return False


def _alone(formula: Formula, subject: Subject) -> Iterator[Diagnostic]:
    found = allowed(formula)
    if found is None:
        return
    feature, kept = found
    possible = numbers_of(feature, subject)
    outcome = _outcome(kept, possible)
    if outcome is None:
        return
    span = (
        formula.span
        if isinstance(formula, Compare)
        else cast("Compare", cast("All", formula).operands[0]).span
    )
    fix = "check the comparison and the threshold, or remove the condition"
    yield from _finding(span, outcome, range_words(feature, possible, subject), fix, subject)


def _outcome(kept: Numbers, possible: Numbers) -> bool | None:
    if not meet(kept, possible):
        return False
    return True if not meet(rest(kept), possible) else None


def _together(formula: All | Any, subject: Subject) -> Iterator[Diagnostic]:
    """Parts that each decide, and together do not: `x < 3 and x > 5`."""
    by_feature: dict[str, list[tuple[Formula, Numbers]]] = {}
    for operand in formula.operands:
        found = None if isinstance(operand, Not) else allowed(operand)
        if found is not None:
            by_feature.setdefault(found[0], []).append((operand, found[1]))
    for feature, parts in by_feature.items():
        possible = numbers_of(feature, subject)
        sets = [numbers for _, numbers in parts]
        outcome = _outcome(every(sets) if isinstance(formula, All) else some(sets), possible)
        if outcome is (not isinstance(formula, All)) and len(parts) > 1:
            value = "every" if outcome else "no"
            reason = f"{value} value of `{named(feature, subject)}` is left"
            fix = "correct one of the thresholds, or `and` and `or`"
            yield from _finding(_span(part for part, _ in parts), outcome, reason, fix, subject)


def _span(parts: Iterable[Formula]) -> Span:
    whole = NOWHERE
    for part in parts:
        for node in preorder(part):
            if isinstance(node, Compare):
                whole = whole.merge(node.span)
    return whole


def _finding(span: Span, outcome: bool, reason: str, fix: str, subject: Subject) -> Iterator[Diagnostic]:
    words = subject.words(span)
    if not _QUALIFIED.fullmatch(words):
        yield NeverDecides(span, words, "always" if outcome else "never", reason, fix)


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (never_decide,)
