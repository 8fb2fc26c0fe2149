"""Fixes an editor can apply: every name that a message suggests."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.lsp.document import Document
from protocol_dsl.source import Span


def fixes(document: Document, around: Span) -> Iterator[tuple[Diagnostic, str]]:
    """Diagnostics that touch the place, each with words to put in place of those it is about."""
    for one in document.checked.diagnostics:
        if one.span.known and one.span.start <= around.end and around.start <= one.span.end:
            suggestions = getattr(one, "suggestions", ())
            quoted = document.source.slice(one.span).startswith('"')
            yield from ((one, f'"{word}"' if quoted else word) for word in suggestions)
