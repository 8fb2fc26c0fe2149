"""`trialc watch` and `trialc completion`, as a shell runs them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from trialc import SMALL, trialc

COMMAND = (sys.executable, "-m", "protocol_dsl.cli.main")


def heard(stream: IO[str], until: str) -> str:
    """Lines as they come, up to one that holds the words."""
    lines = []
    for line in stream:
        lines.append(line)
        if until in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def test_a_file_is_checked_and_tested_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "a.trial"
    file.write_text(SMALL, "utf-8")
    (tmp_path / "b.trial").write_text(SMALL, "utf-8")
    with subprocess.Popen(
        [*COMMAND, "watch", "--every", "0.1", "."],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as watching:
        assert watching.stdout is not None
        first = heard(watching.stdout, "2 files watched")
        assert "a.trial: 2 examples, 2 pass, 0 fail" in first
        assert "b.trial: 2 examples, 2 pass, 0 fail" in first
        file.write_text(SMALL.replace("inr 1.8", "inr 1.2"), "utf-8")
        second = heard(watching.stdout, "2 files watched")
        assert "a.trial: 2 examples, 1 pass, 1 fail\n  FAIL  fits\n" in second
        assert "b.trial" not in second
        file.write_text(SMALL.replace("require inr", "require inrr"), "utf-8")
        assert "unknown name `inrr`" in heard(watching.stdout, "2 files watched")
        file.unlink()
        (tmp_path / "b.trial").write_text(SMALL + "\n", "utf-8")
        assert "b.trial: 2 examples" in heard(watching.stdout, "1 file watched")
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 130


def test_what_cannot_be_watched_is_told_at_once(tmp_path: Path) -> None:
    assert trialc("watch", "-").code == 2
    assert "holds no protocol" in trialc("watch", tmp_path).err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str) -> None:
    ran = trialc("completion", shell)
    assert ran.code == 0
    assert ran.out.startswith("# ")
    assert f"_TRIALC_COMPLETE={shell}_complete" in ran.out


def test_bash_completes_verbs_options_and_their_words(tmp_path: Path) -> None:
    """The script as printed, sourced by bash, where the command of that name is this package."""
    command = tmp_path / "trialc"
    command.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n', "utf-8")
    command.chmod(0o755)
    script = tmp_path / "completion.bash"
    script.write_text(trialc("completion", "bash").out, "utf-8")
    asked = (["trialc", "che"], ["trialc", "check", "--str"], ["trialc", "check", "--format", "sar"])
    lines = "\n".join(
        f"COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; COMPREPLY=(); "
        '_trialc_completion trialc; echo "${COMPREPLY[*]}"'
        for words in asked
    )
    ran = subprocess.run(
        ["bash", "-c", f"source {script}\n{lines}"],
        capture_output=True,
        text=True,
        check=True,
        env={
            **os.environ,
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "BASH_SILENCE_DEPRECATION_WARNING": "1",
        },
    )
    assert ran.stdout.split() == ["check", "--strict", "sarif"], ran.stderr
