"""Verdicts as they are written, one after another: text, one line each, JSON, NDJSON, CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from typing import TextIO

from protocol_dsl.runtime.phrases import listed
from protocol_dsl.runtime.stage import Case
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.vocabulary.calendar import when_text

_WORDS = {True: "passes", False: "fails", None: "unknown"}


class VerdictWriter:
    """Writes verdicts to a stream as they come; `close` completes what was begun."""

    def __init__(self, stream: TextIO, format_: str, criteria: Sequence[str]) -> None:
        self._stream = stream
        self._criteria = criteria
        self._count = 0
        self._format = format_
        self._write: Callable[[Verdict], None] = {
            "text": self._text,
            "brief": self._brief,
            "json": self._json,
            "ndjson": self._ndjson,
            "csv": self._row,
        }[format_]
        self._rows = csv.writer(stream, lineterminator="\n")
        if format_ == "csv":
            self._rows.writerow(["patient", "on", "verdict", *criteria, "missing", "not_understood"])

    def write(self, verdict: Verdict) -> None:
        """Write one verdict."""
        self._write(verdict)
        self._count += 1

    def close(self) -> None:
        """Complete the output, when all went well."""
        if self._format == "json":
            self._stream.write("\n]\n" if self._count else "[]\n")

    def _text(self, verdict: Verdict) -> None:
        self._stream.write(f"{'-' * 88 + chr(10) if self._count else ''}{verdict}\n")

    def _brief(self, verdict: Verdict) -> None:
        case: Case = verdict.case
        failed = [name for name, code in zip(self._criteria, verdict.codes, strict=True) if code is False]
        why = ""
        if failed:
            why = f"{listed(failed)} {'fails' if len(failed) == 1 else 'fail'}"
        elif verdict.outcome == "undetermined":
            why = "needs " + "; ".join(f"{one.words} ({listed(one.needed_by)})" for one in verdict.missing)
        self._stream.write(f"{case.patient.id:<8}  {verdict.outcome:<12}  {why}".rstrip() + "\n")

    def _json(self, verdict: Verdict) -> None:
        self._stream.write(",\n" if self._count else "[\n")
        self._stream.write(json.dumps(verdict.to_json(), ensure_ascii=False, indent=1))

    def _ndjson(self, verdict: Verdict) -> None:
        self._stream.write(json.dumps(verdict.to_json(), ensure_ascii=False) + "\n")

    def _row(self, verdict: Verdict) -> None:
        case: Case = verdict.case
        # Words are made only where they are wanted: `missing` where something is still to be settled.
        open_still = verdict.outcome == "undetermined"
        missing = "; ".join(one.words for one in verdict.missing) if open_still else ""
        problems = "; ".join(problem.text() for problem in case.patient.problems)
        outcomes = [_WORDS[code] for code in verdict.codes]
        self._rows.writerow(
            [case.patient.id, when_text(case.on), verdict.outcome, *outcomes, missing, problems]
        )
