"""The start of the command line beside the start of Python itself.

The bar is a ratio of 4 for `trialc --help`.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import compared, shown

ROUNDS = 15


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Print how long each takes from nothing to its end."""
    trialc = ("-c", "from protocol_dsl.cli.main import main; main()")
    contenders = {
        "python -c pass": lambda: _run("-c", "pass"),
        "trialc --help": lambda: _run(*trialc, "--help"),
        "trialc --version": lambda: _run(*trialc, "--version"),
        "trialc explain T010": lambda: _run(*trialc, "explain", "T010"),
    }
    table = compared(contenders, units=1, rounds=ROUNDS, bars={"trialc --help": 4.0})
    print(shown("Start-up", table, unit="ms", scale=1e3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
