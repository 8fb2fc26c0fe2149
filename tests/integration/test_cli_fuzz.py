"""`trialc fuzz`: a checker of one's own that is wrong is found out, on a patient that shows why and little else."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from trialc import SMALL, Ran, trialc

RIGHT = """
from protocol_dsl import load
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.vocabulary.calendar import parse_when

PROTOCOL = load("small.trial")
SCHEMA = schema_of(PROTOCOL)

def right(patient):
    on = parse_when(patient.pop("on"))
    reading = read_patient(patient, SCHEMA, on)
    assert reading.problems == ()
    return evaluate(PROTOCOL, reading.records, on)

def value(patient, fact):
    found = patient.get(fact)
    found = found[-1] if isinstance(found, list) and found else found
    found = found.get("value") if isinstance(found, dict) else found
    return found if isinstance(found, float | int) else None
"""
Fuzz = Callable[..., Ran]


@pytest.fixture
def fuzz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fuzz:
    """`trialc fuzz` on the small protocol against a module with this text."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "small.trial").write_text(SMALL, encoding="utf-8")

    def run(text: str, *options: str, against: str = "own_checker:check") -> Ran:
        (tmp_path / "own_checker.py").write_text(RIGHT + text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, "own_checker", raising=False)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        try:
            return trialc("fuzz", "small.trial", "--against", against, *options, cwd=tmp_path)
        finally:
            sys.modules.pop("own_checker", None)

    return run


@pytest.mark.parametrize(
    "answer",
    [
        "right(patient).verdict",
        "{'eligible': True, 'ineligible': False}.get(right(patient).verdict)",
        "right(patient).criteria",
        "{'I1': {True: 'passes', False: 'fails', None: 'unknown'}[right(patient).criteria['I1']]}",
    ],
)
def test_a_checker_that_is_right_agrees_in_any_form(fuzz: Fuzz, answer: str) -> None:
    ran = fuzz(f"def check(patient): return {answer}", "--examples", "30")
    assert ran.code == 0, ran.out + ran.err
    assert ran.out.startswith("`own_checker:check` agrees on ")
    assert all(verdict in ran.out for verdict in ("eligible", "ineligible", "undetermined"))


def test_a_threshold_missed_is_found_in_the_suite(fuzz: Fuzz) -> None:
    ran = fuzz(
        "def check(patient):\n"
        "    inr = value(patient, 'inr')\n"
        "    return {**right(patient).criteria, 'I2': None if inr is None else inr > 1.5}\n"
    )
    assert ran.code == 1
    assert "  inr 1.5\n" in ran.out
    assert ran.out.endswith("I2: the protocol says passes, the checker fails\n")


def test_a_wrong_verdict_names_what_decides(fuzz: Fuzz, tmp_path: Path) -> None:
    ran = fuzz("def check(patient): return 'eligible'", "--out", "found.json")
    assert ran.code == 1
    verdict, names, outcome = re.fullmatch(
        r"verdict: the protocol says (\w+) \((\w+) (\w+)\), the checker eligible", ran.out.splitlines()[-1]
    ).groups()  # type: ignore[union-attr]  # when nothing matches, that is the failure
    judged = json.loads(trialc("run", "small.trial", "found.json", "--format", "json", cwd=tmp_path).out)
    assert judged[0]["verdict"] == verdict
    assert {"ineligible": "fails", "undetermined": "unknown"}[verdict] == outcome
    assert names in json.dumps(judged[0])


def test_what_the_suite_does_not_hold_is_drawn_and_shrinks(fuzz: Fuzz) -> None:
    # Wrong only inside a range that no threshold touches.
    text = (
        "def check(patient):\n"
        "    bilirubin = value(patient, 'total_bilirubin')\n"
        "    odd = bilirubin is not None and 300 < bilirubin < 1400\n"
        "    return {**right(patient).criteria, **({'I3': False} if odd else {})}\n"
    )
    ran = fuzz(text, "--examples", "400")
    assert ran.code == 1
    differing = [line for line in ran.out.splitlines() if line.startswith("  ")]
    assert len(differing) == 2, ran.out  # the bilirubin, and the day of judging
    assert ran.out.endswith("I3: the protocol says passes, the checker fails\n")
    assert ran == fuzz(text, "--examples", "400")


def test_an_exception_is_told_with_its_line_and_patient(fuzz: Fuzz) -> None:
    ran = fuzz("def check(patient):\n    return patient['inr'] and right(patient).verdict\n")
    line = RIGHT.count("\n") + 2
    assert ran.code == 2
    assert ran.err.startswith("error: `own_checker:check` raised KeyError: 'inr' (")
    assert f"own_checker.py:{line}), asked of a patient who is as the typical one, except\n" in ran.err
    assert "inr" in ran.err.splitlines()[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def check(patient): return 'yes'", "returned `'yes'`; an answer is one of eligible, ineligible"),
        ("def check(patient): return {}", "returned no outcome of any criterion"),
        ("def check(patient): return {'I': True}", "returned an outcome of `I`, which is no criterion; "),
        ("def check(patient): return {'I1': 'maybe'}", "an answer is one of passes, fails, unknown"),
        ("def check(patient): return {1: True}", "returned an outcome of `1`, which is no criterion; "),
        ("def check(patient): raise SystemExit(3)", "raised SystemExit: 3"),
        ("def check(): return True", "raised TypeError: "),
        ("check = 3", "`own_checker:check` is no function"),
        ("def chekc(patient): pass", "did you mean `chekc`?"),
        ("import no_such_thing", "`own_checker` needs the module `no_such_thing`"),
        ("1 / 0", "importing `own_checker` raised ZeroDivisionError: division by zero"),
    ],
)
def test_a_checker_that_cannot_be_asked(fuzz: Fuzz, text: str, words: str) -> None:
    ran = fuzz(text)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


@pytest.mark.parametrize(
    ("against", "words"),
    [
        ("own_checker", "write it as `package.module:function`"),
        ("own_checker:", "write it as `package.module:function`"),
        (":check", "write it as `package.module:function`"),
        ("no_such_package.own:check", "there is no module `no_such_package`"),
    ],
)
def test_a_path_that_leads_nowhere(fuzz: Fuzz, against: str, words: str) -> None:
    ran = fuzz("def check(patient): return True", against=against)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err


@pytest.mark.parametrize("when", [1, 200])  # in the suite, and among the drawn
def test_a_checker_of_many_minds_is_told(fuzz: Fuzz, when: int) -> None:
    text = (
        f"count, when = 0, {when}\n"
        "def check(patient):\n"
        "    global count\n"
        "    count += 1\n"
        "    right_one = right(patient).criteria\n"
        "    return {**right_one, 'I1': not right_one['I1']} if count == when else right_one\n"
    )
    ran = fuzz(text)
    assert ran.code == 2
    assert "does not say the same twice" in ran.err
