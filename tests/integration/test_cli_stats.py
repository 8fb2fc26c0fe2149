"""`trialc stats` and `trialc overview`: protocols counted, and listed on a page."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from trialc import FIXTURES, ROOT, SMALL, trialc

PROTOCOLS = ROOT / "protocols"
DECIDABLE = 0.97
"""The share of the sentences a record could decide that has to be computed."""

COUNTED = """protocol NCT00000001 "A trial" { }
fact alt : lab in U/L "ALT"
fact ast : lab in U/L "AST"
fact seizure : event with grade: number "Seizure"
anchor first_dose "First dose"
inclusion I1 "Liver" { source "Liver" require all of { alt, ast } <= 3 ULN }
exclusion E1 "Seizure" {
  source "Seizure"
  reject some seizure where grade >= 3 within 6 months before first_dose
  reject answer yes to "Is there another reason?" by investigator because judgement
}
exclusion E2 "Other" { source "Other" reject answer yes to "Is there a third reason?" by investigator }
"""


def counted(path: Path, *more: str | Path) -> dict[str, object]:
    ran = trialc("stats", path, *more, "--format", "json")
    assert ran.code == 0, ran.err
    (one,) = json.loads(ran.out)["protocols"]
    return dict(one)


def test_what_is_counted(tmp_path: Path) -> None:
    file = tmp_path / "a.trial"
    file.write_text(COUNTED, "utf-8")
    one = counted(file)
    assert one["decided"] == {"computed": ["I1"], "asked": ["E2"], "both": ["E1"]}
    assert one["asked"] == {"judgement": 1, "": 1}
    assert one["lines"] == {"I1": 1, "E1": 2, "E2": 1}
    assert one["facts"] == ["alt", "ast", "seizure"]
    assert one["constructs"] == {
        "event filtered by its attributes": 1,
        "multiple of a limit of normal": 1,
        "question": 2,
        "window from an anchor": 1,
    }
    assert one["items"] == {"computed": 1, "both": 1, "asked": 1}
    assert "cite: 3; computed, wholly or in part: 2 (66.7 %)" in trialc("stats", file).out


def test_where_a_construct_is_used_is_shown_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "a.trial"
    file.write_text(COUNTED, "utf-8")
    ran = trialc("stats", file, "--construct", "multiple of a limit of normal")
    assert ran.out == "NCT00000001  I1\n    require all of { alt, ast } <= 3 ULN\n"
    ran = trialc("stats", file, "--construct", "multiple of normal")
    assert ran.code == 2
    assert "did you mean `multiple of a limit of normal`?" in ran.err


def test_an_expression_longer_than_its_sentence_is_listed(tmp_path: Path) -> None:
    file = tmp_path / "a.trial"
    file.write_text(COUNTED, "utf-8")
    record = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT00000001"},
            "eligibilityModule": {
                "eligibilityCriteria": "Inclusion Criteria:\n\n* Liver\n\nExclusion Criteria:\n\n* Seizure\n* Other\n"
            },
        }
    }
    (tmp_path / "NCT00000001.json").write_text(json.dumps(record), "utf-8")
    one = counted(file, "--records", tmp_path)
    assert one["long"] == ["I1", "E1", "E2"]
    assert one["sentences"] == {"computed": 1, "both": 1, "asked": 1}


def test_a_folder_without_protocols_is_refused(tmp_path: Path) -> None:
    ran = trialc("stats", tmp_path)
    assert ran.code == 2
    assert "holds no protocol" in ran.err


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the records are absent: ../shared/fixtures/trials")
def test_what_names_a_limit_is_computed() -> None:
    """Counted by the records' own sentences: those that a person alone decides although they name a limit are few."""
    ran = trialc("stats", PROTOCOLS, "--records", FIXTURES / "trials", "--format", "json")
    protocols = json.loads(ran.out)["protocols"]
    computed = sum(one["items"].get("computed", 0) + one["items"].get("both", 0) for one in protocols)
    limits = sum(len(one["asked_limits"]) for one in protocols)
    assert computed >= DECIDABLE * (computed + limits)
    assert not sum(one["items"].get("missed", 0) for one in protocols)


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the records are absent: ../shared/fixtures/trials")
def test_few_expressions_are_longer_than_their_sentences() -> None:
    ran = trialc("stats", PROTOCOLS, "--records", FIXTURES / "trials", "--format", "json")
    protocols = [one for one in json.loads(ran.out)["protocols"] if one["sentences"] is not None]
    assert protocols
    long, criteria = (
        sum(map(count, protocols)) for count in (lambda one: len(one["long"]), lambda one: one["criteria"])
    )
    assert long <= criteria / 10


class Page(HTMLParser):
    """The addresses a page links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def test_the_overview_leads_to_the_documents(tmp_path: Path) -> None:
    file = tmp_path / "a.trial"
    file.write_text(SMALL, "utf-8")
    assert trialc("overview", file, "--out", tmp_path / "out", "--title", "Two & a half").code == 0
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<h1>Two &amp; a half</h1>" in page
    inside = [link for link in Page(page).links if not link.startswith("#")]
    assert inside == ["small01/protocol.html"]
    assert (tmp_path / "out" / inside[0]).is_file()
