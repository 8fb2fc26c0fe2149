"""`trialc differential`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

import click

from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.progress import progress
from protocol_dsl.cli.sources import compiled
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.populations.engines import ENGINES, EngineName, MissingPackageError, engine_named
from protocol_dsl.runtime.records import Records
from protocol_dsl.testing.differential import BatchEngine, DifferentialReport, compare, compare_batches
from protocol_dsl.testing.javascript import NodeEngine, NodeMissingError
from protocol_dsl.vocabulary.calendar import When


@click.command("differential", short_help="Compare an engine with the reference on made-up patients.")
@click.argument("file")
@click.option(
    "--patients", type=click.IntRange(min=1), default=5_000, show_default=True, help="How many patients."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Other patients for every number.")
@click.option(
    "--engine",
    type=click.Choice(["checker", "javascript", *ENGINES]),
    default="checker",
    show_default=True,
    help="The generated checker, its form in JavaScript run by Node, or an engine of populations.",
)
@click.option("--server", default="", metavar="URL", help="Where PostgreSQL is, or the master of Spark.")
def command(file: str, patients: int, seed: int, engine: str, server: str) -> int:
    """Compare an engine with the reference evaluator on made-up patients.

    Patients have missing data, values on and beside every limit, bounded values, and dated series in disorder.
    Exits with 1 at the first disagreement, which is shown with the smallest patient that has it.
    """
    protocol = compiled(file)
    if engine == "postgresql" and not server:
        raise CouldNotRun(
            "engine `postgresql` needs to know where the server is", "add `--server postgresql://…`"
        )
    with progress("comparing", patients) as advance:
        report = _report(protocol, engine, server, advance, patients, seed)
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
        return engine_named(cast(EngineName, engine), protocol, server)
    except (MissingPackageError, NodeMissingError) as error:
        raise CouldNotRun(str(error)) from None


def _table(report: DifferentialReport) -> list[str]:
    """How often each criterion came out which way, so that a vain comparison is seen."""
    width = max((len(name) for name in report.outcomes), default=0)
    lines = [f"{'':<{width}}  {'passes':>9}  {'fails':>9}  {'unknown':>9}"]
    for name, counts in report.outcomes.items():
        lines.append(f"{name:<{width}}  " + "  ".join(f"{count:>9,}" for count in counts))
    return lines
