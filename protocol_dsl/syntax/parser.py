"""Text to tree.

Assumes: a text of any content. Ensures: a tree of all that could be read, one diagnostic for each thing that
could not, and no exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax.lexical import suspicious
from protocol_dsl.syntax.machine import Reading, machine
from protocol_dsl.syntax.mixed import mixed_and_or
from protocol_dsl.syntax.nesting import too_deep
from protocol_dsl.syntax.nodes import Tree
from protocol_dsl.syntax.recovery import recover

if TYPE_CHECKING:
    from protocol_dsl.diagnostics import Diagnostic


@frozen
class ParseResult:
    """What could be read of a file, and what could not."""

    tree: Tree
    diagnostics: tuple[Diagnostic, ...]
    """By place in the file."""
    comments: tuple[Span, ...]
    """Every comment, from its `#` to the end of its line; only those of the parts read, when there are errors."""
    damaged_names: frozenset[str]
    """Names that the parts left out of the tree would have declared."""


def parse(source: SourceFile) -> ParseResult:
    """Read a protocol file."""
    text = source.text
    if not suspicious(text) and too_deep(text) is None:
        reading = machine().read(text, 0, len(text))
        if isinstance(reading, Reading):
            found = tuple(mixed_and_or(logic, source) for logic in reading.mixed)
            return ParseResult(_tree(reading, text), found, reading.comments, frozenset())
    recovered = recover(source)
    return ParseResult(
        _tree(recovered.reading, text),
        recovered.diagnostics,
        recovered.reading.comments,
        recovered.damaged_names,
    )


def _tree(reading: Reading, text: str) -> Tree:
    return Tree(reading.items, Span(0, len(text)))
