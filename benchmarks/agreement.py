"""One population through everything that judges: the reference evaluator, and every engine held to it, criterion by
criterion and feature by feature.

`--patients 100000` is the full size; `--server postgresql://…` adds PostgreSQL, `--spark` adds Spark.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from benchmarks.flagship import flagship
from protocol_dsl.cli.checker import Checker
from protocol_dsl.ir.evaluate import Scalar, evaluate
from protocol_dsl.populations.engines import Judge, engine_named
from protocol_dsl.runtime.records import Records
from protocol_dsl.testing.patients import Patients
from protocol_dsl.vocabulary.calendar import When

BATCH = 10_000
Case = tuple[Records, When]


def main() -> None:
    """Print the differences of each engine; exit with 1 when there is any."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--server", default="")
    parser.add_argument("--spark", action="store_true")
    asked = parser.parse_args()
    protocol, engines = flagship(), _engines(asked.server, asked.spark)
    differences: Counter[str] = Counter(dict.fromkeys(engines, 0))
    outcomes: Counter[Scalar] = Counter()
    for cases in _batches(asked.patients, asked.seed):
        expected = [_told(*case) for case in cases]
        outcomes.update(
            value for one in expected for name, value in one.items() if not name.startswith("feature ")
        )
        for name, judge in engines.items():
            for one, found in zip(expected, judge(cases), strict=True):
                differences[name] += sum(one[key] != value for key, value in found.items())
        print(f"{sum(outcomes.values()):,} outcomes compared", file=sys.stderr)
    print(f"{asked.patients:,} patients of {protocol.header.id}, drawn with seed {asked.seed}")
    counts = {word: outcomes[value] for word, value in (("pass", True), ("fail", False), ("unknown", None))}
    print("the reference says: " + ", ".join(f"{count:,} {word}" for word, count in counts.items()))
    for name, count in differences.items():
        print(f"{name:<12} {count:,} differences")
    sys.exit(1 if differences.total() else 0)


def _engines(server: str, spark: bool) -> dict[str, Judge]:
    checker = Checker(flagship())

    def one_by_one(cases: Sequence[Case]) -> list[Mapping[str, Scalar]]:
        return [checker.engine(records, on) for records, on in cases]

    found: dict[str, Judge] = {"checker": one_by_one}
    found |= {name: engine_named(name, flagship()) for name in ("duckdb", "polars")}
    found |= {"postgresql": engine_named("postgresql", flagship(), server)} if server else {}
    return found | ({"spark": engine_named("spark", flagship())} if spark else {})


def _batches(patients: int, seed: int) -> Iterator[list[Case]]:
    rng, drawn = Random(seed), Patients(flagship())
    for start in range(0, patients, BATCH):
        yield [drawn.draw(rng) for _ in range(min(BATCH, patients - start))]


def _told(records: Records, on: When) -> dict[str, Scalar]:
    judged = evaluate(flagship(), records, on)
    return {**judged.criteria, **{f"feature {name}": value for name, value in judged.features.items()}}


if __name__ == "__main__":
    main()
