"""A fix as data: what to put where, so that editors can apply what a message says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from protocol_dsl.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterable


@attrs.frozen
class Edit:
    """Words put in place of those under `span`; an empty span inserts, an empty text removes."""

    span: Span
    text: str


@attrs.frozen
class Fix:
    """One way to put a fault right: its edits, which do not overlap, belong together."""

    edits: tuple[Edit, ...]

    @classmethod
    def put(cls, span: Span, text: str) -> Fix:
        """Put `text` in place of the words under `span`."""
        return cls((Edit(span, text),))

    @classmethod
    def insert(cls, offset: int, text: str) -> Fix:
        """Put `text` before the character at `offset`."""
        return cls((Edit(Span(offset, offset), text),))


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with the edits made; one that overlaps another before it is left out."""
    parts, at = [], 0
    for edit in sorted(set(edits), key=lambda one: (one.span.start, one.span.end)):
        if edit.span.start >= at:
            parts += [text[at : edit.span.start], edit.text]
            at = edit.span.end
    return "".join([*parts, text[at:]])
