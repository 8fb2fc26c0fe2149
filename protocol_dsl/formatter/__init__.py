"""The one layout of a protocol file: `trialc fmt`.

The author's line breaks stay, as do comments and single blank lines; indentation, spaces, columns and lines that are
too long are ours. What is written means what was read, or nothing is written.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from protocol_dsl.diagnostics import Severity
from protocol_dsl.formatter.columns import align
from protocol_dsl.formatter.lines import INDENT, Line, lines
from protocol_dsl.formatter.pieces import pieces
from protocol_dsl.source import SourceFile
from protocol_dsl.syntax.parser import parse

if TYPE_CHECKING:
    from protocol_dsl.diagnostics import Diagnostic


class NotFormattedError(Exception):
    """A file that cannot be laid out: `diagnostics` say what could not be read of it."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("the file has errors")
        self.diagnostics = diagnostics


class ChangedMeaningError(Exception):
    """The layout would have changed what the file says: an error of this program, never of the file."""


def formatted(source: SourceFile) -> str:
    """The text of a protocol in its one layout.

    Raises:
        NotFormattedError: the text cannot be read whole.
        ChangedMeaningError: the new text would not mean the same, or would change once more; nothing is to be written.
    """
    text = _laid_out(source)
    if text != source.text:
        again = SourceFile(source.path, text)
        if _meaning(again) != _meaning(source) or _laid_out(again) != text:
            raise ChangedMeaningError(source.path)
    return text


def _laid_out(source: SourceFile) -> str:
    result = parse(source)
    broken = tuple(one for one in result.diagnostics if one.severity is Severity.ERROR)
    if broken:
        raise NotFormattedError(broken)
    laid = lines(source.text, pieces(source.text, result.comments))
    align(laid)
    written = "\n".join("\n" * line.blank_before + _written(line) for line in laid)
    return written + "\n" if written else ""


def _meaning(source: SourceFile) -> object:
    """What the file says, comments included, wherever it stands."""
    result = parse(source)
    return result.tree.items, tuple(source.slice(one).rstrip() for one in result.comments)


def _written(line: Line) -> str:
    texts = (_text(piece.text, line.indent) for piece in line.pieces)
    return " " * line.indent + "".join(" " * gap + text for gap, text in zip(line.gaps, texts, strict=True))


_BLOCK = re.compile(r'"""[ \t]*\n(.*)\n[ \t]*"""', re.DOTALL)


def _text(text: str, indent: int) -> str:
    """A text block between lines of its own is moved along with its statement."""
    block = _BLOCK.fullmatch(text)
    if block is None:
        return text
    inside = textwrap.indent(textwrap.dedent(block[1]).rstrip(), " " * (indent + INDENT))
    return f'"""\n{inside}\n{" " * indent}"""'
