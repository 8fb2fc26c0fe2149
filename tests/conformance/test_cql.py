"""The test suites of Clinical Quality Language, mapped to this one: three-valued logic, nulls, and uncertain dates.

Every test that has a counterpart must come out as the suite says, from the reference evaluator and from the generated
checker alike. What has none is left out for a reason found by `cql_mapping`, and the reasons are counted.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from cql_mapping import LeftOutError, Mapped, mapped

from protocol_dsl.cli.checker import Checker
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import check
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.source import SourceFile
from protocol_dsl.vocabulary.calendar import parse_when

SUITES = Path(__file__).parents[3] / "shared/fixtures/suites/cql-tests"
ACCOUNT = json.loads((Path(__file__).parent / "cql_account.json").read_text(encoding="utf-8"))
"""How many tests of each suite are mapped, and how many are left out for each reason."""
NAMESPACE = "{http://hl7.org/fhirpath/tests}"


class Case(NamedTuple):
    """One test of a suite: the outputs are none where it says that running it is an error."""

    name: str
    expression: str
    outputs: list[str]


@cache
def cases(suite: str) -> tuple[Case, ...]:
    """Every test of one suite, in order."""
    root = ElementTree.parse(SUITES / f"{suite}.xml").getroot()
    return tuple(
        Case(
            f"{group.get('name')}: {test.get('name')}",
            " ".join((test.findtext(f"{NAMESPACE}expression") or "").split()),
            [" ".join((output.text or "").split()) for output in test.iter(f"{NAMESPACE}output")],
        )
        for group in root.iter(f"{NAMESPACE}group")
        for test in group.iter(f"{NAMESPACE}test")
    )


def sorted_out(suite: str) -> tuple[dict[str, Mapped], Counter[str]]:
    """The tests of a suite that have a counterpart, and how many have none, by reason."""
    if not SUITES.exists():
        pytest.skip("the tests of Clinical Quality Language are absent: ../shared/fixtures/suites/cql-tests")
    found: dict[str, Mapped] = {}
    reasons: Counter[str] = Counter()
    for case in cases(suite):
        try:
            found[case.name] = mapped(case.expression, case.outputs)
        except LeftOutError as reason:
            reasons[str(reason)] += 1
    return found, reasons


def outcomes(case: Mapped) -> tuple[bool | None, bool | None]:
    """What the reference evaluator and the generated checker make of the one example."""
    result = check(SourceFile("cql.trial", case.text))
    assert result.protocol is not None, [str(one) for one in result.diagnostics] + [case.text]
    example = result.protocol.examples[0]
    on = parse_when(example.on)
    reading = read_patient(example.record, schema_of(result.protocol), on)
    assert reading.problems == (), case.text
    checker = Checker(result.protocol)
    by_checker = checker.outcomes(checker.patient(reading), on)
    return evaluate(result.protocol, reading.records, on).criteria["C"], by_checker["C"]


SUITE_NAMES = (
    "CqlLogicalOperatorsTest",
    "CqlNullologicalOperatorsTest",
    "CqlComparisonOperatorsTest",
    "CqlConditionalOperatorsTest",
    "CqlArithmeticFunctionsTest",
    "CqlDateTimeOperatorsTest",
)


@pytest.mark.parametrize("suite", SUITE_NAMES)
def test_every_mapped_test_comes_out_as_the_suite_says(suite: str) -> None:
    found, _ = sorted_out(suite)
    assert found
    wrong = {
        name: (case.expected, got)
        for name, case in found.items()
        if (got := outcomes(case)) != (case.expected, case.expected)
    }
    assert wrong == {}


@pytest.mark.parametrize("suite", SUITE_NAMES)
def test_what_has_no_counterpart_is_accounted_for(suite: str) -> None:
    found, reasons = sorted_out(suite)
    assert len(found) + reasons.total() == len(cases(suite)), "no two tests of one name"
    assert {"mapped": len(found), "left out": dict(reasons)} == ACCOUNT[suite]


def test_all_of_three_valued_logic_is_mapped() -> None:
    found, reasons = sorted_out("CqlLogicalOperatorsTest")
    assert reasons == Counter()
    assert len(found) == len(cases("CqlLogicalOperatorsTest"))
