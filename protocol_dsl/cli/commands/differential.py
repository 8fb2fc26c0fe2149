"""`trialc differential`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from multiprocessing import get_context
from typing import cast

import click

from protocol_dsl.backends.cql import sayable
from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.progress import progress
from protocol_dsl.cli.sources import compiled
from protocol_dsl.cli.terminal import remark
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.to_json import from_json, to_json
from protocol_dsl.populations.engines import ENGINES, EngineName, MissingPackageError, engine_named
from protocol_dsl.runtime.records import Records
from protocol_dsl.testing.cql import CqlEngine, CqlMissingError
from protocol_dsl.testing.differential import BatchEngine, DifferentialReport, compare, compare_batches
from protocol_dsl.testing.javascript import NodeEngine, NodeMissingError
from protocol_dsl.vocabulary.calendar import When

_PART = 5_000
"""Patients of one part; a process is given part after part."""
_PARTS = 1_000_000
"""More parts than any run has."""


@click.command("differential", short_help="Compare an engine with the reference on made-up patients.")
@click.argument("file")
@click.option(
    "--patients", type=click.IntRange(min=1), default=5_000, show_default=True, help="How many patients."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Other patients for every number.")
@click.option(
    "--engine",
    type=click.Choice(["checker", "javascript", "cql", *ENGINES]),
    default="checker",
    show_default=True,
    help="The generated checker, its form in JavaScript or CQL run by Node, or an engine of populations.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1, max=256),
    default=1,
    show_default=True,
    help="Processes that share the patients, drawn in parts; those of `--jobs 1` are others.",
)
@click.option("--server", default="", metavar="URL", help="Where PostgreSQL is, or the master of Spark.")
def command(file: str, patients: int, seed: int, engine: str, jobs: int, server: str) -> int:
    """Compare an engine with the reference evaluator on made-up patients.

    Patients have missing data, values on and beside every limit, bounded values, and dated series in disorder.
    Exits with 1 at the first disagreement, which is shown with the smallest patient that has it.
    """
    protocol = compiled(file)
    if engine == "postgresql" and not server:
        raise CouldNotRun(
            "engine `postgresql` needs to know where the server is", "add `--server postgresql://…`"
        )
    if engine == "cql":
        protocol, left_out = sayable(protocol)
        for one in left_out:
            remark(f"{one.criterion} is not compared: {one.reason}")
    with progress("comparing", patients) as advance:
        if jobs == 1:
            report = _report(protocol, engine, server, advance, patients, seed)
        else:
            report = _shared(protocol, engine, server, advance, patients, seed, jobs)
    click.echo(report.text())
    click.echo("\n".join(_table(report)))
    return CLEAN if report.agrees else FINDINGS


def _report(
    protocol: Protocol, engine: str, server: str, advance: Callable[[int], None], patients: int, seed: int
) -> DifferentialReport:
    if engine == "checker":
        checker = Checker(protocol)

        def one(records: Records, on: When) -> Mapping[str, Scalar]:
            advance(1)
            return checker.engine(records, on)

        return compare(protocol, one, patients, seed)
    judge = _batches(protocol, engine, server)

    def many(batch: Sequence[tuple[Records, When]]) -> Sequence[Mapping[str, Scalar]]:
        judged = judge(batch)
        advance(len(batch))
        return judged

    return compare_batches(protocol, many, patients, seed)


def _batches(protocol: Protocol, engine: str, server: str) -> BatchEngine:
    try:
        if engine == "javascript":
            return NodeEngine(protocol)
        if engine == "cql":
            return CqlEngine(protocol)
        return engine_named(cast(EngineName, engine), protocol, server)
    except (MissingPackageError, NodeMissingError, CqlMissingError) as error:
        raise CouldNotRun(str(error)) from None


def _shared(
    protocol: Protocol,
    engine: str,
    server: str,
    advance: Callable[[int], None],
    patients: int,
    seed: int,
    jobs: int,
) -> DifferentialReport:
    """The patients in parts, as many at once as there are jobs; every part is drawn from a seed of its own."""
    text = to_json(protocol)
    sizes = [min(_PART, patients - start) for start in range(0, patients, _PART)]
    parts: list[DifferentialReport] = []
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        running = [
            pool.submit(_part, text, engine, server, size, part_seed(seed, number))
            for number, size in enumerate(sizes)
        ]
        for size, one in zip(sizes, running, strict=True):
            parts.append(one.result())
            advance(size)
            if not parts[-1].agrees:
                pool.shutdown(cancel_futures=True)
                break
    return reduce(DifferentialReport.joined, parts)


def part_seed(seed: int, number: int) -> int:
    """The seed of one part: no two parts of runs with different seeds draw the same patients."""
    return seed * _PARTS + number


def _part(text: str, engine: str, server: str, patients: int, seed: int) -> DifferentialReport:
    return _report(from_json(text), engine, server, lambda _: None, patients, seed)


def _table(report: DifferentialReport) -> list[str]:
    """How often each criterion came out which way, so that a vain comparison is seen."""
    width = max((len(name) for name in report.outcomes), default=0)
    lines = [f"{'':<{width}}  {'passes':>9}  {'fails':>9}  {'unknown':>9}"]
    for name, counts in report.outcomes.items():
        lines.append(f"{name:<{width}}  " + "  ".join(f"{count:>9,}" for count in counts))
    return lines
