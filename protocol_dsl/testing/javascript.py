"""The generated JavaScript as an engine to compare: Node judges patients that reach it as lines of JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import as_file, files
from math import inf, isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from protocol_dsl.backends.javascript import emit
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.records import FactValue, History, Occurrence, Range, Records, Sample
from protocol_dsl.vocabulary.calendar import When

DRIVER = files("protocol_dsl.testing").joinpath("driver.mjs")


class NodeMissingError(OSError):
    """There is no Node to run JavaScript; says how to get it."""

    def __init__(self, engine: str = "javascript") -> None:
        super().__init__(f"engine `{engine}` runs in Node, which is not installed; install Node 20 or later")


class NodeEngine:
    """`checker.mjs` of a protocol, run by Node: a batch engine of `differential.compare_batches`."""

    def __init__(self, protocol: Protocol) -> None:
        """Raises NodeMissingError."""
        node = shutil.which("node")
        if node is None:
            raise NodeMissingError
        self._node = node
        self._checker = emit(protocol)[0].text

    def __call__(self, patients: Sequence[tuple[Records, When]]) -> list[Mapping[str, Scalar]]:
        """Outcomes by criterion id and features by `feature <id>`, patient by patient."""
        return [_decoded(one) for one in self._run([_encoded(*patient) for patient in patients])]

    def verdicts(self, patients: Iterable[tuple[object, str, str]]) -> list[dict[str, Any]]:
        """The verdicts on patients in their JSON form, each with its day of judging and its stage."""
        lines = ({"patient": patient, "on": on, "stage": stage} for patient, on, stage in patients)
        return self._run(list(lines), "--told")

    def _run(self, lines: Sequence[object], *flags: str) -> list[dict[str, Any]]:
        with TemporaryDirectory() as folder, as_file(DRIVER) as driver:
            place = Path(folder, "checker.mjs")
            place.write_text(self._checker, encoding="utf-8")
            ran = subprocess.run(
                [self._node, str(driver), str(place), *flags],
                input="".join(json.dumps(line, allow_nan=False) + "\n" for line in lines),
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
        if ran.returncode:
            raise RuntimeError(ran.stderr.strip())
        return [json.loads(line) for line in ran.stdout.splitlines()]


def _encoded(records: Records, on: When) -> dict[str, object]:
    return {
        "on": on,
        "facts": {name: _fact(value) for name, value in records.facts.items()},
        "anchors": records.anchors,
        "answers": records.answers,
    }


def _fact(value: FactValue) -> object:
    match value:
        case Range():
            return _number(value)
        case History():
            return {
                "occurrences": [_occurrence(one) for one in value.occurrences],
                "complete": value.complete,
            }
        case frozenset():
            return sorted(value)
        case When() | None | bool() | float() | str():
            return value
        case _:
            return [_sample(one) for one in value]


def _sample(sample: Sample) -> list[object]:
    return [*sample.when, _number(sample.value), _number(sample.upper), _number(sample.lower)]


def _occurrence(occurrence: Occurrence) -> list[object]:
    return [*occurrence.start, *occurrence.end, dict(occurrence.attributes)]


def _number(value: object) -> object:
    return [end if isfinite(end) else None for end in value] if isinstance(value, Range) else value


def _decoded(answer: Mapping[str, Any]) -> dict[str, Scalar]:
    return {name: _scalar(value) for name, value in answer.items()}


def _scalar(value: Any) -> Scalar:
    match value:
        case [low, high]:
            return Range(-inf if low is None else low, inf if high is None else high)
        case {"set": choices}:
            return frozenset(choices)
        case _:
            known: Scalar = value
            return known
