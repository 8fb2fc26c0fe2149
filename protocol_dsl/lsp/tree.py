"""The parts of any node of the syntax tree."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.source import Span


def parts(node: object) -> Iterator[tuple[str, object]]:
    """What a node holds, by field; the members of a tuple have no name. Words and numbers hold nothing."""
    if isinstance(node, tuple):
        yield from (("", part) for part in node)
    elif not isinstance(node, Span):
        fields = getattr(type(node), "__attrs_attrs__", ())
        yield from ((one.name, getattr(node, one.name)) for one in fields)
