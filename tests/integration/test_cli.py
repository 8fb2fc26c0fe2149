"""The command line as a whole: front page, exit codes, mistakes on the command line, pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from trialc import FLAGSHIP, ROOT, SAMPLE, SMALL, process, trialc

from protocol_dsl.cli.front import FRONT_PAGE, VERBS
from protocol_dsl.cli.shell import trialc as group


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.trial"
    file.write_text(SMALL, encoding="utf-8")
    return file


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_the_front_page_is_shown(arguments: list[str]) -> None:
    ran = process(*arguments)
    assert (ran.code, ran.out, ran.err) == (0, FRONT_PAGE, "")
    assert trialc("--help").out == FRONT_PAGE


def test_the_front_page_loads_nothing_else() -> None:
    code = (
        "import sys; sys.argv = ['trialc', '--help']; from protocol_dsl.cli.main import main; main(); "
        "print([m for m in sys.modules if m.split('.')[0] in ('click', 'attr', 'lark', 'rich', 'jinja2')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == f"{FRONT_PAGE}[]\n"


def test_the_front_page_starts_almost_as_fast_as_python() -> None:
    def fastest(*command: str) -> float:
        times = []
        for _ in range(9):
            start = time.perf_counter()
            subprocess.run([sys.executable, *command], stdout=subprocess.DEVNULL, cwd=ROOT, check=True)
            times.append(time.perf_counter() - start)
        return min(times)

    assert fastest("-m", "protocol_dsl.cli.main", "--help") <= 4 * fastest("-c", "pass")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_there_and_explains_itself(verb: str) -> None:
    ran = trialc(verb, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: trialc {verb} ")
    command = group.get_command(click.Context(group), verb)
    assert command is not None
    assert command.short_help == VERBS[verb]
    assert all(getattr(option, "help", "") for option in command.params if isinstance(option, click.Option))


def test_the_version_is_that_of_the_package() -> None:
    assert trialc("--version").out.startswith("trialc ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bulid"], "`bulid` is no verb of trialc; did you mean `build`?"),
        (["frobnicate"], "the verbs are new, build, check,"),
        (["--verson"], "no such option"),
        (["check"], "missing argument"),
        (["check", "--formt", "json", FLAGSHIP], "no such option"),
        (["check", "--format", "xml", FLAGSHIP], "'xml' is not one of"),
        (["check", "no_such.trial"], "cannot read `no_such.trial`: there is no such file"),
        (["check", "no_such\0file"], "cannot read"),
        (["build", "no_such.trial"], "there is no such file"),
        (["run", FLAGSHIP], "missing argument"),
        (["run", FLAGSHIP, "no_such.json"], "cannot read `no_such.json`: no such file or directory"),
        (["run", FLAGSHIP, "protocols"], "it is no FHIR resource"),
        (["run", FLAGSHIP, "--on", "tomorrow", "protocols/patients/sample.json"], "`tomorrow`"),
        (["run", FLAGSHIP, "--on", "2026-03", "protocols/patients/sample.json"], "is not one day"),
        (["run", FLAGSHIP, "--stage", "x", "protocols/patients/sample.json"], "has no stage `x`"),
        (["run", "-", "-"], "`-` stands for both"),
        (["run", FLAGSHIP, "--map", "no.toml", "protocols"], "cannot read `no.toml`"),
        (
            ["run", FLAGSHIP, "--map", "no.toml", "protocols/patients/sample.json"],
            "cannot read `no.toml`",
        ),
        (["explain", "N999"], "`N999` is no diagnostic code or name"),
        (["explain", "unknwon-name"], "did you mean `unknown-name`?"),
        (["show", FLAGSHIP, "I9"], "has no criterion `I9`"),
        (["show", FLAGSHIP, "--ir", "I1"], "`--ir` shows the whole protocol"),
        (["docs", "protocol_dsl/library/liver.trial"], "declares no protocol"),
        (["build", "protocol_dsl/library/liver.trial"], "declares no protocol"),
        (["differential", FLAGSHIP, "--patients", "0"], "0 is not in the range"),
    ],
)
def test_what_cannot_run_says_why_and_exits_with_2(arguments: list[str | Path], words: str) -> None:
    ran = trialc(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("error: ")
    assert words in ran.err


def test_a_fault_of_the_program_is_reported_without_a_traceback(tmp_path: Path) -> None:
    script = tmp_path / "broken.py"
    script.write_text(
        "from protocol_dsl.cli import shell\n"
        "def broken(arguments): raise ZeroDivisionError('inside')\n"
        "shell._invoke = broken\n"
        "raise SystemExit(shell.run(['check']))\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 2
    assert "trialc came upon a fault of its own (ZeroDivisionError)" in done.stderr
    assert "Traceback" not in done.stderr
    debug = {**environment, "TRIALC_DEBUG": "1"}
    assert (
        "Traceback" in subprocess.run(command, capture_output=True, text=True, env=debug, check=False).stderr
    )


@pytest.mark.parametrize(
    "arguments", [["--help"], ["explain"], ["show", FLAGSHIP, "--ir"], ["run", FLAGSHIP, "-"]]
)
def test_a_reader_that_goes_away_is_no_error(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    patients = b'{"id": "P1", "on": "2026-03-02"}\n'
    done = subprocess.run(
        [sys.executable, "-m", "protocol_dsl.cli.main", *map(str, arguments)],
        stdout=writing, stderr=subprocess.PIPE, input=patients, cwd=ROOT, check=False,
    )  # fmt: skip
    os.close(writing)
    assert done.returncode == 128 + signal.SIGPIPE
    assert b"rror" not in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
def test_a_terminal_without_the_signs_gets_something_else(encoding: str) -> None:
    for arguments in (["show", FLAGSHIP, "I1"], ["run", FLAGSHIP, SAMPLE], ["check", "“”.trial"]):
        ran = process(*arguments, PYTHONIOENCODING=encoding)
        assert ran.code == (2 if arguments[0] == "check" else 0)
        assert "fault of its own" not in ran.err


def test_a_closed_output_is_no_fault_of_the_program() -> None:
    code = f"{sys.executable} -m protocol_dsl.cli.main --help >&-"
    done = subprocess.run(["/bin/sh", "-c", code], capture_output=True, cwd=ROOT, check=False)
    assert b"Traceback" not in done.stderr


def test_standard_input_is_read_for_a_dash(small: Path) -> None:
    ran = trialc("check", "-", stdin=SMALL)
    assert (ran.code, ran.out) == (0, "1 file without findings\n")
    assert trialc("check", "-", stdin=SMALL.replace("inr >= 1.5", "inrr >= 1.5")).code == 1
