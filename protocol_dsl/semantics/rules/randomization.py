"""Randomization: arms, ratio and blocks that fit each other, strata that part the patients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.facts import Fact
from protocol_dsl.semantics.errors.randomization import (
    AllocationDisagrees,
    ArmRatioMismatch,
    BlockSizeMismatch,
    NothingToRandomize,
    UnfitStratum,
)
from protocol_dsl.semantics.facts import KIND_WORDS, NUMERIC
from protocol_dsl.semantics.rules.spoken import plain
from protocol_dsl.semantics.rules.subject import Subject, repeated
from protocol_dsl.syntax.nodes import criteria, visits


def arms(subject: Subject) -> Iterator[Diagnostic]:
    """Two arms at least, each named once."""
    for node in subject.all(visits.Randomize):
        for again, _ in repeated(node.arms):
            yield NothingToRandomize(again.span, f"the arm `{again.text}` is named twice", "again")
        if len(node.arms) == 1:
            only = node.arms[0]
            reason = f"`{only.text}` is the only arm named, so there is nothing to randomize"
            yield NothingToRandomize(only.span, reason, "the only one")


def ratios(subject: Subject) -> Iterator[Diagnostic]:
    """One part of the ratio for each arm; blocks that hold it a whole number of times."""
    for node in subject.all(visits.Randomize):
        for ratio in (clause for clause in node.clauses if isinstance(clause, visits.Ratio)):
            parts = [number.value for number in ratio.numbers]
            if len(parts) != len(node.arms):
                span = ratio.numbers[0].span.merge(ratio.numbers[-1].span)
                arms_ = _counted(len(node.arms), "arm")
                yield ArmRatioMismatch(span, subject.words(span), _counted(len(parts), "part"), arms_)
            elif all(part.denominator == 1 and part > 0 for part in parts):
                yield from _blocks(node, int(sum(parts)), subject.words(ratio.span))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _blocks(node: visits.Randomize, total: int, ratio: str) -> Iterator[Diagnostic]:
    for blocks in (clause for clause in node.clauses if isinstance(clause, visits.Blocks)):
        for size in blocks.sizes:
            if size.value.denominator == 1 and size.value > 0 and size.value % total != 0:
                below = int(size.value // total) * total
                nearest = f"`{below}` or `{below + total}`" if below else f"`{total}`"
                yield BlockSizeMismatch(size.span, size.text, ratio.removeprefix("in ratio "), total, nearest)


def strata(subject: Subject) -> Iterator[Diagnostic]:
    """Numbers are cut at points in rising order, choices are taken as they are."""
    for stratum in subject.all(visits.Stratum):
        found = _misfit(stratum, subject)
        if found is not None:
            yield UnfitStratum(stratum.span, stratum.by.text, *found)


def _misfit(stratum: visits.Stratum, subject: Subject) -> tuple[str, str] | None:
    name, cuts = stratum.by.text, [cut.value for cut in stratum.cuts]
    fact = subject.facts.get(name)
    number = _is_number(name, fact, subject)
    if number is None:
        return None
    if number and not cuts:
        return "it is a number without a cut", f"write where it is cut, such as `{name} cut at 24`"
    if not number and cuts:
        return "only a number can be cut", f"write `stratified by {name}`"
    if fact is not None and not number and fact.kind in {"event", "date"}:
        return (
            f"it is {KIND_WORDS[fact.kind]}",
            f"define a condition and stratify by it: `define … = {name} ever`",
        )
    if cuts != sorted(set(cuts)):
        return "its cuts are not in rising order", "write each cut once, the smallest first"
    return _beyond(fact, cuts)


def _is_number(name: str, fact: Fact | None, subject: Subject) -> bool | None:
    if fact is not None:
        return fact.kind in NUMERIC
    definitions = subject.protocol.definitions if subject.protocol else ()
    kinds = {definition.id: definition.type for definition in definitions}
    return kinds[name] == "number" if name in kinds else None


def _beyond(fact: Fact | None, cuts: list[Fraction]) -> tuple[str, str] | None:
    """A cut outside the plausible range leaves a stratum empty."""
    if fact is None or fact.plausible is None:
        return None
    for cut in cuts:
        if not fact.plausible.low < cut <= fact.plausible.high:
            extent = f"{plain(fact.plausible.low)} to {plain(fact.plausible.high)}"
            return f"the cut {plain(cut)} leaves a stratum empty", f"cut within the plausible range, {extent}"
    return None


def allocation(subject: Subject) -> Iterator[Diagnostic]:
    """The header does not deny what the file does."""
    for entry in subject.all(criteria.HeaderWord):
        if entry.key.text == "allocation" and entry.word.text in {"non_randomized", "na"}:
            for node in subject.all(visits.Randomize)[:1]:
                yield AllocationDisagrees(node.span, entry.word.text, entry.span)


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (arms, ratios, strata, allocation)
