"""Which words of an item are to blame when the grammar stops."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax.brackets import OPENING, is_open
from protocol_dsl.syntax.lexical import OPAQUE
from protocol_dsl.syntax.machine import Failure, machine

if TYPE_CHECKING:
    from protocol_dsl.syntax.recovery.items import Item
    from protocol_dsl.syntax.recovery.statements import Statement, Statements

_EDGE = re.compile(rf"(?P<opaque>{OPAQUE})|[{{}}]")

_SAME = re.compile(r"\}(?:\s*\})*|\)(?:\s*\))*")
"""Closing signs in a row: one slip, one error."""


@frozen
class Fault:
    """The words to leave out, and where the grammar stopped in them.

    `unfinished`: what stands at the stop begins something new, so that the words before it break off.
    """

    span: Span
    failure: Failure
    unfinished: bool


def locate(text: str, item: Item, inside: Statements, failure: Failure) -> Fault:
    """The statement at fault; the whole item when none is to blame."""
    offset = failure.offset
    if _is_stray(text, item, offset):
        run = _SAME.match(text, offset)
        return Fault(Span(offset, run.end() if run else offset + 1), failure, unfinished=False)
    if _is_unknown_beginning(item, inside, failure):
        return Fault(Span(offset, _end_of_unknown(text, item, inside, offset)), failure, unfinished=False)
    statement = inside.round(offset)
    if statement is None:
        return Fault(item.span, failure, offset >= item.span.end or inside.begins(offset))
    return _swallowed(text, item, inside, statement, failure) or Fault(
        statement.span, failure, offset >= statement.span.end or inside.begins(offset)
    )


def _is_stray(text: str, item: Item, offset: int) -> bool:
    sign = text[offset : offset + 1]
    return sign in OPENING and not is_open(text, item.span.start, offset, OPENING[sign])


def _is_unknown_beginning(item: Item, inside: Statements, failure: Failure) -> bool:
    """Whether all before the stop is complete, and what stands there begins no statement of the language."""
    offset, expected = failure.offset, failure.expected
    if "$END" not in expected and "}" not in machine().spelled(expected):
        return False
    begins = any(word.start == offset > item.span.start for word in inside.beginnings)
    return begins and not inside.begins(offset)


def _swallowed(
    text: str, item: Item, inside: Statements, statement: Statement, failure: Failure
) -> Fault | None:
    """The statement before, when it breaks off and took the first word of this one for a name."""
    start = statement.span.start
    word = text[start : failure.offset].partition("#")[0].strip()
    before = [one for one in inside.all if one.span.end == start]
    if not before or word not in machine().words:
        return None
    stop = machine().read(text, item.span.start, start)
    if not isinstance(stop, Failure) or word in machine().spelled(stop.expected):
        return None
    return Fault(before[-1].span, Failure(start, stop.expected), unfinished=True)


def _end_of_unknown(text: str, item: Item, inside: Statements, offset: int) -> int:
    """Where the words that begin at `offset`, and no statement of the language, come to their end."""
    closing = item.span.end
    depth = 0
    for found in _EDGE.finditer(text, offset, item.span.end):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth < 0:
            closing = found.start()
            break
    later = [one.span.start for one in inside.all] + [word.start for word in inside.beginnings]
    return min((start for start in later if offset < start < closing), default=closing)
