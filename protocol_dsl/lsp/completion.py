"""What may stand at the cursor: the words the grammar would take there, and the names that are declared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from protocol_dsl.lsp.document import Document
from protocol_dsl.lsp.keystroke import known_start
from protocol_dsl.syntax.machine import machine
from protocol_dsl.syntax.recovery.items import items

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")


@frozen
class Offer:
    """One completion. `about` names what a fuller text can be had on."""

    text: str
    kind: Literal["keyword", "fact", "definition", "library", "unit", "criterion", "name", "choice"]
    detail: str = ""


def offers(document: Document, text: str, offset: int) -> list[Offer]:
    """What may stand at `offset` in a text that may be newer than the document; the word begun there does not count."""
    begun = _WORD.search(text, 0, offset)
    start = begun.start() if begun else offset
    block = known_start(document, text, start)
    block += max((one.span.start for one in items(text[block:start])), default=0)
    expected = machine().expected(text, block, start)
    found = list(_choices(document, text[block:start]))
    chosen = bool(found)
    words = {word for word in machine().spelled(expected) if word[0].isalpha()}
    words |= {phrase for terminal in expected for phrase in _PHRASES.get(terminal, ())}
    found += [Offer(word, "keyword") for word in sorted(words)]
    if expected & {"NAME", "QUALIFIED"} and not chosen:
        found += _names(document)
    if expected & {"UNIT", "UNIT_NAME"}:
        found += _units(document)
    return found


_PHRASES = {
    "GROUP": ("all of {", "any of {", "none of {"),
    "EXTREME": ("larger of {", "smaller of {"),
    "EXTREME_OF": ("longer of {", "shorter of {"),
    "AT_LEAST": ("at least",),
    "AT_MOST": ("at most",),
    "MORE_THAN": ("more than",),
    "LESS_THAN": ("less than",),
    "FOR_EXTENT": ("for at least", "for more than"),
    "ONE_OF": ("one of {",),
    "SET_OF": ("set of",),
    "ABSENT": ("absent if not recorded",),
    "BEFORE_OR_AFTER": ("before or after",),
    "YES_SLASH_NO": ("yes/no",),
    "AS_PRESCRIBED": ("as prescribed",),
    "AS_NEEDED": ("as needed",),
    "AFTER_LAST_DOSE": ("after the last dose",),
}
"""What terminals of several words are completed to."""
_BEFORE_CHOICE = re.compile(r"([A-Za-z_]\w*)\s+is\s+(?:not\s+)?(?:one\s+of\s*\{[^{}]*)?\Z")


def _choices(document: Document, before: str) -> Iterator[Offer]:
    """After `hbsag is`: the values that the fact can have."""
    found = _BEFORE_CHOICE.search(before)
    facts = document.checked.scope.facts
    if found and found[1] in facts:
        yield from (Offer(choice, "choice", facts[found[1]].label) for choice in facts[found[1]].choices)


def _names(document: Document) -> Iterator[Offer]:
    scope = document.checked.scope
    yield from (Offer(fact.name, "fact", fact.label) for fact in scope.facts.values())
    for name, definition in scope.definitions.items():
        yield Offer(name, "definition", definition.label.text if definition.label else "")
    for library in scope.libraries.values():
        for name, definition in library.definitions.items():
            yield Offer(
                f"{library.name}.{name}", "definition", definition.label.text if definition.label else ""
            )
    yield from (Offer(one.name.text, "criterion", one.title.text) for one in document.criteria)
    named = (scope.anchors, scope.cohorts, scope.interventions, scope.regimens, scope.arms, scope.visits)
    for kind in named:
        yield from (Offer(name, "name") for name in kind)


def _units(document: Document) -> Iterator[Offer]:
    """Units that the file's facts are in, or may be recorded in."""
    facts = document.checked.scope.facts.values()
    spelled = {unit.text for fact in facts for unit in fact.units} | {fact.unit_text for fact in facts}
    yield from (Offer(unit, "unit") for unit in sorted(spelled - {""}))
