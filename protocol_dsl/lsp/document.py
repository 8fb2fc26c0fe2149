"""An open file: its text as last checked, and every name in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import frozen

from protocol_dsl import pipeline
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.facts import Fact
from protocol_dsl.lsp.tree import parts
from protocol_dsl.pipeline import CheckResult
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax.nodes import criteria, expressions, facts, schedule
from protocol_dsl.syntax.nodes.words import Name


@frozen
class Mention:
    """A name where it stands."""

    text: str
    span: Span
    declares: bool


@frozen
class Document:
    """A file as the compiler understood it, whole or in part."""

    checked: CheckResult

    @classmethod
    def of(cls, path: str, text: str) -> Document:
        """Check a text; every fault in it is among the diagnostics."""
        return cls(pipeline.check(SourceFile(path, text)))

    @property
    def source(self) -> SourceFile:
        """The text that was checked."""
        return self.checked.source

    @cached_property
    def prose(self) -> Prose | None:
        """English for the protocol; None while it has errors."""
        return Prose(self.checked.protocol) if self.checked.protocol else None

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """Every name that the file declares, or a library lends it, wherever it stands, in order."""
        scope = self.checked.scope
        declared = {key.partition(":")[2]: span for key, span in scope.places.items()}
        declared |= {item.name.text: item.name.span for item in self.criteria}
        known = declared.keys() | set(scope.expression_names()) | scope.libraries.keys()
        found = {
            name.span: Mention(name.text, name.span, declared.get(name.text) == name.span)
            for name in _names(self.checked.tree.items, scope.facts, frozenset())
            if name.text in known and name.span.known
        }
        return tuple(found[span] for span in sorted(found, key=lambda span: span.start))

    @cached_property
    def criteria(self) -> tuple[criteria.Criterion, ...]:
        """Of all stages, in order."""
        items = self.checked.tree.items
        staged = (one for item in items if isinstance(item, criteria.Stage) for one in item.criteria)
        return tuple(one for one in (*items, *staged) if isinstance(one, criteria.Criterion))

    def at(self, offset: int) -> Mention | None:
        """The name that the cursor touches."""
        return next((one for one in self.mentions if one.span.covers(offset)), None)

    def declaration(self, name: str) -> Mention | None:
        """Where the file declares the name."""
        return next((one for one in self.mentions if one.text == name and one.declares), None)

    def everywhere(self, name: str) -> Iterator[Mention]:
        """Every place of the name."""
        return (one for one in self.mentions if one.text == name)


_NOT_NAMES = {
    criteria.HeaderText: {"key"},
    criteria.HeaderWord: {"key", "word"},
    criteria.WordValue: {"word"},
    criteria.OutOfScope: {"because"},
    criteria.ProtocolBlock: {"name"},
    expressions.IsChoice: {"choices"},
    expressions.Consecutive: {"choice"},
    expressions.Call: {"function"},
    facts.Attribute: {"name"},
    facts.SourcePointer: {"section"},
    facts.Code: {"system"},
    facts.Binding: {"parameter"},
    schedule.Intervention: {"kind", "registry_kind"},
    schedule.Arm: {"role"},
    schedule.Route: {"names", "words"},
}
"""Words that the grammar reads as names and that stand for themselves."""


def _names(node: object, facts_: Mapping[str, Fact], attributes: frozenset[str]) -> Iterator[Name]:
    """The names below a node, but those of attributes, which are an event's own."""
    if isinstance(node, Name):
        if node.text not in attributes:
            yield node
        return
    skipped = _NOT_NAMES.get(type(node), set())
    if isinstance(node, expressions.Filtered) and node.name.text in facts_:
        attributes |= {one.name for one in facts_[node.name.text].attributes}
    for field, part in parts(node):
        if field not in skipped:
            yield from _names(part, facts_, attributes)
