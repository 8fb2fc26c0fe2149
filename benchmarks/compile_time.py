"""Checking a protocol and writing its checker beside lark alone parsing the same text with positions.

The bar is a ratio of 3 at 1,000 criteria, and time that grows with the length of the file and no faster.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measure import turns
from benchmarks.synthetic import protocol_text
from protocol_dsl import pipeline
from protocol_dsl.backends import python
from protocol_dsl.source import SourceFile

SIZES = (250, 500, 1_000, 2_000)
ROUNDS = 5
BAR = 3.0
GRAMMAR = Path(__file__).parents[1] / "grammar" / "trial.lark"


def main() -> int:
    """Print one line for each size of protocol."""
    import lark  # noqa: PLC0415  the baseline itself; the compiler imports it in `syntax` alone

    parser = lark.Lark(
        GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer="contextual", propagate_positions=True
    )
    print(f"{'criteria':>10}  {'lark':>8}  {'check':>8}  {'emit':>8}  {'ratio':>6}  per criterion")
    for size in SIZES:
        source = SourceFile("synthetic.trial", protocol_text(size))
        protocol = pipeline.check(source).protocol
        if protocol is None:
            raise SystemExit("the synthetic protocol does not compile; `trialc check` tells why")
        taken = turns(
            {
                "lark": lambda: parser.parse(source.text),  # noqa: B023  called within this turn of the loop
                "check": lambda: pipeline.check(source),  # noqa: B023
                "emit": lambda: python.emit(protocol),  # noqa: B023
            },
            ROUNDS,
        )
        times = {name: min(seconds) for name, seconds in taken.items()}
        whole = times["check"] + times["emit"]
        ratio = whole / times["lark"]
        columns = "  ".join(f"{times[name]:>7.2f}s" for name in ("lark", "check", "emit"))
        bar = f"  bar {BAR:g}: {'kept' if ratio <= BAR else 'MISSED'}" if size == 1_000 else ""
        print(f"{size:>10}  {columns}  {ratio:>6.2f}  {whole / size * 1e6:.0f} µs{bar}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
