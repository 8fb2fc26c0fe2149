"""`trialc build`."""

from __future__ import annotations

from pathlib import Path

import click

from protocol_dsl import pipeline
from protocol_dsl.artifacts import build, build_cql, build_javascript, build_sql
from protocol_dsl.backends.base import Artifact
from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.outputs import folder_of, write_artifacts
from protocol_dsl.cli.sources import protocols_in, read
from protocol_dsl.cli.terminal import coloured, remark
from protocol_dsl.diagnostics import Severity, render
from protocol_dsl.ir.protocol import Protocol


@click.command("build", short_help="Compile protocols to a checker, JSON and documents.")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "--out",
    default="generated",
    show_default=True,
    metavar="DIR",
    help="Where a folder per protocol is written.",
)
@click.option(
    "--standalone",
    is_flag=True,
    help="Write checker_standalone.py and schedule_standalone.py instead, which need nothing but Python.",
)
@click.option(
    "--target",
    type=click.Choice(["all", "javascript", "sql", "cql"]),
    default="all",
    show_default=True,
    help="`javascript`: checker.mjs, for a browser or Node. `sql`: a query and its tables. `cql`: a library.",
)
@click.option(
    "--dialect",
    default="duckdb",
    show_default=True,
    metavar="NAME",
    help="Of SQL: duckdb, postgresql, spark, bigquery or snowflake.",
)
@click.option("--strict", is_flag=True, help="Refuse to build a protocol with warnings.")
def command(
    files: tuple[str, ...], out: str, standalone: bool, target: str, dialect: str, strict: bool
) -> int:
    """Compile protocols: DIR/<id>/checker.py, schedule.py (where there are arms), protocol.json,
    protocol.md and protocol.html; or, with `--target javascript`, checker.mjs; or, with `--target sql`,
    verdicts.<dialect>.sql and records.<dialect>.sql; or, with `--target cql`, eligibility.cql, over FHIR R4.

    Errors and warnings are shown; a protocol with errors is not built, and the exit code is then 1.
    """
    built: dict[str, tuple[Artifact, ...]] = {}
    owners: dict[str, str] = {}
    named = protocols_in(files)
    for name in named:
        protocol = _checked(name, strict)
        if protocol is None:
            continue
        folder = folder_of(protocol)
        if folder in owners:
            message = f"`{name}` and `{owners[folder]}` both declare the protocol {protocol.header.id}"
            raise CouldNotRun(message, "give each protocol an id of its own")
        owners[folder] = name
        built[folder] = _built(protocol, target, dialect, standalone)
    for folder, artifacts in built.items():
        for path in write_artifacts(Path(out, folder), artifacts):
            click.echo(f"wrote {path}")
    return CLEAN if len(built) == len(named) else FINDINGS


def _built(protocol: Protocol, target: str, dialect: str, standalone: bool) -> tuple[Artifact, ...]:
    if target == "sql":
        return _sql(protocol, dialect)
    if target == "cql":
        return _cql(protocol)
    return build_javascript(protocol) if target == "javascript" else build(protocol, standalone=standalone)


def _cql(protocol: Protocol) -> tuple[Artifact, ...]:
    artifacts, left_out = build_cql(protocol)
    for one in left_out:
        remark(f"{protocol.header.id}: {one.criterion} is left out: {one.reason}")
    return artifacts


def _sql(protocol: Protocol, dialect: str) -> tuple[Artifact, ...]:
    try:
        return build_sql(protocol, dialect)
    except ImportError:
        raise CouldNotRun(
            "SQL is written with the package `sqlglot`", "pip install 'protocol-dsl[sql]'"
        ) from None
    except ValueError as error:
        raise CouldNotRun(str(error)) from None


def _checked(name: str, strict: bool) -> Protocol | None:
    """The protocol in a file; None when it has findings that count."""
    result = pipeline.check(read(name))
    if result.diagnostics:
        remark(render("text", result.diagnostics, result.source, colour=coloured(error=True)).rstrip("\n"))
    counting = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    if any(one.severity in counting for one in result.diagnostics):
        return None
    if result.protocol is None:
        raise CouldNotRun(f"`{name}` declares no protocol", "name a file with a `protocol` block")
    return result.protocol
