"""A text as the pieces that are laid out anew: its tokens, each with its place in the tree, and its comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import define, field

from protocol_dsl.formatter.cells import cell
from protocol_dsl.syntax.concrete import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from protocol_dsl.source import Span
    from protocol_dsl.syntax.concrete import Branch, Leaf

COMMENT = "comment"

# Braces that hold parts of an expression; all others hold statements.
CHOICES = frozenset({"attribute_choice", "is_one_of", "value_set"})
OPERANDS = frozenset(
    {"group", "tally", "extreme", "extreme_duration", "filtered", "filtered_reference", "occurrence"}
)


@define
class Piece:
    """A token or a comment."""

    text: str
    start: int
    end: int
    rule: str
    """The rule of the grammar that the token stands in directly; `comment` for a comment."""
    head: str | None = None
    """The rule of the statement that begins here."""
    cell: str | None = None
    """The column that begins here, in a table of statements of one kind."""
    partner: Piece | None = field(default=None, repr=False, eq=False)
    """Of an opening brace that holds statements: the closing one."""


def pieces(text: str, comments: Iterable[Span]) -> list[Piece]:
    """Every token and comment of a text that the grammar accepts, in order."""
    found: list[Piece] = []
    _statements("start", leaves(text).children, found)
    found += [Piece(text[one.start : one.end].rstrip(), one.start, one.end, COMMENT) for one in comments]
    return sorted(found, key=lambda piece: piece.start)


def _statements(holder: str, children: Sequence[Branch | Leaf], found: list[Piece]) -> None:
    """Statements side by side: a branch each, or a word with what belongs to it (`kind drug`, `half_life 3 days`)."""
    word: str | None = None
    seen: set[str] = set()
    for child in children:
        first = len(found)
        if child.children is None:
            _leaf(child, "word", found)
            begins = child.text != "," and word is None
            word = child.text if begins and child.text in _WITH_VALUE else None
        else:
            _branch(child, found)
            begins, word = word is None, None
        if begins and first < len(found):
            found[first].head = child.rule
            found[first].cell = cell(holder, len(children), child, seen)


_WITH_VALUE = frozenset({"kind", "registry_kind", "half_life"})


def _branch(branch: Branch, found: list[Piece]) -> None:
    children = branch.children
    opening = _opening(branch)
    before = children if opening is None else children[: opening + 1]
    seen: set[str] = set()
    for place, child in enumerate(before):
        first = len(found)
        _branch(child, found) if child.children is not None else _leaf(child, branch.rule, found)
        column = cell(branch.rule, place, child, seen)
        if column and first < len(found):
            found[first].cell = column
    if opening is not None:
        brace = found[-1]
        _statements(branch.rule, children[opening + 1 : -1], found)
        closing = children[-1]
        assert closing.children is None  # a block ends with its brace
        _leaf(closing, branch.rule, found)
        brace.partner = found[-1]


def _opening(branch: Branch) -> int | None:
    if branch.rule in CHOICES | OPERANDS:
        return None
    return next((place for place, one in enumerate(branch.children) if one.text == "{"), None)


def _leaf(leaf: Leaf, rule: str, found: list[Piece]) -> None:
    text = leaf.text if leaf.text.startswith('"') else re.sub(r"\s+", " ", leaf.text)
    found.append(Piece(text, leaf.start, leaf.start + len(leaf.text), rule))
