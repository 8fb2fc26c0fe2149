"""Facts and other declarations: what is declared is used, and what is used is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from protocol_dsl.diagnostics import Diagnostic, suggest
from protocol_dsl.semantics.errors.rules import (
    UnknownValueSet,
    UnusedDeclaration,
    UnusedDefinition,
    UnusedFact,
    WrongCheckDigit,
)
from protocol_dsl.semantics.errors.slips import SharedCode
from protocol_dsl.semantics.rules.subject import Subject
from protocol_dsl.semantics.scope import Library
from protocol_dsl.syntax.nodes import facts, schedule, words
from protocol_dsl.vocabulary.codes import wrong_check_digit


def value_sets(subject: Subject) -> Iterator[Diagnostic]:
    """`codes from` names a value set of the file."""
    declared = {*subject.scope.value_sets, *(node.name.text for node in subject.all(facts.ValueSet))}
    declared |= subject.scope.damaged
    for node in subject.all(facts.CodeSet):
        if node.value_set.text not in declared:
            word = node.value_set.text
            yield UnknownValueSet(node.value_set.span, word, suggest(word, declared))


def check_digits(subject: Subject) -> Iterator[Diagnostic]:
    """Codes that carry a check digit have the right one."""
    for node in subject.all(facts.Code):
        reason = wrong_check_digit(node.system.text, node.code.text)
        if reason is not None:
            yield WrongCheckDigit(node.code.span, node.system.text, node.code.text, reason)


def unused_facts(subject: Subject) -> Iterator[Diagnostic]:
    """Facts nothing asks about. One bound to a library counts as used while errors hide what uses the library."""
    if not _judges(subject):
        return
    bound: set[str] = set()
    if subject.errors:
        bound = set(subject.scope.bindings.values())
    for node in subject.all(facts.Fact):
        if not _used(node.name, subject) and node.name.text not in bound:
            yield UnusedFact(node.name.span, node.name.text)


def shared_codes(subject: Subject) -> Iterator[Diagnostic]:
    """What a library asks for under a name of its own may be declared in the file under another."""
    scope = subject.scope
    bound = {target for name, target in scope.bindings.items() if name != target}
    for use in subject.all(facts.Use):
        library = scope.libraries.get(use.library.text)
        for name in sorted(scope.taken_over & library.facts.keys() & subject.used) if library else ():
            theirs = {(code.system, code.code) for code in scope.facts[name].codes}
            for node in subject.all(facts.Fact):
                own = scope.facts.get(node.name.text)
                shared = [code for code in own.codes if (code.system, code.code) in theirs] if own else []
                if own is None or not shared or own.kind != scope.facts[name].kind or own.name in bound:
                    continue
                words_ = f"{shared[0].system} {shared[0].code}"
                yield SharedCode(use.library.span, own.name, name, use.library.text, words_, node.name.span)


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
    # What a library has is named in many places: a line that did not parse may be the one that uses it.
    for use in () if subject.errors else subject.all(facts.Use):
        library = subject.scope.libraries.get(use.library.text)
        if library is not None and not _library_used(library, subject):
            fix = f"use something of it, such as `{_sample(library)}`"
            yield UnusedDeclaration(use.library.span, "library", library.name, fix)


def _library_used(library: Library, subject: Subject) -> bool:
    """Whether one of its definitions is named, or a fact taken over from it is asked about."""
    stem = f"{library.name}."
    asked = subject.used | subject.mentioned
    facts_, sets = subject.scope.taken_over & library.facts.keys(), library.value_sets.keys()
    return any(name.startswith(stem) for name in subject.mentioned) or bool((facts_ | sets) & asked)


def _sample(library: Library) -> str:
    if library.definitions:
        return f"{library.name}.{min(library.definitions, key=len)}"
    return min(library.facts, key=len)


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
    check_digits,
    shared_codes,
    unused_facts,
    unused_definitions,
    unused_declarations,
)
