"""Verdicts as they are written, one after another: text, one line each, JSON, NDJSON, CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from typing import Any, TextIO

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.runtime.explain import by_words
from protocol_dsl.runtime.phrases import listed
from protocol_dsl.runtime.stage import Case
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.vocabulary.calendar import when_text

NOT_JUDGED = "not judged"
"""The verdict on who could not be read."""
_WANTED = 3
"""How much of what is missing a line tells: that which settles most."""
_WORDS = {True: "passes", False: "fails", None: "unknown"}


def told_refusal(error: BadPatients) -> str:
    """Where, why, and what to do."""
    return f"{error.place}: {error.reason}; {error.fix}"


class VerdictWriter:
    """Writes verdicts to a stream as they come; `close` completes what was begun."""

    def __init__(self, stream: TextIO, format_: str, protocol: Protocol, stage: Stage) -> None:
        self._stream = stream
        self._protocol = protocol
        self._stage = stage.name
        criteria = self._criteria = [criterion.id for criterion in stage.criteria]
        self._count = 0
        self._format = format_
        self._write: Callable[[Verdict], None] = {
            "text": self._text,
            "brief": self._brief,
            "json": self._plain,
            "ndjson": self._plain,
            "csv": self._row,
        }[format_]
        self._rows = csv.writer(stream, lineterminator="\n")
        if format_ == "csv":
            self._rows.writerow(["patient", "on", "verdict", *criteria, "missing", "not_understood"])

    def write(self, verdict: Verdict) -> None:
        """Write one verdict."""
        self._write(verdict)
        self._count += 1

    def refuse(self, error: BadPatients) -> None:
        """Write that a patient was not judged, and why: of the form of a verdict, so that nobody is left out unseen."""
        who = error.patient or error.place
        why = told_refusal(error) if error.patient else f"{error.reason}; {error.fix}"
        head, blank = self._protocol.header, [""] * (len(self._criteria) + 1)
        match self._format:
            case "text":
                self._part()
                self._stream.write(f"{head.id} {head.title}\nPatient {who}: NOT JUDGED\n\n  {why}\n")
            case "brief":
                self._stream.write(f"{who:<8}  {NOT_JUDGED:<12}  {why}\n")
            case "csv":
                self._rows.writerow([who, "", NOT_JUDGED, *blank, why])
            case _:
                self._data(
                    {
                        "protocol": head.id, "title": head.title, "digest": self._protocol.source_digest,
                        "stage": self._stage, "patient": who, "on": "", "verdict": NOT_JUDGED,
                        "criteria": [], "missing": [], "problems": [why],
                    }
                )  # fmt: skip
        self._count += 1

    def close(self) -> None:
        """Complete the output, when all went well."""
        if self._format == "json":
            self._stream.write("\n]\n" if self._count else "[]\n")

    def _text(self, verdict: Verdict) -> None:
        self._part()
        self._stream.write(f"{verdict}\n")

    def _part(self) -> None:
        if self._count:
            self._stream.write("-" * 88 + "\n")

    def _brief(self, verdict: Verdict) -> None:
        case: Case = verdict.case
        failed = [name for name, code in zip(self._criteria, verdict.codes, strict=True) if code is False]
        why = ""
        if failed:
            why = f"{listed(failed)} {'fails' if len(failed) == 1 else 'fail'}"
        elif verdict.outcome == "undetermined":
            wanted = [f"{one.words} ({listed(one.needed_by)})" for one in by_words(verdict.missing)]
            more = f"; and {len(wanted) - _WANTED} more" if len(wanted) > _WANTED else ""
            why = f"needs {'; '.join(wanted[:_WANTED])}{more}"
        self._stream.write(f"{case.patient.id:<8}  {verdict.outcome:<12}  {why}".rstrip() + "\n")

    def _plain(self, verdict: Verdict) -> None:
        self._data(verdict.to_json())

    def _data(self, data: dict[str, Any]) -> None:
        if self._format == "ndjson":
            self._stream.write(json.dumps(data, ensure_ascii=False) + "\n")
            return
        self._stream.write(",\n" if self._count else "[\n")
        self._stream.write(json.dumps(data, ensure_ascii=False, indent=1))

    def _row(self, verdict: Verdict) -> None:
        case: Case = verdict.case
        # Words are made only where they are wanted: `missing` where something is still to be settled.
        open_still = verdict.outcome == "undetermined"
        missing = "; ".join(one.words for one in by_words(verdict.missing)) if open_still else ""
        problems = "; ".join(problem.text() for problem in case.patient.problems)
        outcomes = [_WORDS[code] for code in verdict.codes]
        self._rows.writerow(
            [case.patient.id, when_text(case.on), verdict.outcome, *outcomes, missing, problems]
        )
