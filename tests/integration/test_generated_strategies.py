"""`strategies.py` as it is built: the patients of the protocol beside it, by names that a type checker knows."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from trialc import SMALL

from protocol_dsl.artifacts import build
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile
from protocol_dsl.testing.making import MadePatient


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder: Path = tmp_path_factory.mktemp("small")
    protocol = check(SourceFile("small.trial", SMALL)).protocol
    assert protocol is not None
    for artifact in build(protocol):
        if artifact.path in {"strategies.py", "protocol.json"}:
            (folder / artifact.path).write_text(artifact.text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("strategies_of_small", folder / "strategies.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


def test_every_kind_comes_out_as_it_is_called(module: ModuleType) -> None:
    protocol = module.made().protocol

    def check_all(strategy: object, wanted: str, failed: str | None = None) -> None:
        @settings(max_examples=20, deadline=None, database=None, derandomize=True)
        @given(strategy)  # type: ignore[arg-type]
        def each(patient: MadePatient) -> None:
            found = evaluate(protocol, patient.records, patient.on)
            assert found.verdict == wanted
            if failed:
                assert [name for name, one in found.criteria.items() if one is False] == [failed]

        each()

    check_all(module.eligible(), "eligible")
    check_all(module.ineligible(), "ineligible")
    check_all(module.undetermined(), "undetermined")
    check_all(module.only_fails("E1"), "ineligible", "E1")
    check_all(module.missing("inr"), "undetermined")


def test_its_names_are_those_of_the_protocol(module: ModuleType) -> None:
    assert module.Criterion.__args__ == ("I1", "I2", "I3", "E1", "E2")
    assert {"inr", "bleeding", "sex"} <= set(module.Fact.__args__)
    assert len(module.suite()) > 20
