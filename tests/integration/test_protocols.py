"""Every protocol of the project: clean, true to its examples, and built into files that stand on their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from trialc import ROOT, trialc

PROTOCOLS = sorted((ROOT / "protocols").glob("*.trial"))


def test_no_protocol_has_a_finding() -> None:
    ran = trialc("check", "--strict", *PROTOCOLS)
    assert ran.code == 0, ran.out


@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_its_examples_come_out_as_written(path: Path) -> None:
    ran = trialc("test", path)
    assert ran.code == 0, ran.out
    odd = [line for line in ran.out.splitlines() if "not understood" in line and "no plausible" not in line]
    assert not odd
    assert "  pass  nothing known" in ran.out


def test_what_is_built_is_typed(tmp_path: Path) -> None:
    assert trialc("build", *PROTOCOLS, "--out", tmp_path).code == 0
    # One run over all: a folder each, so that the modules are told apart.
    modules = sorted(str(path) for path in tmp_path.glob("*/*.py"))
    assert len(modules) >= len(PROTOCOLS)
    options = ["--strict", "--namespace-packages", "--explicit-package-bases"]
    command = [sys.executable, "-m", "mypy", *options, *modules]
    paths = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=paths, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
