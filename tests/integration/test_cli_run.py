"""`trialc run`: every form of input and output, and bad input of every kind."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pytest
from trialc import FLAGSHIP, SAMPLE, SMALL, Ran, python, trialc

from protocol_dsl.runtime.verdict import Verdict

FITS = {
    "id": "P1",
    "on": "2026-03-02",
    "age": 45,
    "sex": "male",
    "inr": 1.8,
    "total_bilirubin": 34,
    "bleeding": [],
}
YOUNG = {**FITS, "id": "P2", "age": 17}
OPEN = {"id": "P3", "on": "2026-03-02", "age": 45, "sex": "male", "total_bilirubin": 34, "bleeding": []}
WIDE = (
    "id,on,age,sex,inr,total_bilirubin (mg/dL),total_bilirubin date,bleeding\n"
    "P1,2026-03-02,45,male,1.8,2,2026-03-01,none\n"
    "P2,2026-03-02,17,male,1.8,2,2026-03-01,none\n"
    "P3,2026-03-02,45,male,,2,2026-03-01,none\n"
)
VERDICTS = {"P1": "eligible", "P2": "ineligible", "P3": "undetermined"}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.trial"
    file.write_text(SMALL, encoding="utf-8")
    return file


def judged(ran: Ran) -> dict[str, str]:
    """The verdict of each patient, from NDJSON."""
    assert ran.code == 0, ran.err
    return {one["patient"]: one["verdict"] for one in map(json.loads, ran.out.splitlines())}


def lines(*patients: object) -> str:
    return "".join(json.dumps(patient) + "\n" for patient in patients)


def test_one_line_a_patient(small: Path, tmp_path: Path) -> None:
    ran = trialc("run", small, "-", "--format", "brief", stdin=lines(FITS, YOUNG, OPEN))
    assert ran.out.splitlines() == [
        "P1        eligible",
        "P2        ineligible    I1 fails",
        "P3        undetermined  needs international normalized ratio (I2)",
    ]


def test_a_record_nobody_can_read_is_not_the_lack_of_one(tmp_path: Path) -> None:
    protocol = Path(__file__).parents[1] / "corpus/good/criteria/known.trial"
    file = tmp_path / "p.json"
    file.write_text(
        lines(
            {"id": "illegible", "pregnant": "YES!"},
            {"id": "none"},
            {"id": "null", "pregnant": None},
            {"id": "illegible result", "hcv_rna": "???"},
            {
                "id": "read since",
                "hcv_rna": [{"value": "?", "on": "2025"}, {"value": "negative", "on": "2026-01-01"}],
            },
            {"id": "no history", "pregnant": True, "bleeding": True},
        )
    )
    ran = trialc("run", str(protocol), str(file), "--on", "2026-03-02", "--format", "ndjson")
    assert judged(ran) == {
        "illegible": "undetermined",
        "none": "eligible",
        "null": "eligible",
        "illegible result": "undetermined",
        "read since": "eligible",
        "no history": "ineligible",
    }
    told = {one["patient"]: one for one in map(json.loads, ran.out.splitlines())}
    assert [one["words"] for one in told["illegible"]["missing"]] == ["a clear record of “pregnant”"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.json", json.dumps([FITS, YOUNG, OPEN])),
        ("p.json", json.dumps([FITS, YOUNG, OPEN], indent=2)),
        ("p.ndjson", lines(FITS, YOUNG, OPEN)),
        ("p.csv", WIDE),
        ("p.tsv", WIDE.replace(",", "\t")),
        ("-", lines(FITS, YOUNG, OPEN)),
        ("-", WIDE),
    ],
)
def test_every_form_of_input_gives_the_same_verdicts(
    small: Path, tmp_path: Path, name: str, text: str
) -> None:
    if name != "-":
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = trialc("run", small, name, "--format", "ndjson", stdin=text if name == "-" else "", cwd=tmp_path)
    assert judged(ran) == VERDICTS
    assert ran.err == "3 patients judged: 1 eligible, 1 ineligible, 1 undetermined\n"


def test_one_patient_may_stand_alone(small: Path) -> None:
    ran = trialc("run", small, "-", "--format", "ndjson", stdin=json.dumps(FITS, indent=1))
    assert judged(ran) == {"P1": "eligible"}


def test_several_files_are_read_one_after_another(small: Path, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(lines(FITS), encoding="utf-8")
    (tmp_path / "b.csv").write_text("\n".join(WIDE.splitlines()[::3]) + "\n", encoding="utf-8")
    ran = trialc("run", small, "a.json", "b.csv", "--format", "ndjson", cwd=tmp_path)
    assert judged(ran) == {"P1": "eligible", "P3": "undetermined"}


def test_every_form_of_output_tells_the_same(small: Path) -> None:
    stdin = lines(FITS, YOUNG, OPEN)
    array = json.loads(trialc("run", small, "-", "--format", "json", stdin=stdin).out)
    assert {one["patient"]: one["verdict"] for one in array} == VERDICTS
    rows = list(csv.DictReader(io.StringIO(trialc("run", small, "-", "--format", "csv", stdin=stdin).out)))
    assert {row["patient"]: row["verdict"] for row in rows} == VERDICTS
    assert rows[1]["I1"] == "fails"
    assert rows[2]["I2"] == "unknown"
    assert "international normalized ratio" in rows[2]["missing"]
    text = trialc("run", small, "-", stdin=stdin).out
    assert [line.split(": ")[1] for line in text.splitlines() if line.startswith("Patient ")] == [
        "ELIGIBLE", "INELIGIBLE", "UNDETERMINED",
    ]  # fmt: skip


@pytest.mark.parametrize(("format_", "out"), [("json", "[]\n"), ("ndjson", ""), ("text", "")])
def test_nobody_is_an_answer_too(small: Path, format_: str, out: str) -> None:
    ran = trialc("run", small, "-", "--format", format_, stdin="[]")
    assert (ran.code, ran.out) == (0, out)
    assert "0 patients judged" in ran.err


def test_a_file_is_written_whole_or_not_at_all(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "verdicts.csv"
    ran = trialc("run", small, "-", "--format", "csv", "--out", out, stdin=lines(FITS))
    assert (ran.code, ran.out) == (0, "")
    before = out.read_text(encoding="utf-8")
    assert before.count("\n") == 2
    ran = trialc("run", small, "-", "--format", "csv", "--out", out, stdin="{")
    assert ran.code == 2
    assert out.read_text(encoding="utf-8") == before
    assert [path.name for path in tmp_path.iterdir()].count("verdicts.csv") == 1
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_device_is_written_to_and_not_replaced(small: Path) -> None:
    assert trialc("run", small, "-", "--out", "/dev/null", stdin=lines(FITS)).code == 0
    assert Path("/dev/null").is_char_device()


def test_the_day_of_judging(small: Path) -> None:
    undated = {key: value for key, value in FITS.items() if key != "on"}
    ran = trialc("run", small, "-", "--format", "ndjson", stdin=lines(undated))
    assert json.loads(ran.out)["on"] == date.today().isoformat()
    assert f"as at today, {date.today().isoformat()}, for want of a date" in ran.err
    ran = trialc("run", small, "-", "--format", "ndjson", "--on", "2027-01-31", stdin=lines(FITS))
    assert json.loads(ran.out)["on"] == "2027-01-31"
    ran = trialc("run", small, "-", stdin=lines({**FITS, "on": "2026-02"}))
    assert ran.code == 2
    assert "<stdin>:1: " in ran.err


def test_a_patient_without_an_id_is_named_by_place(small: Path) -> None:
    nameless = {key: value for key, value in FITS.items() if key != "id"}
    ran = trialc("run", small, "-", "--format", "ndjson", stdin="\n" + lines(nameless, nameless))
    assert judged(ran) == {"<stdin>:2": "eligible", "<stdin>:3": "eligible"}
    ran = trialc(
        "run", small, "-", "--format", "ndjson", stdin=f"[{json.dumps(nameless)}, {json.dumps(nameless)}]"
    )
    assert judged(ran) == {"<stdin>:1": "eligible", "<stdin>:1#2": "eligible"}


def test_what_is_not_understood_is_counted_at_the_end(small: Path) -> None:
    odd = {
        "inrr": 2,
        "total_bilirubin": {"value": 3, "unit": "mg"},
        "pregnant": "perhaps",
        "inr": float("nan"),
    }
    stdin = lines(*({**FITS, **odd, "id": f"P{number}"} for number in range(3)))
    ran = trialc("run", small, "-", "--format", "csv", stdin=stdin)
    assert ran.code == 0
    report = ran.err.partition("not used as recorded:\n")[2].splitlines()
    assert len(report) == 4
    assert all("(3 times, first at patient P0)" in line for line in report)
    for words in (
        "`inrr`: no fact of this name is declared",
        "did you mean `inr`?",
        "`mg`",
        "`perhaps`",
        "`nan`",
    ):
        assert words in "\n".join(report)
    assert trialc("run", small, "-", "--strict", stdin=stdin).code == 1
    assert trialc("run", small, "-", "--strict", stdin=lines(FITS)).code == 0


def test_many_different_words_make_a_short_report(small: Path) -> None:
    stdin = lines(*({**FITS, "inr": f"x{number}", "id": number} for number in range(500)))
    ran = trialc("run", small, "-", "--format", "csv", stdin=stdin)
    assert len(ran.err.splitlines()) < 15
    assert "in other words as well" in ran.err


@pytest.mark.parametrize(
    ("name", "text", "place", "words"),
    [
        ("p.json", '{"id": "P1"', "p.json:1", "it is no JSON"),
        ("p.json", "", "p.json", "it is empty"),
        ("p.json", "[" * 50_000, "p.json:1", "nested too deep"),
        ("p.csv", "", "p.csv", "it is empty"),
        ("p.csv", WIDE.replace(",", ";"), "p.csv:1", "parted by a semicolon"),
        ("p.csv", "id,inr\nP1," + "9" * 200_000, "p.csv:2", "a cell is longer than"),
        ("p.csv", b"id,inr\nP\xe9,1\n", "p.csv:2", "byte 0xE9 is not UTF-8"),
        ("p.csv", "id,inr\n".encode("utf-16"), "p.csv", "it is written in UTF-16"),
        ("p.csv", b"\x7fELF\0\0", "p.csv:1", "it holds a NUL byte"),
        ("p.json", b'{"id": "\xff"}', "p.json:1", "byte 0xFF is not UTF-8"),
    ],
)
def test_bad_patients_are_refused_with_their_place(
    small: Path, tmp_path: Path, name: str, text: str | bytes, place: str, words: str
) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = trialc("run", small, name, "--on", "2026-03-02", cwd=tmp_path)
    assert ran.code == 2
    message, fix = ran.err.splitlines()
    assert message.startswith(f"error: {place}: ")
    assert words in message
    assert fix.startswith("  = help: ")


BAD_DAY = {**FITS, "id": "P9", "on": "2026-02"}


@pytest.mark.parametrize(
    ("name", "text", "patients", "words"),
    [
        (
            "p.json",
            json.dumps([FITS, BAD_DAY, 7, {"id": "P8", "on": 5}, FITS, OPEN], indent=1),
            ["P9", "p.json:*", "P8", "P1"],
            [
                "is not one day",
                "an object of facts",
                "`on` is no date",
                "the patient `P1` stands at p.json:2 already",
            ],
        ),
        (
            "p.ndjson",
            lines(FITS)
            + '{"id": "P7", }\n7\n{"id": "P7",\n "sex": male}\n{"id": 1, "id": 2}\n'
            + lines(OPEN),
            ["p.ndjson:*"] * 4,
            [
                "no JSON at column 14",
                "an object of facts",
                "no JSON at column 9",
                "the key `id` stands twice",
            ],
        ),
        (
            "p.ndjson",
            lines(FITS) + '{"id": "P6", "inr": ' + "9" * 5_000 + "}\n" + lines(OPEN) + '{"id": "P7',
            ["p.ndjson:*"] * 2,
            ["too many digits", "a text is not closed"],
        ),
        (
            "p.csv",
            WIDE + "P4,2026-03-02\n" + WIDE.splitlines()[1] + "\n" + 'P5,"2026"-03,,,,,,\n' + 'P6,",,,,,,\n',
            ["p.csv:5", "P1", "p.csv:7", "p.csv:8"],
            [
                "the row has 2 cells",
                "stands at p.csv:2 already",
                "it is no CSV",
                "not closed, and what follows",
            ],
        ),
        (
            "p.json",
            f"[{json.dumps(FITS)}, {json.dumps(OPEN)}, {{]",
            ["p.json:1"],
            ["what follows it was not read"],
        ),
        (
            "p.ndjson",
            lines(FITS, OPEN).encode() + b'{"id": "\xff"}\n',
            ["p.ndjson:3"],
            ["byte 0xFF is not UTF-8, and what follows it was not read"],
        ),
    ],
)
@pytest.mark.parametrize("format_", ["text", "brief", "json", "ndjson", "csv"])
def test_who_cannot_be_read_is_told_and_the_others_are_judged(
    small: Path,
    tmp_path: Path,
    name: str,
    text: str | bytes,
    patients: list[str],
    words: list[str],
    format_: str,
) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    ran = trialc("run", small, name, "--format", format_, cwd=tmp_path)
    assert ran.code == 1
    listed = ran.err.partition(" not judged:\n")[2].splitlines()[: len(words)]
    assert all(word in line for word, line in zip(words, listed, strict=True)), ran.err
    found = {
        "text": lambda: [
            one[8:].split(": NOT")[0] for one in ran.out.splitlines() if one.endswith("NOT JUDGED")
        ],
        "brief": lambda: [one.split()[0] for one in ran.out.splitlines() if " not judged " in one],
        "json": lambda: [one["patient"] for one in json.loads(ran.out) if one["verdict"] == "not judged"],
        "ndjson": lambda: [
            one["patient"] for one in map(json.loads, ran.out.splitlines()) if one["verdict"] == "not judged"
        ],
        "csv": lambda: [
            one["patient"] for one in csv.DictReader(io.StringIO(ran.out)) if one["verdict"] == "not judged"
        ],
    }[format_]()
    assert len(found) == len(patients)
    assert all(fnmatch(one, pattern) for one, pattern in zip(found, patients, strict=True)), found
    assert "P1" in ran.out
    assert "P3" in ran.out


def test_a_patient_who_was_not_judged_has_no_verdict(small: Path) -> None:
    ran = trialc("run", small, "-", "--format", "ndjson", stdin=lines(BAD_DAY, FITS))
    first, second = map(json.loads, ran.out.splitlines())
    assert Verdict.from_json(second).outcome == "eligible"
    with pytest.raises(ValueError, match="not judged: <stdin>:1: `2026-02` is not one day"):
        Verdict.from_json(first)


def test_where_nobody_can_be_judged_all_that_is_wrong_is_told(small: Path) -> None:
    ran = trialc("run", small, "-", "--format", "json", stdin="[1, 2]")
    assert ran.code == 2
    assert [line.strip().split(": ")[0] for line in ran.err.splitlines()[1:3]] == ["<stdin>:1", "<stdin>:1#2"]
    assert "error: nobody could be judged" in ran.err


def test_a_stage_of_its_own_anchor_is_judged_when_asked(tmp_path: Path) -> None:
    text = SMALL + 'anchor randomization "Randomization"\n'
    text += 'stage randomizing at randomization { inclusion R1 "INR" { source "INR" require inr < 3 } }\n'
    (tmp_path / "s.trial").write_text(text, encoding="utf-8")
    ran = trialc(
        "run", "s.trial", "-", "--stage", "randomizing", "--format", "csv", stdin=lines(FITS), cwd=tmp_path
    )
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == "patient,on,verdict,R1,missing,not_understood"


def test_a_protocol_with_errors_is_shown_and_judges_nobody(tmp_path: Path) -> None:
    (tmp_path / "s.trial").write_text(SMALL.replace("inr >= 1.5", "inrr >= 1.5"), encoding="utf-8")
    ran = trialc("run", "s.trial", "-", stdin=lines(FITS), cwd=tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "unknown name `inrr`" in ran.err


def test_the_sample_of_the_flagship_holds_every_verdict() -> None:
    ran = trialc("run", FLAGSHIP, SAMPLE, "--format", "ndjson")
    assert set(judged(ran).values()) == {"eligible", "ineligible", "undetermined"}


def test_a_long_input_is_a_stream(small: Path, tmp_path: Path) -> None:
    """The memory of judging 4,000 patients is that of judging 40."""
    peaks = []
    for count in (40, 4_000):
        padding = {"hbsag_not_declared": "x" * 4_000}
        text = lines(*({**FITS, **padding, "id": number} for number in range(count)))
        (tmp_path / "p.ndjson").write_text(text, encoding="utf-8")
        code = (
            "from protocol_dsl.cli.shell import run\n"
            f"assert run(['run', {str(small)!r}, 'p.ndjson', '--format', 'csv', '--out', 'out.csv']) == 0\n"
            # The peak of this process alone; `getrusage` would count that of its parent.
            "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
        )
        peaks.append(int(python("-c", code, cwd=tmp_path)))
    # In kB; the file of the second run alone has 16,000.
    assert peaks[1] - peaks[0] < 4_000, peaks


def test_without_criteria_nobody_is_judged(tmp_path: Path) -> None:
    bare = tmp_path / "bare.trial"
    bare.write_text('protocol X9 "No criteria yet" { phase 2 }\n', encoding="utf-8")
    patients = tmp_path / "a.json"
    patients.write_text('[{"id": "a"}]', encoding="utf-8")
    done = trialc("run", bare, patients)
    assert done.code == 2
    assert "no criteria" in done.err
    assert "ELIGIBLE" not in done.out
