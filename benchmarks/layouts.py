"""Lays generated protocols out: each keeps its meaning, and its layout stays as it is when laid out again.

The protocols are mutations of those of the corpus, of which the ones that read count; `formatted` itself parses what it
wrote and lays it out once more, and raises where either is not as it was.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.fuzz import mutants
from protocol_dsl.formatter import ChangedMeaningError, NotFormattedError, formatted
from protocol_dsl.source import SourceFile

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "good"


def laid_out(seed: int) -> Iterator[tuple[str, str | None]]:
    """Texts that read, without end and none twice, each with its layout; None where that would change what it says."""
    texts = tuple(path.read_text("utf-8") for path in sorted(CORPUS.rglob("*.trial")))
    seen: set[str] = set()
    for text in mutants(seed, texts):
        if text in seen:
            continue
        seen.add(text)
        try:
            yield text, formatted(SourceFile("generated.trial", text))
        except NotFormattedError:
            continue
        except ChangedMeaningError:
            yield text, None


def main() -> int:
    """Lay so many out; exit code 1 with the first that fails, written beside."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    changed = 0
    for text, layout in islice(laid_out(given.seed), given.cases):
        if layout is None:
            path = Path(f"layout-{given.seed}.trial")
            path.write_text(text, encoding="utf-8", errors="surrogatepass")
            print(f"the layout would have changed what it says; the file is {path}")
            return 1
        changed += layout != text
    print(
        f"{given.cases} protocols laid out, {changed} of them otherwise than written; none changed its meaning"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
