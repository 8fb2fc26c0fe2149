"""The generated checker of a protocol, loaded from its own text without writing a file."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from protocol_dsl.backends.python import emit
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schema import Reading, Schema
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.vocabulary.calendar import When


class Checker:
    """The module that `trialc build` would write as `checker.py`."""

    def __init__(self, protocol: Protocol) -> None:
        text = next(artifact.text for artifact in emit(protocol) if artifact.path.endswith("checker.py"))
        self._module = _loaded(f"checker_of_{protocol.header.id.lower()}", text)
        self.schema: Schema = self._module.SCHEMA
        self._criteria = {
            stage.name: tuple(criterion.id for criterion in stage.criteria) for stage in protocol.stages
        }

    def patient(self, reading: Reading) -> Any:
        """A generated `Patient` from records that have been read."""
        return self._module.Patient.from_records(reading.records, reading.problems)

    def patient_from_json(self, data: Mapping[str, object], on: When) -> Any:
        """A generated `Patient` from the JSON form."""
        return self.patient(read_patient(data, self.schema, on))

    def check(self, patient: Any, on: When, stage: str) -> Verdict:
        """The verdict of one stage."""
        verdict: Verdict = self._module.check(patient, on, stage)
        return verdict

    def outcomes(self, patient: Any, on: When) -> dict[str, bool | None]:
        """The outcome of every criterion of every stage by its id."""
        found: dict[str, bool | None] = {}
        for stage, criteria in self._criteria.items():
            found |= zip(criteria, self.check(patient, on, stage).codes, strict=True)
        return found

    def engine(self, records: Records, on: When) -> dict[str, Scalar]:
        """As `outcomes`, from records: the form in which engines are compared."""
        return {**self.outcomes(self.patient(Reading(records, ())), on)}


def _loaded(name: str, text: str) -> ModuleType:
    place = f"<{name}>"
    # Dataclasses look their module up, and tracebacks look up its lines.
    linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
    module = sys.modules[name] = ModuleType(name)
    exec(compile(text, place, "exec"), module.__dict__)
    return module
