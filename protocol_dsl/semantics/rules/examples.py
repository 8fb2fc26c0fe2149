"""Examples: each says what should come out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.semantics.errors.rules import ExpectsNothing
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.syntax.nodes import criteria


def expectations(subject: Subject) -> Iterator[Diagnostic]:
    """An example without one tests nothing, unless others are like it."""
    bases = {node.like.text for node in subject.all(criteria.Example) if node.like is not None}
    some = next((node.name.text for node in subject.criteria), "I1")
    for node in subject.all(criteria.Example):
        expects = any(
            isinstance(item, criteria.ExpectVerdict | criteria.ExpectCriteria) for item in node.items
        )
        if not expects and node.name.text not in bases and subject.sound(node.span):
            yield ExpectsNothing(node.name.span, node.name.text, some)


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (expectations,)
