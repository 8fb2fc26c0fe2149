"""The CQL library as an engine to compare: translated and run by npm packages that nobody here wrote."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from weakref import finalize

from protocol_dsl.backends.cql import emit, sayable
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.evaluate.time import date_of
from protocol_dsl.ir.features import NamedAnchor
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.walk import all_features_of, anchors_of, criteria_formulas
from protocol_dsl.runtime.records import Records
from protocol_dsl.testing.fhir_patients import FhirPatients
from protocol_dsl.testing.javascript import NodeMissingError
from protocol_dsl.vocabulary.calendar import When

DRIVER = files("protocol_dsl.testing").joinpath("cql_driver.mjs")
PACKAGES = ("@cqframework/cql@5", "cql-execution@3", "cql-exec-fhir@2")
"""The npm packages that translate CQL, run it, and read FHIR for it."""


class CqlMissingError(OSError):
    """The npm packages are not installed; says how to get them."""

    def __init__(self) -> None:
        command = f"npm install {' '.join(PACKAGES)}"
        super().__init__(f"engine `cql` runs npm packages that are not found from this folder: {command}")


class CqlEngine:
    """`eligibility.cql` of a protocol, run by cql-execution: a batch engine of `differential.compare_batches`.

    It answers for the criteria that the library says (`sayable`), and for their features that are yes or no, or a
    choice. Numbers are compared through the criteria: a bound is another one in decimals of eight places.
    """

    def __init__(self, protocol: Protocol) -> None:
        """Raises NodeMissingError, CqlMissingError, RuntimeError when the translator refuses the library."""
        node = shutil.which("node")
        if node is None:
            raise NodeMissingError("cql")
        said, _ = sayable(protocol)
        needed = set(all_features_of(said, *criteria_formulas(said)))
        features = [one for one in protocol.features if one.id in needed]
        self._criteria = [one.id for stage in said.stages for one in stage.criteria]
        self._features = [one.id for one in features if one.type in {"truth", "choice"}]
        self._anchors = _parameters(protocol)
        self._patients = FhirPatients(protocol)
        self._folder = TemporaryDirectory()
        self._process = self._started(node, emit(protocol)[0].text)
        self._ask([*self._criteria, *self._features])

    def _started(self, node: str, text: str) -> subprocess.Popen[str]:
        place = Path(self._folder.name, "eligibility.cql")
        place.write_text(text, encoding="utf-8")
        with as_file(DRIVER) as driver:
            process = subprocess.Popen(
                [node, str(driver), str(place)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
        finalize(self, process.kill)
        return process

    def __call__(self, patients: Sequence[tuple[Records, When]]) -> list[Mapping[str, Scalar]]:
        """Outcomes by criterion id and features by `feature <id>`, patient by patient."""
        return [self._judged(records, on) for records, on in patients]

    def _judged(self, records: Records, on: When) -> Mapping[str, Scalar]:
        anchors = {name: _days(records.anchors.get(name)) for name in self._anchors}
        day = date_of(on.first).isoformat()
        answer = self._ask({"bundle": self._patients.bundle(records), "day": day, "anchors": anchors})
        outcomes: dict[str, Scalar] = {name: answer[name] for name in self._criteria}
        return outcomes | {f"feature {name}": answer[name] for name in self._features}

    def _ask(self, line: object) -> Any:
        """One line there and one back."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(line, allow_nan=False) + "\n")
            self._process.stdin.flush()
            if answer := self._process.stdout.readline():
                return json.loads(answer)
        except BrokenPipeError:
            pass  # it has ended, and says why
        assert self._process.stderr
        words = self._process.stderr.read().strip()
        raise CqlMissingError if "MODULE_NOT_FOUND" in words else RuntimeError(words)


def _parameters(protocol: Protocol) -> tuple[str, ...]:
    anchors = (anchor for one in protocol.features for anchor in anchors_of(one.node))
    names = (one.name for one in anchors if isinstance(one, NamedAnchor) and one.name != "screening")
    return tuple(dict.fromkeys(names))


def _days(when: When | None) -> list[str] | None:
    return None if when is None else [date_of(second).isoformat() for second in when]
