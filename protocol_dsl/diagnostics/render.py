"""The one door to the output formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from protocol_dsl.diagnostics.render_github import render_github
from protocol_dsl.diagnostics.render_json import render_json
from protocol_dsl.diagnostics.render_sarif import render_sarif
from protocol_dsl.diagnostics.render_text import render_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from protocol_dsl.diagnostics.diagnostic import Diagnostic
    from protocol_dsl.source import SourceFile

Format = Literal["text", "json", "sarif", "github"]


def render(
    format: Format,  # noqa: A002  the word the command line uses
    diagnostics: Iterable[Diagnostic],
    source: SourceFile,
    *,
    colour: bool = False,
) -> str:
    """The diagnostics, in the order given, in one format; `colour` is for text alone."""
    match format:
        case "text":
            return render_text(diagnostics, source, colour=colour)
        case "json":
            return render_json(diagnostics, source)
        case "sarif":
            return render_sarif(diagnostics, source)
        case "github":
            return render_github(diagnostics, source)
        case _:
            assert_never(format)
