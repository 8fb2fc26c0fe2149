"""Fixes an editor can apply: those that diagnostics carry."""

from __future__ import annotations

from collections.abc import Iterator

from protocol_dsl.diagnostics import Diagnostic, Fix
from protocol_dsl.lsp.document import Document
from protocol_dsl.source import Span

_LONGEST = 60


def fixes(document: Document, around: Span) -> Iterator[tuple[Diagnostic, Fix]]:
    """Diagnostics that touch the place, each with a fix."""
    for one in document.checked.diagnostics:
        if one.span.known and one.span.start <= around.end and around.start <= one.span.end:
            yield from ((one, fix) for fix in one.offered(document.source))


def title(fix: Fix) -> str:
    """What an editor calls the fix in its menu."""
    words = " … ".join(" ".join(edit.text.split()) for edit in fix.edits if edit.text.strip())
    if not words:
        return "Leave it out"
    return f"Write {words if len(words) <= _LONGEST else words[:_LONGEST] + '…'}"
