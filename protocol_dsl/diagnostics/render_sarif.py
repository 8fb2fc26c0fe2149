"""Diagnostics as SARIF 2.1.0, the OASIS format that code hosts and editors read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from protocol_dsl.diagnostics.display import encodable
from protocol_dsl.diagnostics.pages import page, parse_page
from protocol_dsl.diagnostics.region import region

if TYPE_CHECKING:
    from collections.abc import Iterable

    from protocol_dsl.diagnostics.diagnostic import Diagnostic
    from protocol_dsl.diagnostics.fix import Fix
    from protocol_dsl.source import SourceFile, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render_sarif(diagnostics: Iterable[Diagnostic], source: SourceFile) -> str:
    """One SARIF log of one run, with a rule for each class that speaks, by code.

    The fingerprint of a result hashes its code, the words of its line and how many like it came before, so
    that it survives lines being added elsewhere.
    """
    said = tuple(diagnostics)
    classes = sorted({type(one) for one in said}, key=lambda cls: cls.code)
    index = {cls.code: number for number, cls in enumerate(classes)}
    seen: Counter[str] = Counter()
    run = {
        "tool": {"driver": {"name": "trialc", "rules": [_rule(cls) for cls in classes]}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": _uri(source.path)}, "encoding": "UTF-8"}],
        "results": [_result(one, source, index[one.code], seen) for one in said],
    }
    return (
        json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _rule(cls: type[Diagnostic]) -> dict[str, Any]:
    sections = parse_page(cls)
    what = sections.what or cls.name.replace("-", " ")
    return {
        "id": cls.code,
        "name": cls.name,
        "shortDescription": {"text": what},
        "fullDescription": {"text": sections.why or what},
        "help": {"text": page(cls)},
        "defaultConfiguration": {"level": cls.severity.value},
    }


def _result(one: Diagnostic, source: SourceFile, rule: int, seen: Counter[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.severity.value,
        "message": {"text": one.whole_text},
        "locations": [_location(source, one.span)],
        "partialFingerprints": {"trialcLine/v1": _fingerprint(one, source, seen)},
    }
    if one.related:
        result["relatedLocations"] = [
            {"id": number, **_location(source, span), "message": {"text": encodable(text)}}
            for number, (span, text) in enumerate(one.related)
        ]
    fixes = one.offered(source)
    if fixes:
        result["fixes"] = [_fix(fix, one, source) for fix in fixes]
    return result


def _fix(fix: Fix, one: Diagnostic, source: SourceFile) -> dict[str, Any]:
    place = {"uri": _uri(source.path), "index": 0}
    changes = [
        {"deletedRegion": _region(source, edit.span), "insertedContent": {"text": encodable(edit.text)}}
        for edit in fix.edits
    ]
    return {
        "description": {"text": one.help_text or one.message_text},
        "artifactChanges": [{"artifactLocation": place, "replacements": changes}],
    }


def _location(source: SourceFile, span: Span) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(source.path), "index": 0}}
    place = _region(source, span)
    if place is not None:
        physical["region"] = place
    return {"physicalLocation": physical}


def _region(source: SourceFile, span: Span) -> dict[str, int] | None:
    place = region(source, span)
    if place is None:
        return None
    return {
        "startLine": place.start.line,
        "startColumn": place.start.column,
        "endLine": place.end.line,
        "endColumn": place.end.column,
        "charOffset": place.span.start,
        "charLength": place.span.end - place.span.start,
    }


def _fingerprint(one: Diagnostic, source: SourceFile, seen: Counter[str]) -> str:
    place = region(source, one.span)
    line = "" if place is None else " ".join(source.line(place.start.line).split())
    seen[f"{one.code}:{line}"] += 1
    key = f"{one.code}:{line}:{seen[f'{one.code}:{line}']}"
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _uri(path: str) -> str:
    named = PurePath(encodable(path))
    return named.as_uri() if named.is_absolute() else quote(named.as_posix())
