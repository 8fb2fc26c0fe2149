"""Examples as tests: collected when asked for, and failing in the words of `trialc test`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from trialc import SMALL

pytest_plugins = ["pytester"]

WRONG = SMALL + 'example "too old" like "fits" { age 70 years  expect ineligible by I1 }\n'


def test_a_run_that_does_not_ask_is_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makefile(".trial", small=SMALL)
    pytester.makepyfile("def test_other(): pass")
    pytester.runpytest().assert_outcomes(passed=1)


def test_the_option_collects_an_item_for_each_example(pytester: pytest.Pytester) -> None:
    pytester.makefile(".trial", small=SMALL)
    pytester.makepyfile("def test_other(): pass")
    pytester.runpytest("--trial").assert_outcomes(passed=3)
    listed = pytester.runpytest("--trial", "--collect-only", "-q", "-k", "young").outlines
    assert [line for line in listed if "::" in line] == ["small.trial::too young"]


def test_the_configuration_asks_as_well(pytester: pytest.Pytester) -> None:
    pytester.makefile(".trial", small=SMALL)
    pytester.makeini("[pytest]\ntrial_examples = true\n")
    pytester.runpytest().assert_outcomes(passed=2)


def test_a_file_that_is_named_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makefile(".trial", small=SMALL)
    pytester.runpytest("small.trial").assert_outcomes(passed=2)


def test_a_failure_names_the_place_and_what_came_out(pytester: pytest.Pytester) -> None:
    pytester.makefile(".trial", small=WRONG)
    ran = pytester.runpytest("--trial")
    ran.assert_outcomes(passed=2, failed=1)
    written = (pytester.path / "small.trial").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(written, 1) if "too old" in text)
    ran.stdout.fnmatch_lines(
        [
            f'small.trial:{line}: example "too old"',
            "  expected ineligible, came out eligible",
            "  I1: expected fails, came out passes",
        ]
    )
    ran.stdout.no_fnmatch_line("*judge_example*")


def test_a_file_with_errors_is_an_error_of_collection(pytester: pytest.Pytester) -> None:
    pytester.makefile(".trial", small=SMALL.replace("require inr", "require imr"))
    ran = pytester.runpytest("--trial")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*imr*", "*did you mean `inr`*"])
    ran.stdout.no_fnmatch_line("*Traceback*")


def test_a_file_that_cannot_be_read_is_an_error_of_collection(pytester: pytest.Pytester) -> None:
    (pytester.path / "small.trial").write_bytes(b"protocol \xff")
    ran = pytester.runpytest("--trial")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*byte 0xFF on line 1 is not UTF-8*"])


def test_a_library_has_no_examples(pytester: pytest.Pytester) -> None:
    pytester.makefile(".trial", mine='library mine version "1.0" "Mine"\nfact inr : lab "INR"\n')
    ran = pytester.runpytest("--trial")
    ran.assert_outcomes()
    assert ran.ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_the_compiler_is_loaded_with_the_first_file_alone() -> None:
    loads = "import sys, protocol_dsl.pytest_plugin; print([m for m in sys.modules if 'protocol_dsl.' in m])"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['protocol_dsl.pytest_plugin']"


def test_what_the_examples_that_ran_show_of_the_criteria_is_told_when_asked(
    pytester: pytest.Pytester,
) -> None:
    pytester.makefile(".trial", small=SMALL)
    ran = pytester.runpytest("--trial", "--trial-coverage", "-k", "fits")
    assert "criteria covered: small.trial" in ran.stdout.str()
    assert any(
        "age is at least 18 years: 1 true, never false, never unknown" in line for line in ran.outlines
    )
    assert "covered" not in pytester.runpytest("--trial").stdout.str()
