"""Tests that are data: every file of the corpus says what it is by its place.

- ``bad/<stage>/<code>-<slug>.trial`` reports exactly what stands in ``.err`` beside it;
- ``good/<topic>/<name>.trial`` has no error, and where an ``.ir`` stands beside it, means exactly that; of the
  good twin of a bad case nothing is said at all.

The cases of stage ``syntax`` are read alone, so that they show the parser's words and nothing else; of those of stage
``analysis`` the criteria are analyzed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from protocol_dsl.analysis.report import analyze
from protocol_dsl.diagnostics import Diagnostic, Severity, render_text
from protocol_dsl.ir.pprint import show
from protocol_dsl.pipeline import check
from protocol_dsl.source import SourceFile, decode_source
from protocol_dsl.syntax.parser import parse
from protocol_dsl.testing.examples import example_outcomes

CORPUS = Path(__file__).parent
BAD = sorted((CORPUS / "bad").rglob("*.trial"))
GOOD = sorted((CORPUS / "good").rglob("*.trial"))
SILENT = {"rules", "semantics", "analysis"}
GOLDEN_IR = [case for case in GOOD if case.with_suffix(".ir").exists()]


def named(case: Path) -> str:
    """A case by its place in the corpus."""
    return case.relative_to(CORPUS).with_suffix("").as_posix()


def source_of(case: Path) -> SourceFile:
    """The file under its bare name, so that what is said of it is the same on every machine."""
    return decode_source(case.name, case.read_bytes())


def analyzed(case: Path) -> tuple[Diagnostic, ...]:
    """What analysis finds in a case that has no error."""
    protocol = check(source_of(case)).protocol
    assert protocol is not None
    return analyze(protocol).findings


def found(case: Path) -> tuple[Diagnostic, ...]:
    """What is said of a case."""
    source = source_of(case)
    if case.parent.name == "analysis":
        return analyzed(case)
    return parse(source).diagnostics if case.parent.name == "syntax" else check(source).diagnostics


def compare(golden: Path, text: str, update: bool) -> None:
    """The text is what the golden file holds; or it becomes so."""
    if update:
        golden.write_text(text, encoding="utf-8")
    assert golden.exists(), f"run pytest with --update-golden to write {golden.name}"
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("case", BAD, ids=named)
def test_a_bad_case_reports_exactly_this(case: Path, update_golden: bool) -> None:
    diagnostics = found(case)
    assert case.name.partition("-")[0] in {one.code for one in diagnostics}
    compare(case.with_suffix(".err"), render_text(diagnostics, source_of(case)), update_golden)


@pytest.mark.parametrize("case", GOOD, ids=named)
def test_a_good_case_has_no_error(case: Path) -> None:
    silent = case.parent.name in SILENT
    said = [one for one in found(case) if silent or one.severity is Severity.ERROR]
    assert render_text(said, source_of(case)) == ""


@pytest.mark.parametrize("case", GOLDEN_IR, ids=named)
def test_a_good_case_means_exactly_this(case: Path, update_golden: bool) -> None:
    protocol = check(source_of(case)).protocol
    assert protocol is not None
    compare(case.with_suffix(".ir"), show(protocol), update_golden)


@pytest.mark.parametrize("case", GOLDEN_IR, ids=named)
def test_the_examples_of_a_good_case_come_out_as_expected(case: Path) -> None:
    protocol = check(source_of(case)).protocol
    assert protocol is not None
    outcomes = example_outcomes(protocol)
    for example in protocol.examples:
        expected = dict(pair for expectation in example.expectations for pair in expectation.criteria)
        assert {name: outcomes[example.name][name] for name in expected} == expected, example.name


def test_no_golden_file_is_left_over() -> None:
    goldens = {path.with_suffix("") for path in CORPUS.rglob("*") if path.suffix in (".err", ".ir", ".tree")}
    assert goldens <= {case.with_suffix("") for case in (*BAD, *GOOD)}
    assert BAD
    assert GOOD
