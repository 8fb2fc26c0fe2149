"""`trialc run`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TextIO

import click
from attrs import define, field

from protocol_dsl.adapters.incoming import BadPatients, Incoming, Watch
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.cli.checker import Checker
from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.outputs import output
from protocol_dsl.cli.patients import Patients, patients_of, refused
from protocol_dsl.cli.progress import progress
from protocol_dsl.cli.sources import compiled
from protocol_dsl.cli.terminal import counted, remark
from protocol_dsl.cli.verdicts import VerdictWriter, told_refusal
from protocol_dsl.ir.protocol import Protocol, Stage
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.schema import Reading
from protocol_dsl.runtime.stage import judging_day
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.runtime.wide import Column, read_wide_row, wide_columns
from protocol_dsl.vocabulary.calendar import When

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", ",": ",", ";": ";", "|": "|"}
_MOST_REMARKS = 40


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
    type=click.Choice(list(_DELIMITERS)),
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
        judging = None if on is None else _day(on, "--on")
        protocol = compiled(file)
        run = _Run(protocol, _stage(protocol, stage), judging)
        source = patients_of(patients, map_name, _DELIMITERS.get(delimiter or ""))
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
    remarks: Remarks = field(init=False, factory=Remarks)
    outcomes: Counter[str] = field(init=False, factory=Counter)
    undated: int = field(init=False, default=0)
    refusals: list[BadPatients] = field(init=False, factory=list)
    _columns: dict[tuple[str, ...], tuple[Column, ...]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.checker = Checker(self.protocol)

    def write(self, source: Patients, writer: VerdictWriter, watch: Watch) -> None:
        """Write the verdict of every patient, and who could not be judged. Raises CouldNotRun when all are such."""

        def skip(error: BadPatients) -> None:
            self.refusals.append(error)
            writer.refuse(error)

        facts, schema = self.protocol.facts, self.checker.schema
        for incoming in source.read(facts, schema, self.remarks, self.judging, watch, skip):
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
            self._list_refusals()
            return CouldNotRun("nobody could be judged", "mend the patients named above")
        return refused(self.refusals[0])

    def verdict(self, incoming: Incoming) -> Verdict:
        """Judge one patient. Raises BadPatients when the day to judge on is no date."""
        on = self._day_of(incoming)
        reading = self._reading(incoming, on)
        patient = self.checker.patient(reading)
        patient.id = patient.id or incoming.place
        self.remarks.problems(reading.problems, patient.id)
        verdict = self.checker.check(patient, on, self.stage.name)
        self.outcomes[verdict.outcome] += 1
        return verdict

    def report(self, strict: bool) -> int:
        """Say what came of it on standard error; the exit code."""
        counts = ", ".join(
            f"{self.outcomes[word]:,} {word}" for word in ("eligible", "ineligible", "undetermined")
        )
        remark(f"{counted(self.outcomes.total(), 'patient')} judged: {counts}")
        if self.undated:
            whom = "all" if self.undated == self.outcomes.total() else f"{self.undated:,}"
            remark(
                f"{whom} as at today, {date.today().isoformat()}, for want of a date; `--on DATE` sets one"
            )
        self._list_refusals()
        if len(self.remarks):
            remark("not used as recorded:")
            for line in self._remark_lines():
                remark(f"  {line}")
        return FINDINGS if self.refusals or (strict and len(self.remarks)) else CLEAN

    def _list_refusals(self) -> None:
        if self.refusals:
            remark(f"{len(self.refusals):,} not judged:")
        for error in self.refusals[:_MOST_REMARKS]:
            remark(f"  {told_refusal(error)}")
        if len(self.refusals) > _MOST_REMARKS:
            remark(f"  and {len(self.refusals) - _MOST_REMARKS:,} others")

    def _remark_lines(self) -> Iterator[str]:
        for number, one in enumerate(self.remarks):
            if number == _MOST_REMARKS:
                yield f"and {len(self.remarks) - number} other kinds"
                return
            yield one.text()

    def _day_of(self, incoming: Incoming) -> When:
        if self.judging is not None:
            return self.judging
        if incoming.on is None:
            self.undated += 1
            return judging_day(None)
        return _day(incoming.on, incoming.place, incoming.id)

    def _reading(self, incoming: Incoming, on: When) -> Reading:
        if not incoming.wide:
            return read_patient(incoming.record, self.checker.schema, on)
        headers = tuple(incoming.record)
        if headers not in self._columns:
            self._columns[headers] = wide_columns(headers, self.checker.schema)
        row = {header: str(cell) for header, cell in incoming.record.items()}
        return read_wide_row(row, self.checker.schema, on, self._columns[headers])


def _day(text: str, place: str, patient: str = "") -> When:
    try:
        return judging_day(text)
    except ValueError as error:
        reason = str(error)
        fix = "write the day to judge on as `2026-03-05`"
        raise BadPatients(place, reason.partition(";")[0] or "it is no date", fix, patient) from None


def _stage(protocol: Protocol, name: str | None) -> Stage:
    stages = {stage.name: stage for stage in protocol.stages}
    if name is None:
        return _judging(protocol, protocol.stages[0])
    if name not in stages:
        known = ", ".join(f"`{stage}`" for stage in stages)
        raise CouldNotRun(f"{protocol.header.id} has no stage `{name}`", f"its stages are {known}")
    return _judging(protocol, stages[name])


def _judging(protocol: Protocol, stage: Stage) -> Stage:
    """A stage that has criteria: without any, everybody would be eligible."""
    if not stage.criteria:
        fix = "declare one, such as `inclusion I1 …`, or name another with `--stage`"
        raise CouldNotRun(f"{protocol.header.id} has no criteria in its stage `{stage.name}`", fix)
    return stage


def _bar_fits(stream: TextIO) -> bool:
    # On one terminal the bar and the verdicts would overwrite each other.
    return not stream.isatty()
