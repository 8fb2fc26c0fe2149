"""What is shown beside a word: type, unit and range of a fact, English and source of a criterion."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.backends.prose import Group, Phrase
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.protocol import Criterion
from protocol_dsl.lsp.document import Document
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes.facts import Define


def hover(document: Document, offset: int) -> tuple[str, Span] | None:
    """Markdown for the place, and the words it speaks of."""
    mention = document.at(offset)
    if mention is not None:
        text = about(document, mention.text)
        if text:
            return text, mention.span
    for criterion in document.criteria:
        if criterion.span.covers(offset):
            text = _criterion_named(document, criterion.name.text)
            return (text, criterion.span) if text else None
    return None


def about(document: Document, name: str) -> str | None:
    """Markdown on a name, None when there is nothing to say."""
    scope = document.checked.scope
    if name in scope.facts:
        return "\n\n".join(_fact(scope.facts[name]))
    library, _, own = name.rpartition(".")
    if library in scope.libraries and own in scope.libraries[library].definitions:
        held = scope.libraries[library]
        return _definition(name, held.definitions[own], held.source.slice(held.definitions[own].span))
    if name in scope.definitions:
        definition = scope.definitions[name]
        return _definition(name, definition, document.source.slice(definition.span))
    if name in scope.libraries:
        return f"**{name}** {scope.libraries[name].title}, version {scope.libraries[name].version}"
    return _criterion_named(document, name)


def _fact(fact: Fact) -> Iterator[str]:
    yield f"**{fact.label}**"
    kind = fact.kind.replace("_", "/") + (f" in {fact.unit_text}" if fact.unit_text else "")
    choices = f": {', '.join(fact.choices)}" if fact.choices else ""
    yield f"`{fact.name}`: {'ordered ' if fact.ordered else ''}{kind}{choices}"
    if fact.plausible:
        step = f", recorded to {float(fact.plausible.step):g}" if fact.plausible.step else ""
        low, high = float(fact.plausible.low), float(fact.plausible.high)
        yield f"plausible {low:g} to {high:g} {fact.unit_text}{step}".replace(" ,", ",").rstrip()
    if fact.valid:
        yield f"speaks for the present for {fact.valid.count} {fact.valid.unit}s"
    if fact.closed:
        yield "absence of a record counts as absence"
    for attribute in fact.attributes:
        yield f"* {attribute.name}: {', '.join(attribute.choices) or attribute.kind.replace('_', '/')}"
    if fact.codes:
        yield ", ".join(f"{code.system} {code.code}" for code in fact.codes[:12])
    yield from fact.notes


def _definition(name: str, definition: Define, text: str) -> str:
    label = definition.label.text if definition.label else name
    return f"**{label}**\n\n```trial\n{text}\n```"


def _criterion_named(document: Document, name: str) -> str | None:
    protocol = document.checked.protocol
    if protocol is None or document.prose is None:
        return None
    criteria = (one for stage in protocol.stages for one in stage.criteria)
    found = next((one for one in criteria if one.id == name), None)
    return None if found is None else "\n".join(_criterion(document, found))


def _criterion(document: Document, criterion: Criterion) -> Iterator[str]:
    assert document.prose is not None  # asked only of a protocol without errors
    yield f"**{criterion.id} {criterion.title}** ({criterion.kind})"
    for citation in criterion.citations:
        yield f"\n> {citation.text or citation.pointer}"
    yield ""
    for line in criterion.lines:
        yield from _phrase(document.prose.phrase(line.passes), 0)


def _phrase(phrase: Phrase, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if isinstance(phrase, Group):
        yield f"{indent}* {phrase.heading}:"
        for member in phrase.members:
            yield from _phrase(member, depth + 1)
    else:
        yield f"{indent}* {phrase}"
