"""Value sets, resolved when the file is compiled: from the codes written out, or from a table beside the file."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path

from protocol_dsl.diagnostics import Collector
from protocol_dsl.ir.protocol import ValueSet
from protocol_dsl.semantics.errors.names import UnresolvedValueSet
from protocol_dsl.source import SourceFile
from protocol_dsl.syntax.nodes import facts as syntax
from protocol_dsl.syntax.nodes.words import Text


def resolved(node: syntax.ValueSet, source: SourceFile, found: Collector) -> ValueSet | None:
    """The codes a value set holds, or None with the reason in `found`. An unresolved set is never an empty one."""
    label = node.label.text if node.label else node.name.text.replace("_", " ")
    if node.file is not None:
        return _from_file(node, node.file, label, source, found)
    codes = tuple(
        (each.system.text, each.code.text, each.display.text if each.display else "") for each in node.codes
    )
    if not codes:
        found.add(UnresolvedValueSet(node.name.span, node.name.text, "it holds no code"))
        return None
    return ValueSet(node.name.text, label, codes)


def _from_file(
    node: syntax.ValueSet, file: Text, label: str, source: SourceFile, found: Collector
) -> ValueSet | None:
    try:
        data = (Path(source.path).parent / file.text).read_bytes()
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error):
        found.add(UnresolvedValueSet(file.span, node.name.text, f"`{file.text}` cannot be read"))
        return None
    codes = tuple((row["system"], row["code"], row.get("display") or "") for row in rows if _whole(row))
    if not codes or len(codes) != len(rows):
        reason = f"`{file.text}` has a row without system or code, or none"
        found.add(UnresolvedValueSet(file.span, node.name.text, reason))
        return None
    return ValueSet(node.name.text, label, codes, file.text, hashlib.sha256(data).hexdigest())


def _whole(row: dict[str, str]) -> bool:
    return bool(row.get("system")) and bool(row.get("code"))
