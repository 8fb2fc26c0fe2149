"""The generated checker beside rule engines written in Rust: CEL, datalogic (JSON Logic) and zen.

Needs `pip install -r benchmarks/requirements.txt`. Each engine gets the same criteria, made from the compiled protocol
with a guard before every value, so that its outcomes are the right three-valued ones; that is checked first. None of
them has a logarithm: the MELD score is computed for them beforehand, outside the measured time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks import by_hand
from benchmarks.checker import all_of, features_of
from benchmarks.flagship import checker, feature_rows, flagship
from benchmarks.guarded import Dialect, cel, datalogic, rails, zen
from benchmarks.measure import compared, shown

ROWS = 500
ROUNDS = 7
CODES = {1: True, -1: False, 0: None}

Row = dict[str, Any]
Judge = Callable[[Row], Any]


def _rule(dialect: Dialect) -> Any:
    criteria = [criterion for stage in flagship().stages for criterion in stage.criteria]
    return dialect.outcomes([rails(criterion) for criterion in criteria])


def _cel() -> Judge:
    program = import_module("cel").compile(_rule(cel))
    judge: Judge = program.execute
    return judge


def _zen() -> Judge:
    expression = import_module("zen").compile_expression(_rule(zen))
    judge: Judge = expression.evaluate
    return judge


def _datalogic() -> Judge:
    rule = import_module("datalogic_py").Engine().compile(_rule(datalogic))
    judge: Judge = rule.evaluate
    return judge


PEERS: dict[str, Callable[[], Judge]] = {
    "CEL (Rust)": _cel,
    "datalogic-py (Rust)": _datalogic,
    "zen-engine (Rust)": _zen,
}


def scored(rows: list[Row]) -> list[Row]:
    """The rows with the MELD score worked out, as engines without logarithms need it."""
    return [{**row, "liver_meld": by_hand.meld(row)} for row in rows]


def wrong(judge: Judge, rows: list[Row]) -> int:
    """How many rows an engine judges otherwise than the hand-written checker."""
    return sum(tuple(CODES[int(code)] for code in judge(row)) != by_hand.verdicts(row) for row in rows)


def main() -> int:
    """Check every engine's outcomes, then let all take turns. Exit code 2 when an engine is not installed."""
    try:
        peers = {name: make() for name, make in PEERS.items()}
    except ModuleNotFoundError as error:
        print(f"`{error.name}` is not installed: pip install -r benchmarks/requirements.txt")
        return 2
    rows = scored(feature_rows(ROWS))
    mistakes = {name: count for name, judge in peers.items() if (count := wrong(judge, rows))}
    if mistakes:
        print(f"wrong outcomes, of {ROWS} patients: {mistakes}")
        return 1
    contenders = {
        "check_features, generated": all_of(checker().check_features, features_of(feature_rows(ROWS)))
    }
    contenders |= {name: all_of(judge, rows) for name, judge in peers.items()}
    table = compared(contenders, units=ROWS, rounds=ROUNDS)
    print(shown(f"Criteria of the flagship from values, {ROWS} patients, all outcomes right", table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
