"""Where the items of a file begin and end, told from its words and braces alone.

An item ends where the next begins, so that a fault in one leaves the others readable.
"""

from __future__ import annotations

import re

from attrs import define, field, frozen

from protocol_dsl.source import Span
from protocol_dsl.syntax.lexical import OPAQUE, STRING

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_KEYWORDS = (
    "library|use|protocol|fact|facts|valueset|define|anchor|cohort|assume|inclusion|exclusion|stage|out_of_scope"
    "|note|day|days"
    "|intervention|regimen|arm|epoch|visit|visits|assess|timeline|randomize|escalation|example"
)
_STEP = re.compile(
    rf"(?P<opaque>{OPAQUE})|(?P<open>[{{(])|(?P<close>[}})])|(?P<line>\n[ \t]*)"
    rf"|(?P<head>(?<![A-Za-z0-9_.])(?:{_KEYWORDS})(?![A-Za-z0-9_.]))",
    re.ASCII,
)
_SHAPE = re.compile(
    rf"(?:protocol|library|inclusion|exclusion|anchor|cohort|intervention|arm)\s+{_NAME}\s*\""
    rf"|fact\s+{_NAME}\s*:|facts\s+(?:event|lab|measure|finding|number|yes/no|one\s+of)\b"
    rf"|define\s+{_NAME}\s*[=(\"]|(?:example|out_of_scope)\s*\"|valueset\s+{_NAME}\s*[\"{{]"
    rf"|(?:stage|regimen)\s+{_NAME}\s*(?:\"|\{{|at\b|with\b)|randomize\s+to\b|escalation\s*\{{"
    rf"|use\s+{_NAME}|(?:epoch|visits?|timeline)\s+{_NAME}|assess\s",
    re.ASCII,
)
_DECISIVE_SHAPE = re.compile(
    rf"(?:protocol|inclusion|exclusion)\s+{_NAME}\s*(?:{STRING})\s*\{{|arm\s+{_NAME}\s*(?:{STRING})\s*(?:{_NAME}\s*)?\{{"
    rf"|fact\s+{_NAME}\s*:|define\s+{_NAME}\s*[=(]|example\s*(?:{STRING})|stage\s+{_NAME}\s*(?:\{{|\"|at\b)",
    re.ASCII,
)
"""Begins an item wherever it stands, even inside a block left open on the same line."""
_ALWAYS_SHAPED = {
    "day": re.compile(r"day\s+\d+\s+is\b"),
    "days": re.compile(r"days\s+from\b"),
    "note": re.compile(r'note\s*"'),
}
_DECISIVE = frozenset({"protocol", "inclusion", "exclusion", "arm", "fact", "define", "example", "stage"})
"""Begin an item at the margin of a block left open, in whatever shape."""
_INSIDE = {
    "stage": {"inclusion", "exclusion", "note"},
    "timeline": {"assess"},
    "escalation": {"cohort", "note"},
}
"""Words of items that also begin statements inside these items."""


@frozen
class Group:
    """An opening brace or parenthesis."""

    offset: int
    sign: str
    indent: int
    """Of the line it stands on."""


@frozen
class Item:
    """One item of the file, up to where the next begins; `keyword` is empty for words before the first."""

    keyword: str
    span: Span
    open: tuple[Group, ...]
    """Groups still open at its end."""
    misclosed: Group | None
    """The first group closed by a brace that, by its indentation, belongs to a group round it."""

    @property
    def unclosed(self) -> Group | None:
        """The group that most likely lacks its closing sign."""
        return (self.misclosed or self.open[0]) if self.open else None


@define
class _Scan:
    """The state of one pass over the text."""

    text: str
    items: list[Item] = field(factory=list)
    keyword: str = ""
    start: int = 0
    column: int = 0
    groups: list[Group] = field(factory=list)
    misclosed: Group | None = None
    indent: int = 0
    line: int = 0
    """Offset of the first word of the current line."""
    closed_at: int = 0
    """Offset after the last brace that closed an item."""

    def end_item(self, end: int) -> None:
        if self.keyword or self.text[self.start : end].strip():
            item = Item(self.keyword, Span(self.start, end), tuple(self.groups), self.misclosed)
            self.items.append(item)
        self.groups, self.misclosed = [], None

    def begin_item(self, keyword: str, start: int) -> None:
        self.end_item(start)
        self.keyword, self.start, self.column = keyword, start, self.indent if start == self.line else 0

    def close(self, sign: str, offset: int) -> None:
        # A brace also closes the parentheses left open inside it.
        while sign == "}" and self.groups and self.groups[-1].sign == "(":
            self.groups.pop()
        if not self.groups or (self.groups[-1].sign == "{") != (sign == "}"):
            return
        group = self.groups.pop()
        if offset == self.line and self.indent < group.indent and self.misclosed is None:
            self.misclosed = group
        if not self.groups:
            self.closed_at = offset + 1

    def is_head(self, keyword: str, offset: int) -> bool:
        shaped = _ALWAYS_SHAPED.get(keyword, _SHAPE).match(self.text, offset) is not None
        if keyword in _ALWAYS_SHAPED and not shaped:
            return False
        first = offset == self.line
        decisive = _DECISIVE_SHAPE.match(self.text, offset) is not None
        if not self.groups:
            after_brace = self.closed_at > 0 and not self.text[self.closed_at : offset].strip()
            return first or after_brace or decisive
        if keyword == "note" or keyword in _INSIDE.get(self.keyword, ()):
            return False
        if first and self.indent <= self.column:
            return shaped or keyword in _DECISIVE
        return decisive and self.keyword != "example"


def items(text: str) -> tuple[Item, ...]:
    """The items of the text, in order; together they hold all its words."""
    scan = _Scan(text)
    first = len(text) - len(text.lstrip())
    scan.line, scan.indent = first, first - text.rfind("\n", 0, first) - 1
    for found in _STEP.finditer(text):
        offset = found.start()
        match found.lastgroup:
            case "open":
                scan.groups.append(Group(offset, found[0], scan.indent))
            case "close":
                scan.close(found[0], offset)
            case "line":
                scan.line, scan.indent = found.end(), found.end() - offset - 1
            case "head" if scan.is_head(found[0], offset):
                scan.begin_item(found[0], offset)
    scan.end_item(len(text))
    return tuple(scan.items)
