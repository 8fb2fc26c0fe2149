"""Each verb on real files: what it writes, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from trialc import FLAGSHIP, SMALL, process, python, trialc

ARTIFACTS = {"checker.py", "protocol.json", "protocol.md", "protocol.html", "strategies.py"}
FAULTY = SMALL.replace("inr >= 1.5", "inrr >= 1.5").replace("age >= 18 years", "agee >= 18 years")
WARNED = SMALL.replace('source "Adults." ', "")


def written(folder: Path, text: str = SMALL, name: str = "small.trial") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_build_writes_a_folder_for_each_protocol(tmp_path: Path) -> None:
    other = written(tmp_path, SMALL.replace("SMALL01", "OTHER02"), "other.trial")
    ran = trialc("build", written(tmp_path), other, "--out", tmp_path / "made")
    assert ran.code == 0
    found = {path.relative_to(tmp_path / "made").as_posix() for path in (tmp_path / "made").rglob("*.*")}
    assert found == {f"{folder}/{name}" for folder in ("small01", "other02") for name in ARTIFACTS}
    assert [line.split()[0] for line in ran.out.splitlines()] == ["wrote"] * 10


def test_build_is_deterministic(tmp_path: Path) -> None:
    file = written(tmp_path)
    texts = []
    for seed in ("1", "2"):
        assert process("build", file, "--out", tmp_path / seed, PYTHONHASHSEED=seed).code == 0
        texts.append([(tmp_path / seed / "small01" / name).read_bytes() for name in sorted(ARTIFACTS)])
    assert texts[0] == texts[1]
    assert str(tmp_path).encode() not in b"".join(texts[0])


def test_a_standalone_checker_runs_on_a_bare_interpreter(tmp_path: Path) -> None:
    assert trialc("build", written(tmp_path), "--standalone", "--out", tmp_path).code == 0
    code = (
        "from checker_standalone import check; import sys\n"
        "print(check({'id': 'P', 'age': 45, 'sex': 'male', 'inr': 1.8, 'bleeding': []}, '2026-03-02').outcome)\n"
        "print([name for name in sys.modules if name.startswith('protocol_dsl')])"
    )
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.')\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path / "small01", check=False)
    assert done.stdout == "undetermined\n[]\n", done.stderr


def test_build_refuses_errors_and_writes_nothing(tmp_path: Path) -> None:
    ran = trialc("build", written(tmp_path, FAULTY), "--out", tmp_path / "made")
    assert ran.code == 1
    assert "`inrr`" in ran.err
    assert not (tmp_path / "made").exists()


def test_build_of_one_bad_file_among_good_ones_builds_the_good(tmp_path: Path) -> None:
    ran = trialc("build", written(tmp_path, FAULTY, "bad.trial"), written(tmp_path), "--out", tmp_path)
    assert ran.code == 1
    assert (tmp_path / "small01" / "checker.py").is_file()


def test_build_with_warnings_stops_only_when_strict(tmp_path: Path) -> None:
    file = written(tmp_path, WARNED)
    assert trialc("build", file, "--out", tmp_path, "--strict").code == 1
    assert not (tmp_path / "small01").exists()
    ran = trialc("build", file, "--out", tmp_path)
    assert ran.code == 0
    assert "warning[" in ran.err


def test_build_into_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    file = written(tmp_path)
    ran = trialc("build", file, "--out", file)
    assert ran.code == 2
    assert ran.err.startswith("error: cannot write")


def test_two_files_of_one_protocol_do_not_overwrite_each_other(tmp_path: Path) -> None:
    ran = trialc("build", written(tmp_path), written(tmp_path, SMALL, "again.trial"), "--out", tmp_path)
    assert ran.code == 2
    assert "both declare the protocol SMALL01" in ran.err


def test_check_in_every_format(tmp_path: Path) -> None:
    file, clean = written(tmp_path, FAULTY), written(tmp_path, SMALL, "clean.trial")
    text = trialc("check", file, clean)
    assert text.code == 1
    assert "2 errors" in text.out
    assert "1 file without findings" in text.out
    found = json.loads(trialc("check", file, clean, "--format", "json").out)
    assert found["summary"]["error"] == 2
    assert found["files"] == [str(file), str(clean)]
    assert [one["name"] for one in found["diagnostics"] if one["severity"] == "error"] == ["unknown-name"] * 2
    sarif = json.loads(trialc("check", file, clean, "--format", "sarif").out)
    assert [len(run["results"]) > 0 for run in sarif["runs"]] == [True, False]
    github = trialc("check", file, clean, "--format", "github").out.splitlines()
    assert [line.split()[0] for line in github].count("::error") == 2


def test_check_of_one_file_keeps_the_shape_of_its_json(tmp_path: Path) -> None:
    found = json.loads(trialc("check", written(tmp_path), "--format", "json").out)
    assert found["version"] == 1
    assert found["file"] == str(tmp_path / "small.trial")
    assert found["diagnostics"] == []


def test_check_reports_readable_files_beside_one_that_is_not(tmp_path: Path) -> None:
    ran = trialc("check", tmp_path / "none.trial", written(tmp_path, FAULTY), "--format", "json")
    assert ran.code == 2
    assert json.loads(ran.out)["summary"]["error"] == 2
    assert "there is no such file" in ran.err


@pytest.mark.parametrize(("strict", "code"), [([], 0), (["--strict"], 1)])
def test_warnings_are_findings_only_when_strict(tmp_path: Path, strict: list[str], code: int) -> None:
    ran = trialc("check", written(tmp_path, WARNED), *strict)
    assert ran.code == code
    assert "1 warning" in ran.out


def test_explain_shows_pages_by_code_and_name() -> None:
    by_code, by_name = trialc("explain", "n001"), trialc("explain", "unknown-name")
    assert by_code == by_name
    assert by_code.code == 0
    for heading in ("N001 unknown-name (error)", "Why it matters:", "Example:", "Cure:"):
        assert heading in by_code.out


def test_explain_without_a_code_lists_them_all() -> None:
    lines = trialc("explain").out.splitlines()
    assert len(lines) > 20
    assert any(line.split() == ["N001", "error", "unknown-name"] for line in lines)


def test_library_lists_the_shipped_ones_and_shows_one() -> None:
    assert "`renal`" in trialc("library").out
    shown = trialc("library", "renal").out
    assert "## `renal.egfr`" in shown
    assert "unknown elsewhere" in shown


def test_library_that_is_not_shipped() -> None:
    ran = trialc("library", "reenal")
    assert ran.code == 2
    assert "did you mean `renal`?" in ran.err


def test_docs_writes_the_documents_alone(tmp_path: Path) -> None:
    assert trialc("docs", written(tmp_path), "--out", tmp_path).code == 0
    assert {path.name for path in (tmp_path / "small01").iterdir()} == {"protocol.md", "protocol.html"}
    assert (
        trialc("docs", written(tmp_path), "--out", "-").out
        == (tmp_path / "small01" / "protocol.md").read_text()
    )


def test_show_tells_what_was_understood(tmp_path: Path) -> None:
    file = written(tmp_path)
    assert trialc("show", file, "--ir").out.startswith("protocol SMALL01")
    assert json.loads(trialc("show", file, "--json").out)
    english = trialc("show", file).out
    assert "I2 Coagulopathy (inclusion)" in english
    one = trialc("show", file, "i2").out
    assert "“INR of at least 1.5.”" in one
    assert "require inr >= 1.5" in one
    assert "E1" not in one


def test_examples_are_judged_twice(tmp_path: Path) -> None:
    ran = trialc("test", written(tmp_path))
    assert ran.code == 0
    assert ran.out.splitlines()[1:] == ["  pass  fits", "  pass  too young", "2 examples, 2 pass, 0 fail"]


def test_an_example_that_fails_says_what_came_out(tmp_path: Path) -> None:
    file = written(tmp_path, SMALL.replace("age 17 years  expect", "age 18 years  expect"))
    ran = trialc("test", file)
    assert ran.code == 1
    assert ran.out.splitlines()[2:] == [
        "  FAIL  too young",
        "          expected ineligible, came out eligible",
        "          I1: expected fails, came out passes",
        "2 examples, 1 pass, 1 fail",
    ]
    data = json.loads(trialc("test", file, "--format", "json").out)
    assert data["summary"] == {"passes": 1, "fails": 1}
    suite = ET.fromstring(trialc("test", file, "--format", "junit").out)[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert suite[1][0].get("message") == "expected ineligible, came out eligible"


def test_a_disagreement_of_checker_and_reference_is_a_failure(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(
        "from protocol_dsl.cli import checker, shell\n"
        "right = checker.Checker.outcomes\n"
        "checker.Checker.outcomes = lambda self, *rest: {**right(self, *rest), 'I2': None}\n"
        f"assert shell.run(['test', {str(written(tmp_path))!r}]) == 1\n",
        encoding="utf-8",
    )
    assert "I2: the reference says passes, the generated checker unknown" in python(str(script))


def test_the_examples_of_the_flagship_pass() -> None:
    ran = trialc("test", FLAGSHIP, "--format", "json")
    summary = json.loads(ran.out)["summary"]
    assert ran.code == 0
    assert summary["fails"] == 0
    assert summary["passes"] >= 12


def test_the_checker_agrees_with_the_reference_on_made_up_patients() -> None:
    ran = trialc("differential", FLAGSHIP, "--patients", "300", "--seed", "7")
    assert ran.code == 0
    assert ran.out.startswith("300 patients, no disagreement")
    counts = {row.split()[0]: [int(cell) for cell in row.split()[1:]] for row in ran.out.splitlines()[2:]}
    assert all(sum(row) == 300 for row in counts.values())
    assert all(min(sorted(row)[1:]) > 0 for row in counts.values()), (
        "a criterion that always comes out alike is not tested"
    )


def test_fmt_checks_shows_and_writes(tmp_path: Path) -> None:
    path = tmp_path / "a.trial"
    path.write_text('fact inr:lab "INR"\n', "utf-8")
    checked = trialc("fmt", "--check", str(path))
    assert checked.code == 1
    assert "laid out otherwise" in checked.err
    shown = trialc("fmt", "--diff", str(path))
    assert shown.code == 0
    assert '+fact inr : lab  "INR"' in shown.out
    assert path.read_text("utf-8") == 'fact inr:lab "INR"\n'
    assert trialc("fmt", str(path)).code == 0
    assert path.read_text("utf-8") == 'fact inr : lab  "INR"\n'
    assert trialc("fmt", "--check", str(path)).code == 0


def test_fmt_leaves_a_file_with_errors_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.trial"
    path.write_text('fact inr:labb "INR"\n', "utf-8")
    result = trialc("fmt", str(path))
    assert result.code == 1
    assert "labb" in result.err
    assert path.read_text("utf-8") == 'fact inr:labb "INR"\n'


@pytest.mark.parametrize("verb", ["check", "test", "fmt", "build"])
def test_a_folder_stands_for_the_protocols_in_it(verb: str, tmp_path: Path) -> None:
    folder = tmp_path / "protocols"
    folder.mkdir()
    for number in (1, 2):
        written(folder, SMALL.replace("SMALL01", f"SMALL0{number}"), f"{number}.trial")
    (folder / "notes.txt").write_text("no protocol", encoding="utf-8")
    out = ("--out", str(tmp_path / "out")) if verb == "build" else ()
    one_by_one = trialc(verb, *out, *(str(folder / f"{number}.trial") for number in (1, 2)))
    together = trialc(verb, *out, str(folder))
    assert together.code == one_by_one.code == 0
    if verb != "fmt":  # the first run has laid the files out, which the second no longer tells
        assert together.out == one_by_one.out


@pytest.mark.parametrize("verb", ["check", "test", "fmt", "build"])
def test_a_folder_without_protocols_is_told(verb: str, tmp_path: Path) -> None:
    said = trialc(verb, str(tmp_path))
    assert said.code == 2
    assert "holds no protocol" in said.err
