"""Where the statements inside one item begin and end, told from its words and braces alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax.lexical import OPAQUE

if TYPE_CHECKING:
    from protocol_dsl.syntax.recovery.items import Item

_STEP = re.compile(
    rf"(?P<opaque>{OPAQUE})|(?P<open>[{{(])|(?P<close>[}})])|(?P<line>\n[ \t]*)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)|(?P<other>[^\s])",
    re.ASCII,
)
_CRITERION = "draft require reject when for source note"
_PARTS = "give may perform provide follow cycles source note"
_FACT = "plausible code codes normal valid absent molar_mass source note"
_STARTERS = {
    "protocol": "acronym sponsor official_title condition summary funder identifier keyword start_date"
    " completion_date registry status purpose allocation model masking sex study_type phase enrollment age"
    " healthy_volunteers source note",
    "fact": _FACT,
    "facts": _FACT,
    "library": "source note",
    "valueset": "code source note",
    "define": "source note variant domain",
    "inclusion": _CRITERION,
    "exclusion": _CRITERION,
    "stage": f"inclusion exclusion {_CRITERION}",
    "intervention": "kind registry_kind background half_life code source note",
    "regimen": _PARTS,
    "arm": f"{_PARTS} in",
    "visit": "source note",
    "visits": "source note",
    "timeline": "assess",
    "escalation": "levels cohort next source note",
    "example": "expect unknown answer no note",
}
_WORDS = {keyword: frozenset(words.split()) for keyword, words in _STARTERS.items()}
_ALONE = frozenset({"require", "reject", "give", "perform", "provide", "expect"})
"""Never part of an expression: one of these inside a group means that the group was left open."""
_CONTINUES = frozenset({"on", "from", "to", "with", "and", "perhaps", "ongoing"})
_GUARD = {
    "for": re.compile(r"for\s+(?!at\s+least|more\s+than|\d)"),
    "in": re.compile(r"in\s+\w+\s+follow\b"),
    "source": re.compile(r"source\s*(?:\"|\w)"),
    "note": re.compile(r"note\s*\""),
    "draft": re.compile(r"draft\s+(?:require|reject)\b"),
    "age": re.compile(r"age\s+(?:\d|up\b)"),
}


@frozen
class Statement:
    """One statement; `depth` is the number of groups round it."""

    span: Span
    depth: int


@frozen
class Statements:
    """What one pass over an item found."""

    all: tuple[Statement, ...]
    """By start; a statement inside another comes after it."""
    beginnings: tuple[Span, ...]
    """Words that stand where a statement may begin: first on a line or in a block."""
    ungrouped: Span | None
    """The first opening sign of a group that a new statement cut short."""

    def round(self, offset: int) -> Statement | None:
        """The innermost statement that has begun before `offset` and goes on to it at least."""
        found = None
        for statement in self.all:
            if statement.span.start < offset <= statement.span.end:
                found = statement
        return found

    def begins(self, offset: int) -> bool:
        """Whether a statement of the language begins at `offset`."""
        return any(statement.span.start == offset for statement in self.all)


@define
class _Frame:
    """An open group; `statement` is where the statement now being read in it began."""

    offset: int
    sign: str
    block: bool
    statement: int | None = None


@define
class _Scan:
    """The state of one pass over an item."""

    text: str
    keyword: str
    frames: list[_Frame] = field(factory=lambda: [_Frame(-1, "", True)])
    found: list[Statement] = field(factory=list)
    beginnings: list[Span] = field(factory=list)
    ungrouped: Span | None = None
    line: int = -1
    previous: str = ""

    def open(self, sign: str, offset: int) -> None:
        inner = len(self.frames) > 1
        block = sign == "{" and self.frames[-1].block and self.previous not in ("of", "except")
        self.frames.append(_Frame(offset, sign, block and not (inner and self.keyword == "example")))

    def close(self, sign: str, offset: int) -> None:
        while sign == "}" and self.frames[-1].sign == "(":
            self._leave_open(self.frames.pop(), offset)
        if len(self.frames) > 1 and (self.frames[-1].sign == "{") == (sign == "}"):
            self._end(offset)
            self.frames.pop()

    def word(self, word: str, offset: int) -> None:
        first = offset == self.line or self.previous == "{"
        if self._starts(word, offset, first):
            while not self.frames[-1].block:
                self._leave_open(self.frames.pop(), offset)
            self._end(offset)
            self.frames[-1].statement = offset
        if first and self.frames[-1].block:
            self.beginnings.append(Span(offset, offset + len(word)))

    def finish(self, end: int) -> None:
        while self.frames:
            self._end(end)
            self.frames.pop()

    def _starts(self, word: str, offset: int, first: bool) -> bool:
        if len(self.frames) == 1:
            return False
        known = word in _WORDS.get(self.keyword, ())
        if known and word in _GUARD and not _GUARD[word].match(self.text, offset):
            return False
        if word in ("require", "reject") and self.previous == "draft" and not first:
            return False
        if not self.frames[-1].block:
            return known and (word in _ALONE or (first and word in ("source", "note")))
        if first and self.keyword in ("example", "facts"):
            return self.previous != "," and word not in _CONTINUES
        return known

    def _end(self, offset: int) -> None:
        frame = self.frames[-1]
        if frame.statement is not None:
            self.found.append(Statement(Span(frame.statement, offset), len(self.frames)))
        frame.statement = None

    def _leave_open(self, frame: _Frame, _offset: int) -> None:
        if self.ungrouped is None or frame.offset < self.ungrouped.start:
            self.ungrouped = Span(frame.offset, frame.offset + 1)


def statements(text: str, item: Item) -> Statements:
    """The statements of an item of the text."""
    scan = _Scan(text, item.keyword)
    for found in _STEP.finditer(text, item.span.start, item.span.end):
        offset = found.start()
        match found.lastgroup:
            case "open":
                scan.open(found[0], offset)
            case "close":
                scan.close(found[0], offset)
            case "line":
                scan.line = found.end()
                continue
            case "word" if offset > item.span.start or not item.keyword:
                scan.word(found[0], offset)
            case "opaque" if found[0].startswith("#"):
                continue
        scan.previous = found[0]
    scan.finish(item.span.end)
    ordered = sorted(scan.found, key=lambda one: (one.span.start, -one.span.end))
    return Statements(tuple(ordered), tuple(scan.beginnings), scan.ungrouped)
