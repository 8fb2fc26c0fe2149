"""`trialc`, run and listened to."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

from protocol_dsl.cli.listening import Heard as Ran
from protocol_dsl.cli.listening import heard

ROOT = Path(__file__).resolve().parents[2]
FLAGSHIP = ROOT / "protocols" / "nct02812121.trial"
SAMPLE = ROOT / "protocols" / "patients" / "sample.json"
FIXTURES = ROOT.parent / "shared" / "fixtures"

SMALL = """
protocol SMALL01 "A small protocol" { phase 2 }
fact inr : lab plausible 0.5 to 20 "International normalized ratio"
fact total_bilirubin : lab in umol/L plausible 0 to 1500 "Serum total bilirubin" { molar_mass 584.66 g/mol }
fact bleeding : event "Bleeding"
fact pregnant : yes/no "Pregnant"
inclusion I1 "Adult" { source "Adults." require age >= 18 years }
inclusion I2 "Coagulopathy" { source "INR of at least 1.5." require inr >= 1.5 }
inclusion I3 "Jaundice" { source "Bilirubin of at least 20 µmol/L." require total_bilirubin >= 20 umol/L }
exclusion E1 "Bleeding" { source "Bleeding within 2 months." reject bleeding within 2 months before screening }
exclusion E2 "Pregnancy" { source "Pregnancy." for sex is female { reject pregnant } }
example "fits" on 2026-03-02 {
  age 45 years  sex male  inr 1.8  total_bilirubin 34 umol/L  no bleeding
  expect eligible
}
example "too young" like "fits" { age 17 years  expect ineligible by I1 }
"""
"""A protocol without findings."""


def trialc(*arguments: str | Path, stdin: str | bytes = b"", cwd: Path = ROOT) -> Ran:
    """Run `trialc` inside this process, which saves loading it anew; nothing it does may end in a traceback."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    with contextlib.chdir(cwd):
        ran = heard([str(argument) for argument in arguments], data)
    assert "Traceback" not in ran.err + ran.out, ran.err
    return ran


def process(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> Ran:
    """Run `trialc` as a user does, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "protocol_dsl.cli.main", *map(str, arguments)],
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        timeout=120,
        check=False,
    )
    ran = Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))
    assert "Traceback" not in ran.err + ran.out, ran.err
    return ran


def python(*arguments: str, cwd: Path = ROOT) -> str:
    """What Python prints when it runs with the package at hand; it must succeed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
