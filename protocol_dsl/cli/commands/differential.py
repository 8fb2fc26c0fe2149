"""`trialc differential`."""

from __future__ import annotations

from collections.abc import Mapping

import click

from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.exits import CLEAN, FINDINGS
from protocol_dsl.cli.progress import progress
from protocol_dsl.cli.sources import compiled
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.runtime.records import Records
from protocol_dsl.testing.differential import DifferentialReport, compare
from protocol_dsl.vocabulary.calendar import When


@click.command(
    "differential", short_help="Compare the generated checker with the reference on made-up patients."
)
@click.argument("file")
@click.option(
    "--patients", type=click.IntRange(min=1), default=5_000, show_default=True, help="How many patients."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Other patients for every number.")
def command(file: str, patients: int, seed: int) -> int:
    """Compare the generated checker with the reference evaluator on made-up patients.

    Patients have missing data, values on and beside every limit, bounded values, and dated series in disorder.
    Exits with 1 at the first disagreement, which is shown with the smallest patient that has it.
    """
    protocol = compiled(file)
    checker = Checker(protocol)
    with progress("comparing", patients) as advance:

        def engine(records: Records, on: When) -> Mapping[str, Scalar]:
            advance(1)
            return checker.engine(records, on)

        report = compare(protocol, engine, patients, seed)
    click.echo(report.text())
    click.echo("\n".join(_table(report)))
    return CLEAN if report.agrees else FINDINGS


def _table(report: DifferentialReport) -> list[str]:
    """How often each criterion came out which way, so that a vain comparison is seen."""
    width = max((len(name) for name in report.outcomes), default=0)
    lines = [f"{'':<{width}}  {'passes':>9}  {'fails':>9}  {'unknown':>9}"]
    for name, counts in report.outcomes.items():
        lines.append(f"{name:<{width}}  " + "  ".join(f"{count:>9,}" for count in counts))
    return lines
