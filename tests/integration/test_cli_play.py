"""`trialc play`: the files of the page. That it works in a browser is the third stage's affair."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from trialc import FLAGSHIP, trialc

from protocol_dsl.playground import PYODIDE


@pytest.fixture
def pyodide(tmp_path: Path) -> Path:
    folder = tmp_path / "node_modules" / "pyodide"
    folder.mkdir(parents=True)
    for name in PYODIDE:
        (folder / name).write_bytes(b"")
    return folder


@pytest.fixture
def page(pyodide: Path, tmp_path: Path) -> Path:
    ran = trialc("play", FLAGSHIP, "--out", tmp_path / "page", "--pyodide", pyodide)
    assert (ran.code, ran.out) == (0, f"wrote {tmp_path / 'page' / 'index.html'}\n")
    return tmp_path / "page"


def test_the_packages_run_by_themselves(page: Path, tmp_path: Path) -> None:
    packages = tmp_path / "packages"
    zipfile.ZipFile(io.BytesIO((page / "packages.zip").read_bytes())).extractall(packages)
    program = (
        f"import sys; sys.path.insert(0, {str(packages)!r})\n"
        "from protocol_dsl.cli.listening import heard\n"
        f"ran = heard(['check', '--format', 'json', {str(FLAGSHIP)!r}])\n"
        "print(ran.code, len(ran.err), sys.modules['protocol_dsl'].__file__)"
    )
    bare = [sys.executable, "-I", "-S", "-c", program]
    done = subprocess.run(bare, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == ["0", "0", str(packages / "protocol_dsl" / "__init__.py")]


def test_the_page_begins_with_the_file_and_its_patients(page: Path) -> None:
    start = json.loads((page / "start.json").read_text(encoding="utf-8"))
    assert start["protocol"] == FLAGSHIP.read_text(encoding="utf-8")
    patients = page / "patients.json"
    patients.write_text(start["patients"], encoding="utf-8")
    ran = trialc("run", FLAGSHIP, patients, "--format", "brief")
    assert ran.out.startswith("typical patient")


def test_what_the_page_names_is_there(page: Path) -> None:
    script = (page / "app.js").read_text(encoding="utf-8") + (page / "worker.js").read_text(encoding="utf-8")
    served = [
        name for name in ("start.json", "packages.zip", "worker.js", "pyodide/pyodide.mjs") if name in script
    ]
    assert len(served) == 4
    assert all((page / name).is_file() for name in served)


def test_without_pyodide_it_is_said_what_to_do(tmp_path: Path) -> None:
    ran = trialc("play", FLAGSHIP, "--pyodide", tmp_path)
    assert (ran.code, "npm install pyodide" in ran.err) == (2, True)
