"""What the README shows is what happens: its sentence, its file, its verdict, its commands, its links."""

from __future__ import annotations

import re

import pytest
from house import ROOT

from protocol_dsl import pipeline
from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.front import VERBS
from protocol_dsl.runtime.stage import judging_day
from protocol_dsl.source import read_source

README = (ROOT / "README.md").read_text(encoding="utf-8")
FLAGSHIP = ROOT / "protocols" / "nct02812121.trial"
LINKS = re.findall(r"\]\(([^)#]+)", README)
PATIENT = {
    "sex": "male",
    "birth_date": "1981-01-17",
    "total_bilirubin": {"value": 342, "unit": "umol/L", "uln": 17.1},
    "acute_hepatic_insult": ["2026-02-06"],
    "ascites": ["2026-02-20"],
    "answers": {"I1.1": True},
}
"""A patient of whom nothing is missing for the first criterion but the INR and the prothrombin activity."""


def folded(text: str) -> str:
    """A text without its line ends and alignment."""
    return " ".join(text.split())


def cells() -> tuple[str, str, str]:
    """The three columns at the top: the source, the file, the verdict."""
    found = re.findall(r'<td valign="top">\n(.*?)</td>', README, re.DOTALL)
    source, file, verdict = (re.sub(r"```\w*", "", cell) for cell in found)
    return folded(source), folded(file), folded(verdict)


def test_the_sentence_is_that_of_the_source() -> None:
    flagship = folded(FLAGSHIP.read_text(encoding="utf-8"))
    for part in cells()[0].split("…"):
        assert part.strip() in flagship


def test_the_lines_are_those_of_the_protocol() -> None:
    assert cells()[1] in folded(FLAGSHIP.read_text(encoding="utf-8"))


def test_the_verdict_is_the_one_given() -> None:
    protocol = pipeline.check(read_source(FLAGSHIP)).protocol
    assert protocol is not None
    checker = Checker(protocol)
    on = judging_day("2026-03-02")
    verdict = checker.check(checker.patient_from_json(PATIENT, on), on, "eligibility")
    first = verdict.criteria[0]
    assert cells()[2] == f"{verdict.outcome.upper()} {first.outcome} {first.id} {first.residual}"


def test_the_verbs_are_there() -> None:
    named = re.findall(r"^trialc (\w+)", README, re.MULTILINE)
    assert named
    assert set(named) <= set(VERBS)


@pytest.mark.parametrize("link", LINKS)
def test_links_lead_somewhere(link: str) -> None:
    assert link.startswith("https://") or (ROOT / link).exists()
