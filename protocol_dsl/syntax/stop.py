"""A place where the grammar stopped, with the words round it."""

from __future__ import annotations

import re

from attrs import frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax.lexical import OPAQUE
from protocol_dsl.syntax.machine import Failure

_PIECE = re.compile(
    rf"{OPAQUE}|[A-Za-z_][A-Za-z0-9_.]*|\d[\d.]*|<=|>=|!=|[^\s]",
    re.ASCII,
)


@frozen
class Stop:
    """Where reading one item of the text stopped, and how."""

    text: str
    item: Span
    keyword: str
    """Of the item."""
    start: int
    """Of the statement in which it stopped, or of the item."""
    failure: Failure
    unfinished: bool
    """Whether what stands at the stop begins something new."""

    @property
    def offset(self) -> int:
        """Of the first word that could not be taken."""
        return self.failure.offset

    @property
    def found(self) -> str:
        """The word, sign or text at the stop; empty at the end."""
        piece = _PIECE.match(self.text, self.offset, self.item.end)
        return piece[0] if piece else ""

    def start_of(self, closing: str) -> int:
        """From where on the partner of a closing sign is looked for: a parenthesis lies within a statement."""
        return self.item.start if closing == "}" else min(self.start, self.offset)

    def before(self) -> Span | None:
        """The last piece before the stop that is no comment."""
        last = None
        for piece in _PIECE.finditer(self.text, self.start, self.offset):
            if not piece[0].startswith("#"):
                last = Span(*piece.span())
        return last

    def word_before(self) -> str:
        """The last piece before the stop; empty when there is none."""
        before = self.before()
        return "" if before is None else self.text[before.start : before.end]

    def pieces(self) -> tuple[str, ...]:
        """Every piece of the statement before the stop."""
        return tuple(piece[0] for piece in _PIECE.finditer(self.text, self.start, self.offset))
