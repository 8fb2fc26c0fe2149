"""Criteria: each has an id of its own, a line that decides, and the sentence it stands for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol_dsl.diagnostics import Diagnostic, Fix
from protocol_dsl.semantics.errors.rules import (
    CriterionWithoutSource,
    DuplicateCriterion,
    NothingDecides,
    UnconfirmedDraft,
)
from protocol_dsl.semantics.errors.slips import NothingToJudge
from protocol_dsl.semantics.rules.subject import Subject, inside, repeated
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import criteria, facts

_DECLARED = (
    criteria.ProtocolBlock
    | criteria.Example
    | facts.Use
    | facts.Fact
    | facts.Facts
    | facts.ValueSet
    | facts.Define
    | facts.Anchor
)


def lines(subject: Subject) -> Iterator[Diagnostic]:
    """A criterion without a line would let everybody pass."""
    for node in subject.criteria:
        if not any(isinstance(part, criteria.Line) for part in inside(node.items)) and subject.sound(
            node.span
        ):
            verb, answer = ("require", "yes") if node.kind == "inclusion" else ("reject", "yes")
            yield NothingDecides(node.name.span, node.name.text, verb, answer)


def nothing(subject: Subject) -> Iterator[Diagnostic]:
    """Asking nothing makes everybody eligible, whatever facts are declared. A file of arms or visits and no fact
    may be a plan of treatment alone."""
    if subject.errors:
        return
    match subject.tree.items:
        case ():
            yield NothingToJudge(Span(0, 0))
        case (criteria.ProtocolBlock(name=name),):
            yield NothingToJudge(name.span, name.text)
        case items if subject.all(facts.Fact) and all(isinstance(one, _DECLARED) for one in items):
            names = (one.name for one in items if isinstance(one, criteria.ProtocolBlock))
            yield from (NothingToJudge(name.span, name.text) for name in names)
        case _:
            pass


def ids(subject: Subject) -> Iterator[Diagnostic]:
    """Ids are unique over all stages: verdicts and examples name criteria by them."""
    taken = {node.name.text for node in subject.criteria}
    for again, first in repeated(node.name for node in subject.criteria):
        free = _free(again.text, taken)
        taken.add(free)
        yield DuplicateCriterion(again.span, again.text, free, first.span, fixes=(Fix.put(again.span, free),))


def _free(word: str, taken: set[str]) -> str:
    """The next id after `word` that nothing has: `I4` after `I1` where there are three."""
    stem = word.rstrip("0123456789")
    number = int(word[len(stem) :] or "1")
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def sources(subject: Subject) -> Iterator[Diagnostic]:
    """A criterion stands beside the sentence it encodes."""
    cited = facts.SourceText | facts.SourcePointer
    for node in subject.criteria:
        if not any(isinstance(part, cited) for part in inside(node.items)) and subject.sound(node.span):
            yield CriterionWithoutSource(node.name.span, node.name.text)


def drafts(subject: Subject) -> Iterator[Diagnostic]:
    """A draft is confirmed by a person before anything rests on it."""
    for line in subject.all(criteria.Line):
        if line.draft:
            word = Span(line.span.start, line.span.start + len("draft"))
            said = " ".join(subject.source.slice(Span(word.end, line.span.end)).split())
            yield UnconfirmedDraft(word, said)


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (nothing, lines, ids, sources, drafts)
