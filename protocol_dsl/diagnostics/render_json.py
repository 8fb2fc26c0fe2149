"""Diagnostics for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from protocol_dsl.diagnostics.diagnostic import Severity
from protocol_dsl.diagnostics.display import encodable
from protocol_dsl.diagnostics.region import region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from protocol_dsl.diagnostics.diagnostic import Diagnostic
    from protocol_dsl.source import SourceFile, Span


def render_json(diagnostics: Iterable[Diagnostic], source: SourceFile) -> str:
    """One JSON object, stable under `version` 1 (keys are added, never renamed or removed)::

        {"version": 1, "file": PATH,
         "diagnostics": [
           {"code": "N001", "name": "unknown-name", "severity": "error" | "warning" | "note",
            "message": TEXT, "label": TEXT | null, "help": TEXT | null,
            "file": PATH, "start": PLACE | null, "end": PLACE | null,
            "related": [{"message": TEXT, "file": PATH, "start": PLACE | null, "end": PLACE | null}],
            "fixes": [{"edits": [{"file": PATH, "start": PLACE, "end": PLACE, "text": TEXT}]}]}],
         "summary": {"error": N, "warning": N, "note": N}}

    PLACE is ``{"line": 1-based, "column": 1-based, "offset": 0-based}``, counted in characters; `end` is the
    place just after the last character. Both are null for what concerns the file as a whole.
    """
    said = tuple(diagnostics)
    answer = {
        "version": 1,
        "file": encodable(source.path),
        "diagnostics": [_entry(one, source) for one in said],
        "summary": {severity.value: sum(one.severity is severity for one in said) for severity in Severity},
    }
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _entry(one: Diagnostic, source: SourceFile) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "severity": one.severity.value,
        "message": one.message_text,
        "label": one.label_text,
        "help": one.help_text,
        **_place(source, one.span),
        "related": [{"message": encodable(words), **_place(source, span)} for span, words in one.related],
        "fixes": [
            {"edits": [{**_place(source, edit.span), "text": encodable(edit.text)} for edit in fix.edits]}
            for fix in one.offered(source)
        ],
    }


def _place(source: SourceFile, span: Span) -> dict[str, Any]:
    place = region(source, span)
    file = {"file": encodable(source.path)}
    if place is None:
        return {**file, "start": None, "end": None}
    start = {"line": place.start.line, "column": place.start.column, "offset": place.span.start}
    end = {"line": place.end.line, "column": place.end.column, "offset": place.span.end}
    return {**file, "start": start, "end": end}
