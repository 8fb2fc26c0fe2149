"""Analyses, patients made to order and the explicit suite: the flagship, and 200 criteria."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from benchmarks.synthetic import protocol_text
from protocol_dsl.analysis.amendment import amendment
from protocol_dsl.analysis.report import analyze
from protocol_dsl.analysis.state import FALSE
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.pipeline import check, load
from protocol_dsl.source import SourceFile
from protocol_dsl.testing.strategies import Strategies, drawn

FLAGSHIP = Path(__file__).parents[1] / "protocols" / "nct02812121.trial"
PATIENTS = 500


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds of processor time, and what came of it."""
    start = process_time()
    made = work()
    return process_time() - start, made


def measure(name: str, protocol: Protocol, suite: bool) -> None:
    """Print the times of one protocol."""
    seconds, found = timed(lambda: analyze(protocol))
    print(
        f"{name}: all analyses {seconds:.2f} s, {len(found.findings)} findings, {len(found.undecided)} not decided"
    )  # type: ignore[attr-defined]
    made = Strategies(protocol)
    roots = made.maker.outcomes({})
    if not made.maker.possible(roots):
        print("  no eligible patient was found")
        return
    rng = Random(0)
    seconds, patients = timed(lambda: [drawn(made.maker, roots, rng) for _ in range(PATIENTS)])
    wrong = sum(evaluate(protocol, one.records, one.on).verdict != "eligible" for one in patients)  # type: ignore[attr-defined]
    print(f"  {PATIENTS / seconds:.0f} eligible patients a second, {wrong} of {PATIENTS} rejected")
    print(
        f"  patients who fail one criterion differ from the typical one in {_differing(made)} facts (median)"
    )
    if suite:
        seconds, shown = timed(lambda: Strategies(protocol).suite())
        print(f"  explicit suite of {len(shown)} patients in {seconds:.2f} s")  # type: ignore[arg-type]


def _differing(made: Strategies) -> float:
    """In how many facts the plainest patient who fails one criterion differs, over the criteria."""
    maker = made.maker
    wanted = (maker.outcomes({one.id: FALSE}) for one in maker.criteria)
    return median(len(one.differences) for roots in wanted if (one := maker.plain(roots)) is not None)


def main() -> None:
    """Measure both."""
    flagship = load(FLAGSHIP)
    measure("flagship", flagship, suite=True)
    edited = FLAGSHIP.read_text(encoding="utf-8").replace("require inr >= 1.5", "require inr >= 1.3")
    amended = check(SourceFile("amended.trial", edited)).protocol
    assert amended is not None
    seconds, found = timed(lambda: amendment(flagship, amended))
    print(f"  diff of one edit {seconds:.2f} s: {found.overall.relation}")  # type: ignore[attr-defined]
    long = check(SourceFile("synthetic.trial", protocol_text(200))).protocol
    assert long is not None
    measure("200 criteria", long, suite=False)


if __name__ == "__main__":
    main()
