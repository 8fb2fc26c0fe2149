"""A syntax tree as short text, one node a line, for golden files and for comparing trees."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import words

_LEAVES = (words.Name, words.Numeral, words.Unit, words.Date)


def outline(node: object) -> str:
    """The node and all it holds; absent parts are left out."""
    return "\n".join(_lines(node, "", "")) + "\n"


def places(node: object) -> Iterator[tuple[object, Span]]:
    """Every node under `node`, itself included, with its place."""
    if isinstance(node, tuple):
        for part in node:
            yield from places(part)
    elif attrs.has(type(node)) and hasattr(node, "span"):
        yield node, node.span
        for _, part in _parts(node):
            yield from places(part)


def _parts(node: object) -> Iterator[tuple[str, object]]:
    for field in attrs.fields(type(node)):
        if field.name != "span":
            yield field.name, getattr(node, field.name)


def _lines(node: object, label: str, indent: str) -> Iterator[str]:
    head = f"{indent}{label}: " if label else indent
    if isinstance(node, tuple):
        for part in node:
            yield from _lines(part, label, indent)
    elif isinstance(node, _LEAVES):
        value = f" = {node.value}" if isinstance(node, words.Numeral) and str(node.value) != node.text else ""
        yield f"{head}{type(node).__name__.lower()} {node.text}{value}"
    elif isinstance(node, words.Text):
        yield f"{head}text {node.text!r}"
    elif attrs.has(type(node)):
        yield f"{head}{type(node).__name__}"
        for name, part in _parts(node):
            yield from _lines(part, name, indent + "  ")
    elif node not in (None, False):
        yield f"{head}{node}"
