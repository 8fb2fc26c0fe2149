"""What an editor waits for in a file of 1,000 criteria: findings and completion after a keystroke, beside lark alone.

The bar is a median of 100 ms for each; lark reading the whole text anew, with positions, is what an editor would wait
for at the least without the last check to build on.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.measure import turns
from benchmarks.synthetic import protocol_text
from protocol_dsl.lsp import completion, keystroke, places
from protocol_dsl.lsp.document import Document
from protocol_dsl.source import SourceFile

CRITERIA = 1_000
ROUNDS = 15
BAR = 0.1
GRAMMAR = Path(__file__).parents[1] / "grammar" / "trial.lark"
TYPED = ("require lab_1 > ", "require lab_1 > 5 umol/L\n", "require lub_1 > 3 ULN\n", "require", "note ")


def edits(text: str) -> Iterator[tuple[str, int]]:
    """The text with something typed before a line of a criterion, and where the cursor stands; without end."""
    rng = random.Random(1)
    while True:
        criterion = text.index(f" C{rng.randrange(CRITERIA)} ")
        at = text.index("\n  re", criterion) + 3
        typed = rng.choice(TYPED)
        yield text[:at] + typed + text[at:], at + len(typed.rstrip("\n"))


def main() -> int:
    """Print the median and the longest wait of each; exit code 1 when a median is over the bar."""
    import lark  # noqa: PLC0415  the baseline itself; the compiler imports it in `syntax` alone

    parser = lark.Lark(
        GRAMMAR.read_text(encoding="utf-8"), parser="lalr", lexer="contextual", propagate_positions=True
    )
    text = protocol_text(CRITERIA)
    document = Document.of("synthetic.trial", text)
    typing = edits(text)
    completion.offers(document, *next(typing))  # the server has its tables when a file is open

    def findings() -> None:
        source = SourceFile("synthetic.trial", next(typing)[0])
        for one in keystroke.findings(document, source):
            places.range_of(source, one.span)

    taken = turns(
        {
            "lark": lambda: parser.parse(text),
            "findings": findings,
            "completion": lambda: completion.offers(document, *next(typing)),
        },
        ROUNDS,
    )
    lark_alone = median(taken["lark"])
    print(f"{'':<12}{'median':>9}{'longest':>9}  of lark's read")
    for name, seconds in taken.items():
        middle = median(seconds)
        print(f"{name:<12}{middle * 1e3:>6.0f} ms{max(seconds) * 1e3:>6.0f} ms  {middle / lark_alone:.3f}")
    late = [name for name in ("findings", "completion") if median(taken[name]) > BAR]
    print(f"bar {BAR * 1e3:.0f} ms: {'missed by ' + ', '.join(late) if late else 'kept'}")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
