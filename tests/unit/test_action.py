"""The action for GitHub: its steps, run as the runner runs them, on protocols that are right and wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ACTION = (Path(__file__).parents[2] / "action.yml").read_text("utf-8")
STEPS = re.findall(r"^      run: (trialc .*)$", ACTION, re.MULTILINE)
RIGHT = """\
protocol SMALL01 "A small protocol" { sex female }
inclusion I1 "Women" { source "Women"  require sex is female }
example "fits" on 2026-03-02 { sex female expect eligible }
"""


def codes(folder: Path, text: str) -> list[int]:
    """The exit code of each step over a folder with one protocol."""
    (folder / "a.trial").write_text(text, "utf-8")
    call = f'trialc() {{ "{sys.executable}" -m protocol_dsl.cli.main "$@"; }}\n'
    given = {**os.environ, "FILES": str(folder), "STRICT": "--strict"}
    return [
        subprocess.run(
            ["bash", "-e", "-c", call + step], env=given, capture_output=True, check=False
        ).returncode
        for step in STEPS
    ]


def test_it_checks_layout_and_examples_too() -> None:
    assert [step.split()[1] for step in STEPS] == ["check", "fmt", "test"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RIGHT, [0, 0, 0]),
        (RIGHT.replace("require sex", "require sexx"), [1, 0, 1]),
        (RIGHT.replace("inclusion I1", "inclusion    I1"), [0, 1, 0]),
        (RIGHT.replace("expect eligible", "expect ineligible"), [0, 0, 1]),
    ],
)
def test_each_step_fails_for_what_it_is_there_for(text: str, expected: list[int], tmp_path: Path) -> None:
    assert codes(tmp_path, text) == expected
