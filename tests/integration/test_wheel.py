"""The built wheel holds all it needs: installed elsewhere, it compiles, documents and judges."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from trialc import FLAGSHIP, ROOT, SAMPLE

pytestmark = pytest.mark.xdist_group("wheel")  # built once, by one worker
BIN = "Scripts" if os.name == "nt" else "bin"
PIP = ("-m", "pip", "--disable-pip-version-check", "-q")


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; it must succeed, and nothing of this checkout may be in its way."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, *PIP, "wheel", "--no-deps", "-w", folder, ROOT, cwd=folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a fresh environment that has the wheel, and nothing of the project."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    run(folder / "venv" / BIN / "python", *PIP, "install", wheel, cwd=folder)
    (folder / FLAGSHIP.name).write_bytes(FLAGSHIP.read_bytes())
    (folder / "patients.json").write_bytes(SAMPLE.read_bytes())
    return folder


def trialc(folder: Path, *arguments: str) -> str:
    return run(folder / "venv" / BIN / "trialc", *arguments, cwd=folder)


def test_the_wheel_holds_what_is_no_python(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "protocol_dsl"
    data = [path for path in package.rglob("*") if path.is_file() and path.suffix not in {".py", ".pyc"}]
    expected = {path.relative_to(ROOT).as_posix() for path in data}
    assert {"protocol_dsl/py.typed", "protocol_dsl/library/liver.trial"} <= expected
    assert expected | {"protocol_dsl/syntax/trial.lark", "protocol_dsl/syntax/trial.table"} <= names
    assert not [name for name in names if name.startswith(("tests", "benchmarks", "generated"))]


def test_its_parser_is_read_and_not_built(elsewhere: Path) -> None:
    code = "from protocol_dsl.syntax import table; print(table.parser(table.grammar(), table.prebuilt()).source_path)"
    assert run(elsewhere / "venv" / BIN / "python", "-c", code, cwd=elsewhere) == "<deserialized>\n"


def test_it_parses_and_checks_elsewhere(elsewhere: Path) -> None:
    assert trialc(elsewhere, "check", FLAGSHIP.name) == "1 file without findings\n"
    assert trialc(elsewhere, "--version").startswith("trialc 0")


def test_it_builds_what_this_checkout_builds(elsewhere: Path) -> None:
    trialc(elsewhere, "build", FLAGSHIP.name, "--out", "made")
    held = ROOT / "generated" / "nct02812121"
    made = elsewhere / "made" / "nct02812121"
    for file in ("checker.py", "protocol.json"):
        assert (made / file).read_text(encoding="utf-8") == (held / file).read_text(encoding="utf-8")


def test_it_judges_patients_elsewhere(elsewhere: Path) -> None:
    verdicts = json.loads(trialc(elsewhere, "run", FLAGSHIP.name, "patients.json", "--format", "json"))
    assert len(verdicts) == len(json.loads(SAMPLE.read_text(encoding="utf-8")))


def test_the_generated_checker_loads_no_compiler(elsewhere: Path) -> None:
    trialc(elsewhere, "build", FLAGSHIP.name, "--out", "made")
    code = (
        "import sys; sys.path.insert(0, 'made/nct02812121'); import checker\n"
        "print(checker.check({'id': 'P1'}, '2026-03-02').outcome)\n"
        "print([name for name in ('lark', 'jinja2', 'attrs', 'click', 'rich', 'ucumvert') if name in sys.modules])"
    )
    assert run(elsewhere / "venv" / BIN / "python", "-c", code, cwd=elsewhere) == "undetermined\n[]\n"
