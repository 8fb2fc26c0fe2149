"""`trialc run`."""

from __future__ import annotations

from collections import Counter
from typing import TextIO

import click
from attrs import define, field

from protocol_dsl.adapters.incoming import BadPatients, Incoming, Watch
from protocol_dsl.adapters.reader import PatientReader, day_at
from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.data import DELIMITERS
from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.outputs import output
from protocol_dsl.cli.patients import Patients, patients_of, refused
from protocol_dsl.cli.progress import progress
from protocol_dsl.cli.sources import compiled, stage_named
from protocol_dsl.cli.terminal import counted, remark
from protocol_dsl.cli.told import tell_reading, tell_refusals
from protocol_dsl.cli.verdicts import VerdictWriter
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.vocabulary.calendar import When


@click.command("run", short_help="Judge patients: eligible, ineligible or undetermined, and why.")
@click.argument("file")
@click.argument("patients", nargs=-1, required=True, metavar="PATIENTS...")
@click.option(
    "--on", metavar="DATE", help="Judge everyone as at this day; else the data's own day, else today."
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "brief", "json", "ndjson", "csv"]),
    default="text",
    show_default=True,
    help="How verdicts are written.",
)
@click.option("--out", metavar="FILE", help="Write verdicts there instead of standard output.")
@click.option("--stage", metavar="NAME", help="The stage to judge; the first one unless said.")
@click.option(
    "--map", "map_name", metavar="MAP.toml", help="What the columns of tables, or a site's own codes, mean."
)
@click.option(
    "--delimiter",
    type=click.Choice(list(DELIMITERS)),
    help="What parts the columns of a table; a comma unless said.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 when anything in the data was not understood.")
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    file: str,
    patients: tuple[str, ...],
    on: str | None,
    format_: str,
    out: str | None,
    stage: str | None,
    map_name: str | None,
    delimiter: str | None,
    strict: bool,
) -> int:
    """Judge every patient in PATIENTS by the protocol in FILE.

    PATIENTS are files in JSON (one object, an array, or one object a line) or CSV with a row for each patient and
    columns named by fact; `-` is standard input. FHIR Bundles and folders of a bulk export are read by the codes of
    the protocol, and of a --map. With a map of tables they are the folder of these.

    Verdicts go to standard output; the count, and what in the data was not used as it stands (taken as unknown,
    or not counted), to standard error. A patient who cannot be read is "not judged", and the exit code is 1.
    """
    if "-" in patients and file == "-":
        raise CouldNotRun("`-` stands for both the protocol and the patients", "name a file for one of them")
    try:
        judging = None if on is None else day_at(on, "--on")
        protocol = compiled(file)
        run = _Run(protocol, stage_named(protocol, stage), judging)
        source = patients_of(patients, map_name, DELIMITERS.get(delimiter or ""))
        with output(out) as stream, progress("judging", source.total(), _bar_fits(stream)) as watch:
            run.write(source, VerdictWriter(stream, format_, protocol, run.stage), watch)
    except BadPatients as error:
        raise refused(error) from None
    return run.report(strict)


@define
class _Run:
    """One run over all patients."""

    protocol: Protocol
    stage: Stage
    judging: When | None
    checker: Checker = field(init=False)
    reader: PatientReader = field(init=False)
    outcomes: Counter[str] = field(init=False, factory=Counter)
    refusals: list[BadPatients] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.checker = Checker(self.protocol)
        self.reader = PatientReader(self.checker.schema, self.judging)

    def write(self, source: Patients, writer: VerdictWriter, watch: Watch) -> None:
        """Write the verdict of every patient, and who could not be judged. Raises CouldNotRun when all are such."""

        def skip(error: BadPatients) -> None:
            self.refusals.append(error)
            writer.refuse(error)

        facts, schema = self.protocol.facts, self.checker.schema
        for incoming in source.read(facts, schema, self.reader.remarks, self.judging, watch, skip):
            try:
                verdict = self.verdict(incoming)
            except BadPatients as error:
                skip(error)
            else:
                writer.write(verdict)
        writer.close()
        if self.refusals and not self.outcomes:
            raise self._nobody()

    def _nobody(self) -> CouldNotRun:
        if len(self.refusals) > 1:
            tell_refusals(self.refusals)
            return CouldNotRun("nobody could be judged", "mend the patients named above")
        return refused(self.refusals[0])

    def verdict(self, incoming: Incoming) -> Verdict:
        """Judge one patient. Raises BadPatients when the day to judge on is no date."""
        reading, on = self.reader.read(incoming)
        verdict = self.checker.check(self.checker.patient(reading), on, self.stage.name)
        self.outcomes[verdict.outcome] += 1
        return verdict

    def report(self, strict: bool) -> int:
        """Say what came of it on standard error; the exit code."""
        counts = ", ".join(
            f"{self.outcomes[word]:,} {word}" for word in ("eligible", "ineligible", "undetermined")
        )
        remark(f"{counted(self.outcomes.total(), 'patient')} judged: {counts}")
        tell_reading(self.reader.remarks, self.reader.undated, self.outcomes.total(), self.refusals)
        return FINDINGS if self.refusals or (strict and len(self.reader.remarks)) else CLEAN


def _bar_fits(stream: TextIO) -> bool:
    # On one terminal the bar and the verdicts would overwrite each other.
    return not stream.isatty()
