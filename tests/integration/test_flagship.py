"""The flagship protocol says everything its source page says, in the page's words, and means what its examples say."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from protocol_dsl.cli.checker import Checker
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.pipeline import check
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.source import SourceFile
from protocol_dsl.vocabulary.calendar import parse_when

ROOT = Path(__file__).parents[2]
FLAGSHIP = ROOT / "protocols/nct02812121.trial"
SAMPLE = ROOT / "protocols/patients/sample.json"
PAGE = ROOT.parent / "shared/seeds/nct02812121.txt"
OUTCOMES = {True: "passes", False: "fails", None: "unknown"}


@pytest.fixture(scope="module")
def flagship() -> Protocol:
    result = check(SourceFile(FLAGSHIP.name, FLAGSHIP.read_text(encoding="utf-8")))
    assert result.protocol is not None, result.diagnostics
    return result.protocol


@pytest.fixture(scope="module")
def page() -> str:
    if not PAGE.exists():
        pytest.skip("the source page is absent: ../shared/seeds/nct02812121.txt")
    return " ".join(PAGE.read_text(encoding="utf-8").split())


def _quotes(protocol: Protocol) -> list[str]:
    criteria = [criterion for stage in protocol.stages for criterion in stage.criteria]
    texts = [citation.text or "" for criterion in criteria for citation in criterion.citations]
    plan = protocol.schedule
    treated = (*plan.arms, *plan.regimens, *plan.interventions)
    return [
        *texts,
        *(citation.text or "" for each in treated for citation in each.citations),
        dict(protocol.header.entries)["summary"],
    ]


def test_every_quotation_is_the_pages_own_text(flagship: Protocol, page: str) -> None:
    assert [quote for quote in _quotes(flagship) if not quote or quote not in page] == []


def test_no_sentence_of_the_page_is_left_out(flagship: Protocol, page: str) -> None:
    """What the quotations leave of the criteria and of the groups is headings and the numbers of items."""
    criteria = page[page.index("Inclusion criteria 1.") : page.index("Trial design")]
    groups = page[page.index("Group MSC-1 Experimental") : page.index("Trial contacts")]
    assert len(flagship.stages[0].criteria) == 4 + 8
    for quote in sorted(_quotes(flagship), key=len, reverse=True):
        criteria, groups = criteria.replace(quote, "|"), groups.replace(quote, "|")
    assert re.sub(r"\d\. \|+ ?\|?", "", criteria).split() == [
        "Inclusion",
        "criteria",
        "Exclusion",
        "criteria",
    ]
    arms = flagship.schedule.arms
    headings = [f"{arm.label} {arm.role} group Description: | Treatment: |".replace("_", " ") for arm in arms]
    assert groups.lower().strip() == " ".join(headings).removesuffix(" Treatment: |").lower()


def test_the_header_says_what_the_page_says(flagship: Protocol, page: str) -> None:
    entries = flagship.header.entries
    for key in ("sponsor", "condition", "funder", "identifier"):
        values = [value for name, value in entries if name == key]
        assert values, key
        assert all(value in page for value in values), key
    header = flagship.header
    assert f"{header.age_low} to {header.age_high} years old" in page
    assert f"{header.enrollment} estimated patients" in page
    assert header.title in page


def test_examples_come_out_as_written_in_both_engines(flagship: Protocol) -> None:
    schema, checker = schema_of(flagship), Checker(flagship)
    met: Counter[tuple[str, str]] = Counter()
    for example in flagship.examples:
        on = parse_when(example.on)
        reading = read_patient(example.record, schema, on)
        reference = evaluate(flagship, reading.records, on)
        assert checker.outcomes(checker.patient(reading), on) == reference.criteria, example.name
        outcomes = {id_: OUTCOMES[truth] for id_, truth in reference.criteria.items()}
        for expected in example.expectations:
            assert expected.verdict in {None, reference.verdict}, example.name
            assert set(expected.criteria) <= set(outcomes.items()), example.name
            met.update(expected.criteria)
    wanted = {(each.id, outcome) for each in flagship.stages[0].criteria for outcome in OUTCOMES.values()}
    assert wanted <= set(met)


def test_sample_patients_come_out_as_their_names_say(flagship: Protocol) -> None:
    schema = schema_of(flagship)
    verdicts: Counter[str] = Counter()
    for patient in json.loads(SAMPLE.read_text(encoding="utf-8")):
        on = parse_when(patient.pop("on"))
        verdict = evaluate(flagship, read_patient(patient, schema, on).records, on).verdict
        assert patient["id"].startswith(f"{verdict}-")
        verdicts[verdict] += 1
    assert set(verdicts) == {"eligible", "ineligible", "undetermined"}
