"""`trialc randomize` on the flagship, which states neither ratio nor blocks, from the command line to the files."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest

from protocol_dsl.cli.shell import run

ROOT = Path(__file__).parents[2]
FLAGSHIP = str(ROOT / "protocols" / "nct02812121.trial")
GIVEN = ["--ratio", "1:1:1", "--blocks", "3,6"]


@pytest.fixture
def trialc(capsys: pytest.CaptureFixture[str]):
    """Runs the verb; gives the exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["randomize", FLAGSHIP, *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.fixture
def patient(tmp_path: Path):
    """Writes one patient of the sample to a file of its own."""
    known = {
        one["id"]: one for one in json.loads((ROOT / "protocols/patients/sample.json").read_text("utf-8"))
    }

    def write(name: str, **more: object) -> str:
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(known[name] | more), encoding="utf-8")
        return str(path)

    return write


def test_a_list_is_made_twice_alike_and_recorded(trialc):
    first = trialc("--seed", "2026 a", *GIVEN, "--format", "json")
    assert first == trialc("--seed", "2026 a", "--ratio", "1:1:1", "--blocks", "6,3", "--format", "json")
    code, out, _ = first
    made = json.loads(out)
    assert code == 0
    assert made["record"]["ratio_from"] == "given by the user; the protocol states none"
    assert made["record"]["protocol_sha256"] == hashlib.sha256(Path(FLAGSHIP).read_bytes()).hexdigest()
    assert made["record"]["number"] == 261
    assert "date" not in made["record"]
    arms = [row["arm"] for row in made["list"]]
    assert {arms.count(arm) for arm in ("msc_1", "msc_2", "control")} == {len(arms) // 3}
    assert json.loads(trialc("--seed", "2026 b", *GIVEN, "--format", "json")[1])["list"] != made["list"]


def test_a_table_comes_with_its_record_beside_it(trialc, tmp_path):
    out = tmp_path / "list.csv"
    code, _, _ = trialc("--seed", "s", *GIVEN, "--number", "9", "--format", "csv", "--out", str(out))
    record = json.loads((tmp_path / "list.csv.record.json").read_text("utf-8"))
    assert code == 0
    assert record["list_sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert record["rows"] == len(list(csv.DictReader(out.open(encoding="utf-8"))))
    _, shown, said = trialc("--seed", "s", *GIVEN, "--number", "9", "--format", "csv", "--on", "2026-03-02")
    assert shown == out.read_text("utf-8")
    assert "date              2026-03-02" in said


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seed", "s"], "the protocol states no ratio for its 3 arms, msc_1, msc_2, control"),
        (["--seed", " ", *GIVEN], "the seed is empty"),
        (["--seed", "\udcff", *GIVEN], "the seed is not valid text"),
        (["--seed", "s", "--ratio", "1:x:1"], "`--ratio 1:x:1` is not whole numbers parted by `:`"),
        (["--seed", "s", *GIVEN, "--number", "0"], "a list of 0 places allocates nobody"),
        (["--seed", "s", *GIVEN, "--on", "2026-02-30"], "there is no day 30"),
        (["--seed", "s", *GIVEN, "--patient", "p.json"], "one patient needs the list so far"),
        (["--seed", "s", *GIVEN, "--ledger", "l.csv"], "`--ledger` is for one patient"),
        (["--seed", "s", *GIVEN, "--patient", "none.json", "--ledger", "l.csv"], "cannot read `none.json`"),
        ([], "missing option '--seed'"),
    ],
)
def test_what_cannot_be_done_is_said(trialc, arguments, message):
    code, out, err = trialc(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_patients_are_allocated_down_the_list_or_refused(trialc, patient, tmp_path):
    ledger = tmp_path / "ledger.csv"
    rest = ["--seed", "s", *GIVEN, "--ledger", str(ledger)]
    listed = json.loads(trialc("--seed", "s", *GIVEN, "--format", "json")[1])["list"]
    for number, name in enumerate(("eligible-typical", "eligible-mg-per-dl")):
        code, out, _ = trialc(*rest, "--patient", patient(name), "--format", "json")
        assert (code, json.loads(out)["allocation"]["arm"]) == (0, listed[number]["arm"])
    kept = ledger.read_bytes()
    code, out, err = trialc(*rest, "--patient", patient("ineligible-too-mild"))
    assert (code, out) == (1, "")
    assert "refused: the patient `ineligible-too-mild` is ineligible and is not allocated: fails I1" in err
    code, _, err = trialc(*rest, "--patient", patient("undetermined-labs-pending"))
    assert code == 1
    assert "is undetermined and is not allocated" in err
    code, _, err = trialc(*rest, "--patient", patient("eligible-typical"))
    assert code == 2
    assert "in the ledger already, as number 1" in err
    assert ledger.read_bytes() == kept
    assert not list(tmp_path.glob("*.lock"))


def test_a_ledger_in_use_is_left_alone(trialc, patient, tmp_path):
    ledger = tmp_path / "ledger.csv"
    (tmp_path / "ledger.csv.lock").touch()
    code, _, err = trialc(
        "--seed", "s", *GIVEN, "--ledger", str(ledger), "--patient", patient("eligible-typical")
    )
    assert code == 2
    assert "another allocation holds the ledger" in err
    assert not ledger.exists()


def test_a_patient_without_a_day_or_an_id_is_not_allocated(trialc, patient, tmp_path):
    rest = ["--seed", "s", *GIVEN, "--ledger", str(tmp_path / "l.csv"), "--patient"]
    assert "no day to judge on" in trialc(*rest, patient("eligible-typical", on=None))[2]
    assert "the patient has no id" in trialc(*rest, patient("eligible-typical", id=None))[2]
    code, out, _ = trialc(*rest, patient("eligible-typical", on=None), "--on", "2026-03-02")
    assert code == 0
    assert "eligible-typical is allocated to" in out
