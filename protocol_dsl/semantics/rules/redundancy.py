"""Criteria that say again what others say, or that leave nobody: the plain cases, by their form alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import define, field

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.formulas import Compare, Constant
from protocol_dsl.ir.protocol import Criterion, Stage
from protocol_dsl.semantics.errors.rules import ImpliedCriterion, NegatedInclusion, NobodyEligible
from protocol_dsl.semantics.rules.conjuncts import Bound, Conjunct, Key, conjuncts
from protocol_dsl.semantics.rules.domains import named
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.source import Span


@define
class _Index:
    """The criteria of one stage. `holders` are the first two criteria that ask a condition, `tightest` the two
    that bound one side of a feature most: two, so that a criterion always finds another than itself."""

    criteria: tuple[tuple[Criterion, tuple[Conjunct, ...]], ...]
    holders: dict[Key, list[int]] = field(factory=dict)
    tightest: dict[tuple[str, bool], list[tuple[int, Conjunct, Bound]]] = field(factory=dict)

    def enter(self, position: int, conjunct: Conjunct) -> None:
        holders = self.holders.setdefault(conjunct.key, [])
        if position not in holders and len(holders) < 2:
            holders.append(position)
        bound = conjunct.bound
        if bound is not None:
            kept = self.tightest.setdefault((bound.feature, bound.upper), [])
            kept.append((position, conjunct, bound))
            kept.sort(key=_tightness)
            self.tightest[bound.feature, bound.upper] = _of_two_criteria(kept)


def _tightness(entry: tuple[int, Conjunct, Bound]) -> tuple[float, bool, int]:
    position, _, bound = entry
    return (float(bound.limit) if bound.upper else -float(bound.limit)), not bound.strict, position


def _of_two_criteria(kept: list[tuple[int, Conjunct, Bound]]) -> list[tuple[int, Conjunct, Bound]]:
    others = [entry for entry in kept if entry[0] != kept[0][0]]
    return [kept[0], *others[:1]]


def redundant(subject: Subject) -> Iterator[Diagnostic]:
    """Criteria that can never change a verdict, in each stage."""
    for index in _indices(subject):
        for position, (criterion, parts) in enumerate(index.criteria):
            implying = _implying(position, parts, index)
            if implying:
                other, theirs = index.criteria[min(implying)]
                later = min(implying) < position
                places = subject.criterion_name(criterion.span), subject.criterion_name(other.span)
                yield from _said_again((criterion, parts), (other, theirs), later, places)


def _indices(subject: Subject) -> Iterator[_Index]:
    for stage in subject.protocol.stages if subject.protocol else ():
        index = _Index(tuple(_asked(stage, subject)))
        for position, (_, parts) in enumerate(index.criteria):
            for part in parts:
                index.enter(position, part)
        yield index


def _asked(stage: Stage, subject: Subject) -> Iterator[tuple[Criterion, tuple[Conjunct, ...]]]:
    """The criteria that were lowered whole, with what they ask."""
    for criterion in stage.criteria:
        parts = conjuncts(criterion, subject)
        if (
            parts
            and subject.sound(criterion.span)
            and not any(isinstance(p.formula, Constant) for p in parts)
        ):
            yield criterion, parts


def _implying(position: int, parts: tuple[Conjunct, ...], index: _Index) -> set[int]:
    """Other criteria each of which asks for every one of `parts`, or for more."""
    found: set[int] | None = None
    for part in parts:
        others = {other for other in index.holders[part.key] if other != position}
        bound = part.bound
        if bound is not None:
            for other, _, theirs in index.tightest[bound.feature, bound.upper]:
                if other != position and theirs.implies(bound):
                    others.add(other)
        found = others if found is None else found & others
        if not found:
            return set()
    return found or set()


_Asked = tuple[Criterion, tuple[Conjunct, ...]]


def _said_again(own: _Asked, their: _Asked, later: bool, places: tuple[Span, Span]) -> Iterator[Diagnostic]:
    """Of two that say the same, the exclusion is named, else the later one."""
    (criterion, parts), (other, theirs) = own, their
    same = {part.key for part in parts} == {part.key for part in theirs}
    if same and criterion.kind != other.kind:
        if criterion.kind == "exclusion":
            yield NegatedInclusion(places[0], criterion.id, other.id, places[1])
    elif not same or later:
        yield ImpliedCriterion(places[0], criterion.id, other.id, places[1])


def nobody(subject: Subject) -> Iterator[Diagnostic]:
    """Bounds of one number that leave it no value."""
    for index in _indices(subject):
        for (feature, upper), kept in index.tightest.items():
            floor = index.tightest.get((feature, False))
            if upper and floor:
                yield from _empty_between(floor[0], kept[0], index, feature, subject)


def _empty_between(
    low: tuple[int, Conjunct, Bound],
    high: tuple[int, Conjunct, Bound],
    index: _Index,
    feature: str,
    subject: Subject,
) -> Iterator[Diagnostic]:
    gap = low[2].limit > high[2].limit or (
        low[2].limit == high[2].limit and (low[2].strict or high[2].strict)
    )
    if not gap or low[1].line is high[1].line:
        return
    (there_at, there, _), (here_at, here, _) = sorted((low, high), key=lambda entry: _span(entry[1]).start)
    words = subject.words(_span(here)), subject.words(_span(there))
    ids = index.criteria[here_at][0].id, index.criteria[there_at][0].id
    name = f"`{named(feature, subject)}`"
    yield NobodyEligible(_span(here), words[0], ids[0], ids[1], words[1], name, _span(there))


def _span(conjunct: Conjunct) -> Span:
    assert isinstance(conjunct.formula, Compare)
    return conjunct.formula.span


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (redundant, nobody)
