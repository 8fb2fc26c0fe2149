"""Diagnostics as GitHub Actions workflow commands, which annotate the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol_dsl.diagnostics.diagnostic import Severity
from protocol_dsl.diagnostics.display import encodable
from protocol_dsl.diagnostics.region import region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from protocol_dsl.diagnostics.diagnostic import Diagnostic
    from protocol_dsl.source import SourceFile

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render_github(diagnostics: Iterable[Diagnostic], source: SourceFile) -> str:
    """One ``::error file=…,line=…,col=…,endColumn=…,title=…::message`` line for each diagnostic.

    A span over several lines has `line` and `endLine` and no columns, which GitHub takes on one line only.
    """
    return "".join(_command(one, source) + "\n" for one in diagnostics)


def _command(one: Diagnostic, source: SourceFile) -> str:
    properties = {
        "file": encodable(source.path),
        **_place(one, source),
        "title": f"{one.code} {one.name}",
    }
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{_COMMANDS[one.severity]} {listed}::{_data(one.whole_text)}"


def _place(one: Diagnostic, source: SourceFile) -> dict[str, str]:
    place = region(source, one.span)
    if place is None:
        return {}
    if not place.on_one_line:
        return {"line": str(place.start.line), "endLine": str(place.end.line)}
    columns = {"col": str(place.start.column), "endColumn": str(place.end.column)}
    return {"line": str(place.start.line), **columns}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
