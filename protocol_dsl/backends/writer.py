"""Text of generated code: indented lines, wrapped comments and literals that hold whatever the source text does."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 100
"""Longest line of generated code, in characters; only a string literal may pass it."""

INDENT = "    "
# Tools read these at the start of a comment as orders; a protocol's words must never give one.
_ORDER = re.compile(
    r"(type|fmt|ruff|mypy|pyright|noqa|flake8|pylint|pragma|isort|yapf|nosec|!|:|-\*-|coding|vim|%%)",
    re.IGNORECASE,
)
_ORDER_INSIDE = re.compile(r"#(?=\s*(noqa|type:|fmt:|ruff:))", re.IGNORECASE)


def one_line(text: str) -> str:
    """`text` with every run of whitespace and unprintable characters (line separators, bidirectional marks) made
    one space."""
    if text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def string(text: str) -> str:
    """A Python literal of `text` on one line, quoted as a formatter would."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in text) + quote


def _escaped(character: str, quote: str) -> str:
    if character in {"\\", quote}:
        return "\\" + character
    if character.isprintable():
        return character
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    if short is not None:
        return short
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


class Writer:
    """Lines of code at the present indentation; `mark` opens a comment."""

    def __init__(self, width: int = WIDTH, mark: str = "# ", indent: str = INDENT) -> None:
        self.width = width
        self._mark = mark
        self._indent = indent
        self._lines: list[str] = []
        self._depth = 0

    @property
    def margin(self) -> str:
        """The indentation of the next line."""
        return self._indent * self._depth

    def line(self, text: str = "") -> None:
        """One line of code; an empty one carries no indentation."""
        self._lines.append(self.margin + text if text else "")

    def lines(self, *texts: str) -> None:
        """Several lines of code."""
        for text in texts:
            self.line(text)

    def taken(self) -> list[str]:
        """Everything written, margins and all, which is then no longer here."""
        lines, self._lines = self._lines, []
        return lines

    def put(self, lines: list[str]) -> None:
        """Lines as another writer gave them (`taken`)."""
        self._lines.extend(lines)

    def blank(self, count: int = 1) -> None:
        """Empty lines between parts."""
        self._lines.extend([""] * count)

    @contextmanager
    def indented(self) -> Iterator[None]:
        """What is written inside stands one level deeper."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """`header` (with its colon) and an indented body."""
        self.line(header)
        with self.indented():
            yield

    def comment(self, text: str, first: str = "", rest: str = "") -> None:
        """`text` as wrapped comment lines; `first` and `rest` stand before the first and the following ones."""
        room = max(40, self.width - len(self.margin) - len(self._mark))
        safe = _ORDER_INSIDE.sub("No.", one_line(text))
        fits = len(first) + len(safe) <= room
        wrapped = textwrap.wrap(safe, room, initial_indent=first, subsequent_indent=rest) if not fits else []
        for line in wrapped or [f"{first}{safe}".rstrip()]:
            order = _ORDER.match(line.lstrip())
            self.line(f"{self._mark}{'. ' if order else ''}{line}".rstrip())

    def docstring(self, *paragraphs: str) -> None:
        """A docstring; each paragraph is wrapped, one blank line between them."""
        room = max(40, self.width - len(self.margin))
        texts = [_quoted_text(one_line(paragraph)) for paragraph in paragraphs if paragraph.strip()]
        body: list[str] = []
        for index, text in enumerate(texts):
            body += [""] if index else []
            # Room for the quotes: three before the first line, three after a lone one.
            taken = 6 if len(texts) == 1 else 3 if index == 0 else 0
            body += textwrap.wrap(text, room - taken, break_on_hyphens=False)
        self.line(f'"""{body[0]}' + ('"""' if len(body) == 1 else ""))
        if len(body) > 1:
            self.lines(*body[1:], '"""')

    def text(self) -> str:
        """Everything written, ended by one line end."""
        return "\n".join(self._lines).rstrip("\n") + "\n"


def _quoted_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"""', "'''")
    if escaped.startswith('"'):
        escaped = "'" + escaped[1:]
    return escaped[:-1] + "'" if escaped.endswith('"') else escaped
