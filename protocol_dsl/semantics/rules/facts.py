"""Facts and other declarations: what is declared is used, and what is used is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol_dsl.diagnostics import Diagnostic, suggest
from protocol_dsl.semantics.errors.rules import (
    UnknownValueSet,
    UnusedDeclaration,
    UnusedDefinition,
    UnusedFact,
)
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.syntax.nodes import facts, schedule, words


def value_sets(subject: Subject) -> Iterator[Diagnostic]:
    """`codes from` names a value set of the file."""
    declared = {node.name.text for node in subject.all(facts.ValueSet)} | subject.scope.damaged
    for node in subject.all(facts.CodeSet):
        if node.value_set.text not in declared:
            word = node.value_set.text
            yield UnknownValueSet(node.value_set.span, word, suggest(word, declared))


def unused_facts(subject: Subject) -> Iterator[Diagnostic]:
    """Facts nothing asks about. One bound to a library counts as used while errors hide what uses the library."""
    if not _judges(subject):
        return
    bound: set[str] = set()
    if subject.errors:
        bound = {name for library in subject.scope.libraries.values() for name in library.bindings.values()}
    for node in subject.all(facts.Fact):
        if not _used(node.name, subject) and node.name.text not in bound:
            yield UnusedFact(node.name.span, node.name.text)


def unused_definitions(subject: Subject) -> Iterator[Diagnostic]:
    """Definitions nothing rests on."""
    if _judges(subject):
        for node in subject.all(facts.Define):
            if not _used(node.name, subject):
                yield UnusedDefinition(node.name.span, node.name.text)


def unused_declarations(subject: Subject) -> Iterator[Diagnostic]:
    """Value sets, anchors, cohorts, regimens, interventions and libraries nothing refers to."""
    if not _judges(subject):
        return
    for kind, what, fix in _DECLARATIONS:
        for node in subject.all(kind):
            name: words.Name = node.name
            if name.text not in subject.mentioned:
                yield UnusedDeclaration(name.span, what, name.text, fix.format(name.text))
    for use in subject.all(facts.Use):
        stem = f"{use.library.text}."
        known = use.library.text in subject.scope.libraries
        if known and not any(name.startswith(stem) for name in subject.mentioned):
            fix = f"use one of its scores, such as `{_score(use.library.text, subject)}`"
            yield UnusedDeclaration(use.library.span, "library", use.library.text, fix)


def _score(library: str, subject: Subject) -> str:
    definitions = subject.scope.libraries[library].definitions
    return f"{library}.{min(definitions, key=len, default='…')}"


_Declared = facts.ValueSet | facts.Anchor | facts.Cohort | schedule.Regimen | schedule.Intervention
_DECLARATIONS: tuple[tuple[type[_Declared], str, str], ...] = (
    (facts.ValueSet, "value set", "name it in a fact with `codes from {}`"),
    (facts.Anchor, "anchor", "count from it, as in `within 28 days before {}`"),
    (facts.Cohort, "cohort", "use it in `for cohort {} {{ … }}`"),
    (schedule.Regimen, "regimen", "let an arm `follow {}`"),
    (schedule.Intervention, "intervention", "write `give {} …` in an arm or regimen"),
)


def _judges(subject: Subject) -> bool:
    """Whether the file is a protocol with something to ask: a library declares for others."""
    return bool(subject.criteria)


def _used(name: words.Name, subject: Subject) -> bool:
    return name.text in subject.used or name.text in subject.mentioned


RULES: tuple[Callable[[Subject], Iterator[Diagnostic]], ...] = (
    value_sets,
    unused_facts,
    unused_definitions,
    unused_declarations,
)
