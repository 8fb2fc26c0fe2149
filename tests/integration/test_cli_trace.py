"""`trialc trace`: a protocol held against its record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from trialc import FIXTURES, ROOT, trialc

PROTOCOL = """protocol NCT00000001 "A trial" { phase 2 }
fact inr : lab "INR"
inclusion I1 "INR" {
  source inclusion 2  # the second
  require inr >= 1.5
}
inclusion I2 "Adults" { source inclusion 1 require age >= 18 years }
exclusion E1 "Bleeding" { source exclusion 1 reject answer yes to "Bleeding?" by investigator because judgement }
"""
CRITERIA = "Inclusion Criteria:\n\n* Adults\n* INR of 1.5 or more\n\nExclusion Criteria:\n\n* Bleeding\n"


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    protocol, record = tmp_path / "a.trial", tmp_path / "record.txt"
    protocol.write_text(PROTOCOL, "utf-8")
    record.write_text(CRITERIA, "utf-8")
    return protocol, record


def test_a_whole_protocol_is_clean(files: tuple[Path, Path]) -> None:
    ran = trialc("trace", files[0], "--against", files[1])
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "3 sentences: 2 encoded, 1 asked"
    assert "encoded        inclusion 1  I2\n               Adults\n" in ran.out


def test_pins_are_written_once_and_hold_the_sentence(files: tuple[Path, Path]) -> None:
    protocol, record = files
    assert "pinned 3 pointers" in trialc("trace", protocol, "--against", record, "--pin").err
    pinned = protocol.read_text("utf-8")
    assert pinned.count(" #") == 4
    assert "source inclusion 2 #" in pinned
    assert "pinned 0 pointers" in trialc("trace", protocol, "--against", record, "--pin").err
    record.write_text(CRITERIA.replace("1.5", "1.6"), "utf-8")
    ran = trialc("trace", protocol, "--against", record)
    assert ran.code == 1
    assert "I1: inclusion 2: the sentence has changed: it is now #" in ran.out


def test_a_missed_sentence_is_a_finding(files: tuple[Path, Path]) -> None:
    protocol, record = files
    record.write_text(f"{CRITERIA}* Pregnancy\n", "utf-8")
    ran = trialc("trace", protocol, "--against", record, "--format", "json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert not found["clean"]
    assert [one["text"] for one in found["sentences"] if one["fate"] == "missed"] == ["Pregnancy"]


def test_a_file_that_is_no_record_cannot_be_traced(files: tuple[Path, Path]) -> None:
    files[1].write_text("{}", "utf-8")
    ran = trialc("trace", files[0], "--against", files[1])
    assert ran.code == 2
    assert "is no registry record" in ran.err


def test_documents_show_the_sentences_of_the_record(files: tuple[Path, Path], tmp_path: Path) -> None:
    protocol, record = files
    assert "INR of 1.5 or more" not in trialc("docs", protocol, "--out", "-").out
    assert (
        "> “INR of 1.5 or more” Inclusion 2" in trialc("docs", protocol, "--out", "-", "--record", record).out
    )
    trialc("trace", protocol, "--against", record, "--pin")
    record.write_text(CRITERIA.replace("1.5", "1.6"), "utf-8")
    assert "INR of 1.6" not in trialc("docs", protocol, "--out", "-", "--record", record).out


def test_standard_input_is_not_pinned(files: tuple[Path, Path]) -> None:
    ran = trialc("trace", "-", "--against", files[1], "--pin", stdin=PROTOCOL)
    assert ran.code == 2
    assert "standard input cannot be written to" in ran.err


@pytest.mark.parametrize("path", sorted((ROOT / "protocols").glob("*.trial")), ids=lambda path: path.stem)
def test_every_protocol_accounts_for_its_record(path: Path) -> None:
    record = FIXTURES / "trials" / f"{path.stem.upper()}.json"
    if not record.is_file():
        pytest.skip(f"the record is absent: ../shared/fixtures/trials/{record.name}")
    ran = trialc("trace", path, "--against", record)
    assert ran.code == 0, ran.out
    assert "without a hash" not in ran.out or path.stem == "nct02812121"
