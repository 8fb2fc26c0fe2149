"""`trialc screen`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, cast

import click
from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.reader import day_at
from protocol_dsl.cli.data import DELIMITERS, Data, data_of
from protocol_dsl.cli.exits import CLEAN, FINDINGS, INTERRUPTED, CouldNotRun
from protocol_dsl.cli.memory import memory_of
from protocol_dsl.cli.outputs import folder_of
from protocol_dsl.cli.patients import Patients, refused
from protocol_dsl.cli.progress import progress
from protocol_dsl.cli.shell import version
from protocol_dsl.cli.sources import compiled, stage_named
from protocol_dsl.cli.terminal import counted, remark
from protocol_dsl.cli.told import tell_reading
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.populations.engines import ENGINES, EngineName, MissingPackageError, needed_packages
from protocol_dsl.populations.parts import Ledger, fingerprint, opened_ledger
from protocol_dsl.populations.stores import Store
from protocol_dsl.populations.wide_files import WideFiles
from protocol_dsl.vocabulary.calendar import When


@click.command("screen", short_help="Judge a whole population, and count whom each criterion keeps out.")
@click.argument("file")
@click.argument("data", nargs=-1, required=True, metavar="DATA...")
@click.option(
    "--on", metavar="DATE", help="Judge everyone as at this day; else the data's own day, else today."
)
@click.option(
    "--out", metavar="DIR", help="Where verdicts and counts are written; `screening/<id>` unless said."
)
@click.option(
    "--stage", metavar="NAME", help="The stage whose attrition is counted; the first one unless said."
)
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    help="What judges. Unless said: Polars features in columns, PostgreSQL what it holds, DuckDB the rest.",
)
@click.option("--server", default="", metavar="URL", help="A PostgreSQL server to judge other data on.")
@click.option("--master", default="local[2]", show_default=True, metavar="URL", help="The master of Spark.")
@click.option(
    "--memory", default="2GiB", show_default=True, metavar="SIZE", help="What may be used of memory."
)
@click.option(
    "--map", "map_name", metavar="MAP.toml", help="What the columns of tables, or a site's own codes, mean."
)
@click.option(
    "--delimiter", type=click.Choice(list(DELIMITERS)), help="What parts columns; a comma unless said."
)
@click.option(
    "--resume", is_flag=True, help="Go on where an earlier screening of the same data was interrupted."
)
@click.option("--strict", is_flag=True, help="Exit with 1 when anything in the data was not understood.")
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    file: str,
    data: tuple[str, ...],
    on: str | None,
    out: str | None,
    stage: str | None,
    engine: str | None,
    server: str,
    master: str,
    memory: str,
    map_name: str | None,
    delimiter: str | None,
    resume: bool,
    strict: bool,
) -> int:
    """Judge every patient in DATA by the protocol in FILE, and count whom each criterion keeps out.

    DATA is what `trialc run` reads (patients in JSON or CSV, FHIR, tables with a --map), or records in the nine
    tables of `trialc build --target sql`: a folder of Parquet or CSV files, a DuckDB file, the address of a
    PostgreSQL server; or Parquet files with a row a patient, of facts, or of features as `check_frame` takes them.

    DIR gets the verdicts (Parquet in parts, and CSV) and the attrition (JSON, CSV, and a page with a picture). The
    counts, and what in the data was not used as it stands, are told at the end. Interrupted, it goes on with --resume.
    """
    try:
        judging = None if on is None else day_at(on, "--on")
        protocol = compiled(file)
        asked = _Asked(
            protocol,
            stage_named(protocol, stage),
            data_of(data, map_name, delimiter),
            judging,
            Path(out or Path("screening", folder_of(protocol))),
            memory_of(memory),
            resume,
        )
        chosen = _engine(engine, asked.data, protocol, server)
        where = master if chosen == "spark" else server
        return asked.screened(chosen, where, _options(on, map_name, delimiter), strict)
    except BadPatients as error:
        raise refused(error) from None
    except MissingPackageError as error:
        raise CouldNotRun(str(error)) from None


def _engine(name: str | None, data: Data, protocol: Protocol, server: str) -> EngineName:
    if name is None:
        name = _best(data, protocol)
    chosen = cast(EngineName, name)
    needed_packages(chosen)
    if (
        chosen == "postgresql"
        and not server
        and not (isinstance(data, Store) and data.engine == "postgresql")
    ):
        raise CouldNotRun(
            "engine `postgresql` needs to know where the server is", "add `--server postgresql://…`"
        )
    return chosen


def _best(data: Data, protocol: Protocol) -> EngineName:
    """Where the records are already; Polars over features; DuckDB for all that has to be reduced first."""
    if isinstance(data, Store):
        return data.engine
    return "polars" if isinstance(data, WideFiles) and data.has_features(protocol) else "duckdb"


def _options(on: str | None, map_name: str | None, delimiter: str | None) -> dict[str, Any]:
    map_told = None if map_name is None else fingerprint([Path(map_name)])
    return {"on": on, "map": map_told, "delimiter": delimiter}


@frozen
class _Asked:
    """What was asked for on the command line."""

    protocol: Protocol
    stage: Stage
    data: Data
    on: When | None
    out: Path
    memory: int
    resume: bool

    def screened(self, engine: EngineName, where: str, options: dict[str, Any], strict: bool) -> int:
        """Judge part by part, then count and write; the exit code. Raises BadPatients, CouldNotRun."""
        from protocol_dsl.cli.screening import begun, write_outcome  # noqa: PLC0415 - loads the engines

        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            fix = "choose a folder that can be written, with `--out`"
            raise CouldNotRun(f"cannot write to `{self.out}`: {reason}", fix) from None
        with begun(self.protocol, self.data, engine, where, self.on, self.memory, self.out) as run:
            ledger = self._ledger({"engine": engine, "size": run.size, **options})
            try:
                with progress("screening", run.total) as advance:
                    for written in ledger.judge(run.parts(advance)):
                        advance(written.patients if run.by_patients else 0)
            except KeyboardInterrupt:
                finished = counted(len(ledger.finished), "part")
                remark(
                    f"interrupted; {finished} finished: the same command with `--resume` goes on from there"
                )
                return INTERRUPTED
            remarks = ledger.remarks()
            for one in run.remarks:
                remarks.add(one)
        counts = write_outcome(self.protocol, self.stage, ledger, self.out, self.memory)
        click.echo(counts.text())
        refusals = [*run.refusals, *ledger.refusals()]
        tell_reading(remarks, sum(part.undated for part in ledger.finished), counts.patients, refusals)
        remark(f"wrote {self.out}")
        return FINDINGS if refusals or (strict and len(remarks)) else CLEAN

    def _ledger(self, options: dict[str, Any]) -> Ledger:
        if self.resume and self.data.paths == () and isinstance(self.data, Patients):
            raise CouldNotRun("standard input cannot be read twice", "put the patients into a file to resume")
        about = {
            "protocol": self.protocol.header.id,
            "digest": self.protocol.source_digest,
            "trialc": version(),
            "data": self.data.told,
            "files": fingerprint(self.data.paths),
            **options,
        }
        ledger, begun = opened_ledger(self.out, about, date.today().isoformat(), self.resume)
        if begun == "changed":
            remark(
                "the protocol, the data or the options are others than before, so the screening starts anew"
            )
        elif begun == "resumed":
            remark(f"{counted(len(ledger.finished), 'part')} finished before, and not judged again")
        elif self.resume:
            remark(f"nothing in `{self.out}` to go on from, so the screening starts anew")
        return ledger
