"""A document for paper as blocks in reading order: what PDF and Word both lay out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from attrs import evolve, field, frozen

from protocol_dsl.backends.docs.drawing import Drawing
from protocol_dsl.backends.docs.words import Clause, Link

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def shown(text: str) -> str:
    """`text` on one line; a character that no page can show (control codes) stands as the replacement character."""
    return _UNPRINTABLE.sub("\ufffd", " ".join(text.split()))


@frozen
class Run:
    """Words of one look; `target` is the anchor they lead to, `href` an address outside."""

    words: str
    style: Literal["plain", "strong", "emphasis", "code"] = "plain"
    target: str = ""
    href: str = ""


@frozen
class Heading:
    """A heading with its number in the template (`5.2`), empty below it."""

    level: int
    number: str
    words: str
    anchor: str = ""
    kind: Literal["heading"] = field(default="heading", init=False)


@frozen
class Paragraph:
    """Running text; `anchor` makes it a place that links lead to."""

    runs: tuple[Run, ...]
    style: Literal["body", "label", "quote", "remark"] = "body"
    anchor: str = ""
    kind: Literal["paragraph"] = field(default="paragraph", init=False)


@frozen
class Items:
    """A bulleted list, members of an item one step further in."""

    clauses: tuple[Clause, ...]
    kind: Literal["items"] = field(default="items", init=False)


@frozen
class Cell:
    """A cell over `span` columns; `blocks` are paragraphs and lists."""

    blocks: tuple[Paragraph | Items, ...]
    span: int = 1


@frozen
class Table:
    """A table. `head` rows come again on every page; `widths` are parts of the whole; `centred`: all columns but the
    first; `wide`: on pages turned sideways."""

    caption: str
    head: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    centred: bool = False
    wide: bool = False
    kind: Literal["table"] = field(default="table", init=False)


@frozen
class Picture:
    """A figure with its caption; its drawing's description stands for it where it is read aloud."""

    drawing: Drawing
    caption: str
    kind: Literal["picture"] = field(default="picture", init=False)


Block = Heading | Paragraph | Items | Table | Picture


@frozen
class Paper:
    """The whole document: its title page, then `blocks`."""

    title: str
    id: str
    running_head: str
    front: Table
    colophon: str
    contents: str
    blocks: tuple[Block, ...]


def text(
    words: str, style: Literal["body", "label", "quote", "remark"] = "body", anchor: str = ""
) -> Paragraph:
    """A paragraph of one look."""
    return Paragraph((Run(shown(words)),), style, anchor)


def cell(
    words: str = "", style: Literal["plain", "strong", "emphasis", "code"] = "plain", span: int = 1
) -> Cell:
    """A cell of one paragraph; empty for no words."""
    return Cell((Paragraph((Run(shown(words), style),)),) if words else (), span)


def items(clauses: Iterable[Clause]) -> Items:
    """A list of conditions."""

    def one(clause: Clause) -> Clause:
        words = f"{clause.text}:" if clause.members and clause.text[-1:] != ":" else clause.text
        return Clause(shown(words), tuple(map(one, clause.members)))

    return Items(tuple(map(one, clauses)))


def linked(links: Iterable[Link]) -> tuple[Run, ...]:
    """Links one after another, parted by commas."""
    runs: list[Run] = []
    for link in links:
        runs += [Run(", ")] if runs else []
        runs.append(Run(shown(link.text), target=link.target))
    return tuple(runs)


def table(
    caption: str,
    heads: Iterable[str],
    rows: Iterable[Iterable[Cell]],
    widths: tuple[float, ...],
    *,
    wide: bool = False,
) -> tuple[Table, ...]:
    """A table with one row of heads; none without rows."""
    body = tuple(tuple(row) for row in rows)
    head = tuple(cell(words, "strong") for words in heads)
    return (Table(shown(caption), (head,), body, widths, wide=wide),) if body else ()


def anchors(paper: Paper) -> frozenset[str]:
    """Every place of a document that a link may lead to."""
    return frozenset(one.anchor for one in _places(paper.blocks) if one.anchor)


def settled(paper: Paper) -> Paper:
    """The document with words alone where a link would lead nowhere in it."""
    known = anchors(paper)

    def run(one: Run) -> Run:
        return one if one.target in known else evolve(one, target="")

    def block(one: Block) -> Block:
        match one:
            case Paragraph():
                return evolve(one, runs=tuple(map(run, one.runs)))
            case Table():
                return evolve(one, rows=tuple(tuple(map(inside, row)) for row in one.rows))
            case _:
                return one

    def inside(one: Cell) -> Cell:
        blocks = (
            evolve(part, runs=tuple(map(run, part.runs))) if isinstance(part, Paragraph) else part
            for part in one.blocks
        )
        return evolve(one, blocks=tuple(blocks))

    return evolve(paper, blocks=tuple(map(block, paper.blocks)))


def _places(blocks: Iterable[Block]) -> Iterator[Heading | Paragraph]:
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            yield block
        elif isinstance(block, Table):
            for row in block.rows:
                for one in row:
                    yield from _places(one.blocks)
