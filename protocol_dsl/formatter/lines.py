"""The lines of a protocol: where the author broke them, where they must break, and how far each is indented."""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import define, field

from protocol_dsl.formatter.pieces import COMMENT, Piece
from protocol_dsl.formatter.spacing import spaces
from protocol_dsl.formatter.wrapping import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

INDENT = 2


@define
class Line:
    """Pieces side by side."""

    pieces: Sequence[Piece]
    blank_before: bool
    indent: int = 0
    """In spaces."""
    block: int = 0
    """The block that the line's first statement or comment stands in; lines with the same number are siblings."""
    gaps: list[int] = field(factory=list)
    """Spaces before each piece; nothing before the first."""


def lines(text: str, pieces: Sequence[Piece]) -> list[Line]:
    """The pieces in lines of a readable width, indented, each gap as it is where no table aligns it."""
    waiting = deque(_broken(text, pieces))
    depth = _Depth()
    done: list[Line] = []
    while waiting:
        line = waiting.popleft()
        follows = waiting[0].pieces[0] if waiting else None
        line.indent = depth.indent(line.pieces, follows) * INDENT
        line.gaps = [
            0,
            *(spaces(left, right) for left, right in pairwise(line.pieces)),
        ]
        split = parts(line.pieces, line.gaps, line.indent)
        if split:
            blanks = (line.blank_before, *(False for _ in split[1:]))
            waiting.extendleft(reversed([Line(*pair) for pair in zip(split, blanks, strict=True)]))
        else:
            line.block = depth.pass_over(line.pieces, line.indent // INDENT)
            done.append(line)
    return done


def _broken(text: str, pieces: Sequence[Piece]) -> Iterator[Line]:
    current: list[Piece] = []
    blank = False
    must = _must_begin(text, pieces)
    for place, piece in enumerate(pieces):
        before = pieces[place - 1] if place else None
        newlines = text.count("\n", before.end, piece.start) if before else 1
        if newlines or place in must:
            if current:
                yield Line(current, blank)
            current = []
            blank = newlines > 1 and _may_stand_apart(before, piece, pieces[place + 1 :])
        current.append(piece)
    if current:
        yield Line(current, blank)


def _may_stand_apart(before: Piece | None, piece: Piece, after: Sequence[Piece]) -> bool:
    """Statements and comments may; the parts of a statement, and the ends of a block, may not."""
    follows = next((one for one in (piece, *after[:200]) if one.rule != COMMENT), None)
    begins = follows is None or follows.head is not None
    closes = follows is not None and follows.text == "}" and piece.rule == COMMENT
    opened = before is None or (before.text == "{" and before.partner is not None)
    return (begins or closes) and not opened


def _must_begin(text: str, pieces: Sequence[Piece]) -> set[int]:
    """Pieces that begin a line wherever they stood: top-level items, and the inside and end of a block in lines."""
    must = {place + 1 for place, piece in enumerate(pieces) if piece.rule == COMMENT}
    closings: dict[int, int] = {id(piece): place for place, piece in enumerate(pieces)}
    inside_to = 0
    for place, piece in enumerate(pieces):
        if piece.head and place >= inside_to:
            must.add(place)
        if piece.partner is not None:
            closing = closings[id(piece.partner)]
            inside_to = max(inside_to, closing)
            if "\n" in _between(text, pieces[place : closing + 1]):
                must |= {place + 1, closing}
    return must


def _between(text: str, pieces: Sequence[Piece]) -> str:
    """What stands between the pieces, without them: a text in several lines breaks no line around it."""
    return "".join(text[left.end : right.start] for left, right in pairwise(pieces))


@define
class _Frame:
    """An open bracket: how far its content is indented, the line that opened it, the statement being read in it."""

    content: int
    line: int
    block: int | None
    """The number of the block, None for the brackets of an expression."""
    statement: int = 0


class _Depth:
    """How far a line is indented, by the brackets that are open where it begins."""

    def __init__(self) -> None:
        self._frames = [_Frame(0, 0, 0)]
        self._blocks = 0

    def indent(self, pieces: Sequence[Piece], follows: Piece | None) -> int:
        """In steps, before the line is passed over."""
        first = pieces[0]
        top = self._frames[-1]
        closers = self._closers(pieces)
        if closers:
            return self._frames[-closers].line
        if first.rule == COMMENT and (follows is None or follows.head or follows.rule == COMMENT):
            return top.content
        if first.head or top.block is None or (first.rule == COMMENT and follows and follows.text == "}"):
            return top.content
        return top.statement + (first.partner is None)

    def pass_over(self, pieces: Iterable[Piece], indent: int) -> int:
        """Take the line's brackets into account; the block its first piece stands in."""
        opened = 0
        block = self._frames[-1].block or 0
        for piece in pieces:
            if piece.head:
                self._frames[-1].statement = indent
            if piece.text in _OPENING and piece.rule != COMMENT:
                self._blocks += 1
                content = self._frames[-1].content if opened else indent + 1
                self._frames.append(_Frame(content, indent, self._blocks if piece.partner else None, indent))
                opened += 1
            elif piece.text in _CLOSING and len(self._frames) > 1:
                self._frames.pop()
                opened = max(0, opened - 1)
        return block

    def _closers(self, pieces: Iterable[Piece]) -> int:
        count = 0
        for piece in pieces:
            if piece.text not in _CLOSING:
                break
            count += 1
        return min(count, len(self._frames) - 1)


_OPENING = frozenset("({")
_CLOSING = frozenset(")}")
