"""The start of the command line beside the start of Python itself.

The bar is a ratio of 4 for `trialc --help`. What `check` and `run` take is mostly the loading of the compiler itself.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.flagship import FLAGSHIP
from benchmarks.measure import compared, shown

ROUNDS = 15
PATIENTS = FLAGSHIP.parent / "patients" / "sample.json"


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def main() -> int:
    """Print how long each takes from nothing to its end."""
    trialc = ("-c", "from protocol_dsl.cli.main import main; main()")
    contenders = {
        "python -c pass": lambda: _run("-c", "pass"),
        "trialc --help": lambda: _run(*trialc, "--help"),
        "trialc --version": lambda: _run(*trialc, "--version"),
        "trialc explain T010": lambda: _run(*trialc, "explain", "T010"),
        "trialc check": lambda: _run(*trialc, "check", str(FLAGSHIP)),
        "trialc run": lambda: _run(*trialc, "run", str(FLAGSHIP), str(PATIENTS)),
    }
    table = compared(contenders, units=1, rounds=ROUNDS, bars={"trialc --help": 4.0})
    print(shown("Start-up", table, unit="ms", scale=1e3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
