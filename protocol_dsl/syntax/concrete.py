"""The tree of a text with every token in it, as the grammar has it: for what lays text out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from protocol_dsl.syntax.machine import machine

if TYPE_CHECKING:
    from lark import Token, Tree


@frozen
class Leaf:
    """A token as it stands in the text."""

    text: str
    start: int
    rule: str = "word"
    children: None = None


@frozen
class Branch:
    """What one rule of the grammar took."""

    rule: str
    children: tuple[Branch | Leaf, ...]
    text: None = None


def leaves(text: str) -> Branch:
    """The tree of a text that the grammar accepts: `parse` gave no error that begins with S."""
    return _branch(machine().leaves(text))


def _branch(tree: Tree[Token]) -> Branch:
    children = (
        _leaf(one) if isinstance(one, str) else _branch(one) for one in tree.children if one is not None
    )
    return Branch(str(tree.data), tuple(children))


def _leaf(token: Token) -> Leaf:
    return Leaf(str(token), token.start_pos or 0)
