"""Diagnostics for people: the sentence, the place, the user's own line with the fault underlined, the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from protocol_dsl.diagnostics.diagnostic import Severity
from protocol_dsl.diagnostics.display import one_line, printable
from protocol_dsl.diagnostics.excerpt import ELISION, Row, excerpt, rewritten
from protocol_dsl.diagnostics.region import region

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from protocol_dsl.diagnostics.diagnostic import Diagnostic
    from protocol_dsl.source import SourceFile, Span

_BOLD, _BLUE = "1", "1;34"
_STYLES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}


def render_text(diagnostics: Iterable[Diagnostic], source: SourceFile, *, colour: bool = False) -> str:
    """Every diagnostic with its excerpt, in the order given, and a last line that counts them.

    Nothing at all for no diagnostics. With `colour`, plain ANSI sequences.
    """
    said = tuple(diagnostics)
    if not said:
        return ""
    ink = _Ink(colour)
    blocks = [_block(one, source, ink) for one in said]
    return "\n\n".join([*blocks, ink(_BOLD, summary(said))]) + "\n"


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """The count of each severity that occurs: "2 errors, 1 warning"; "" for none."""
    counts = ((sum(one.severity is severity for one in diagnostics), severity) for severity in Severity)
    return ", ".join(f"{n} {severity}{'' if n == 1 else 's'}" for n, severity in counts if n)


@attrs.frozen
class _Ink:
    """Colours text, or does not."""

    colour: bool

    def __call__(self, style: str, text: str) -> str:
        return f"\033[{style}m{text}\033[0m" if self.colour and text else text


@attrs.frozen
class _Shown:
    """One place with its excerpt."""

    arrow: str
    span: Span
    rows: tuple[Row, ...]
    style: str


def _block(one: Diagnostic, source: SourceFile, ink: _Ink) -> str:
    style = _STYLES[one.severity]
    shown = _excerpts(one, source)
    numbers = (row.gutter for place in shown for row in place.rows if row.gutter != ELISION)
    indent = max(map(len, numbers), default=1)
    bar = " " * indent + ink(_BLUE, " |")
    lines = [ink(style, f"{one.severity}[{one.code}]") + ink(_BOLD, f": {one_line(one.message_text)}")]
    for place in shown:
        lines += [bar] if len(lines) > 1 else []
        lines.append(" " * indent + ink(_BLUE, place.arrow) + " " + _place(source, place.span))
        lines += [bar, *(_line(row, indent, place.style, ink) for row in place.rows)] if place.rows else []
    remarks = tuple(_remarks(one))
    lines += [bar] if remarks and shown[-1].rows else []
    equals = " " * indent + ink(_BLUE, " = ")
    lines += [f"{equals}{ink(_BOLD, key)}: {one_line(words)}" for key, words in remarks]
    if len(one.fixes) == 1:
        rows = rewritten(source, one.fixes[0])
        lines += [ink(_BLUE, f"{row.gutter:>{indent}} ~") + f" {row.text}" for row in rows]
    return "\n".join(lines)


def _excerpts(one: Diagnostic, source: SourceFile) -> tuple[_Shown, ...]:
    rows = excerpt(source, one.span, one_line(one.label_text or ""), "^")
    first = _Shown("-->", one.span, rows, _STYLES[one.severity])
    others = ((span, one_line(words)) for span, words in one.related if span.known)
    return (first, *(_Shown(":::", span, excerpt(source, span, words, "-"), _BLUE) for span, words in others))


def _remarks(one: Diagnostic) -> Iterator[tuple[str, str]]:
    yield from (("note", words) for span, words in one.related if not span.known)
    if one.help_text:
        yield "help", one.help_text


def _place(source: SourceFile, span: Span) -> str:
    place = region(source, span)
    path = printable(source.path)
    return path if place is None else f"{path}:{place.start.line}:{place.start.column}"


def _line(row: Row, indent: int, mark_style: str, ink: _Ink) -> str:
    if row.gutter == ELISION:
        return ink(_BLUE, ELISION)
    body = row.text + ink(mark_style, row.mark)
    return ink(_BLUE, f"{row.gutter:>{indent}} |") + (f" {body}" if body else "")
