"""`trialc conformance`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from protocol_dsl.adapters.happenings import Happenings
from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.json_patients import read_json_patients
from protocol_dsl.adapters.remarks import Remark, Remarks
from protocol_dsl.adapters.rows import Table
from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.listings import FORMATS, Listing, listing
from protocol_dsl.cli.outputs import output
from protocol_dsl.cli.patients import refused
from protocol_dsl.cli.scheduling import (
    anchor_names,
    anchors_of,
    check_anchors,
    day_of,
    program_in,
    schedule_of,
    schema_in,
)
from protocol_dsl.cli.terminal import counted, remark
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.conformance.happened import Names, Vocabulary, lines_of
from protocol_dsl.runtime.conformance.treatments import Terms
from protocol_dsl.runtime.schedule.program import Program, ScheduleError
from protocol_dsl.runtime.schema import SERIES

_TABLES = frozenset({".csv", ".tsv", ".txt"})
_JSON = frozenset({".json", ".ndjson", ".jsonl"})
_MOST_REMARKS = 40


@click.command("conformance", short_help="List deviations: what happened against what was planned.")
@click.argument("file")
@click.argument("records", nargs=-1, required=True, metavar="RECORDS...")
@click.option("--arm", metavar="NAME", help="The arm of patients whose records name none.")
@click.option("--on", metavar="DATE", help="What is planned for later is not missed; today unless said.")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="NAME=DATE",
    help="A date for patients whose records lack it.",
)
@click.option(
    "--name", "names", multiple=True, metavar="WORDS=NAME",
    help="What the records call a treatment, visit, arm or test, and its name in the protocol.",
)  # fmt: skip
@click.option(
    "--tolerance", type=click.IntRange(0), default=0, show_default=True, metavar="DAYS",
    help="Days either side that are in time where the protocol states no window.",
)  # fmt: skip
@click.option(
    "--dose-tolerance", type=click.FloatRange(0, 100), default=0, show_default=True, metavar="PERCENT",
    help="By how much a dose may differ from the planned one.",
)  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True,
    help="How the listing is written.",
)  # fmt: skip
@click.option("--out", metavar="FILE", help="Write it there instead of standard output.")
@click.option(
    "--strict", is_flag=True, help="Exit with 1 also when anything is undecided or was not understood."
)
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    file: str,
    records: tuple[str, ...],
    arm: str | None,
    on: str | None,
    anchors: tuple[str, ...],
    names: tuple[str, ...],
    tolerance: int,
    dose_tolerance: float,
    format_: str,
    out: str | None,
    strict: bool,
) -> int:
    """List where what happened to patients departs from what the protocol in FILE planned for them.

    RECORDS are tables in CSV (SDTM's EX, EC, SV, LB, VS and DM, or plain columns), patients in JSON, or a folder of
    them. Listed are missed, early, late, extra, wrong-dose, wrong-arm, given-while-skipped, and what is undecided.
    """
    protocol, module = schedule_of(file)
    program = program_in(module)
    day = date.today() if on is None else day_of(on, "--on")
    fixed = {name: found.isoformat() for name, found in anchors_of(anchors).items()}
    check_anchors(program, fixed)
    if arm is not None:
        _sure_arm(program, arm)
    remarks = Remarks()
    terms = Terms(tolerance, Fraction(str(dose_tolerance)) / 100)
    aliases = _aliases(names, program, protocol)
    try:
        happenings = _read(records, protocol, module, aliases, remarks)
        others = _not_looked_at(protocol, module)
        with output(out) as stream:
            made = listing(format_, stream, program, day)
            for patient in happenings.complete():
                asked = _asked_of(patient, others, fixed)
                found = module.conformance(asked, day, arm or "", terms, aliases)
                remarks.problems(found.problems, found.patient)
                made.add(found)
            made.close()
    except BadPatients as error:
        raise refused(error) from None
    except ScheduleError as error:
        raise CouldNotRun(error.reason, error.fix) from None
    return _report(made, remarks, strict, None if on else day)


def _sure_arm(program: Program, arm: str) -> None:
    try:
        program.arm(arm)
    except ScheduleError as error:
        raise CouldNotRun(error.reason, error.fix) from None


def _aliases(words: tuple[str, ...], program: Program, protocol: Protocol) -> dict[str, str]:
    known = {line.what for arm in program.arms for line in lines_of(arm)} | {arm.name for arm in program.arms}
    known |= {visit.name for visit in program.visits} | {fact.name for fact in protocol.facts}
    known |= {name for one in program.assessments for name, _ in one.what}
    known |= {name for one in program.timelines for name, _, _ in one.what}
    found: dict[str, str] = {}
    for each in words:
        said, sign, name = (part.strip() for part in each.rpartition("="))
        if not sign or not said:
            raise CouldNotRun(f"--name: `{each}` names nothing", "write it as `--name ALB=serum_albumin`")
        if name not in known:
            near = get_close_matches(name, sorted(known), 1)
            fix = f"did you mean `{near[0]}`?" if near else "use a name that the protocol declares"
            raise CouldNotRun(f"--name: the schedule knows no `{name}`", fix)
        found[said] = name
    return found


def _read(
    records: tuple[str, ...],
    protocol: Protocol,
    module: ModuleType,
    aliases: dict[str, str],
    remarks: Remarks,
) -> Happenings:
    """Everything in the files. Raises BadPatients, CouldNotRun."""
    program, schema = program_in(module), schema_in(module)
    tests = Names(_tests(program, protocol, frozenset(schema.facts)), aliases)
    codes = {code.code: fact.name for fact in protocol.facts for code in fact.codes}
    happenings = Happenings(
        lambda words: tests.find(words) or (codes.get(words) if codes.get(words) in tests.declared else None),
        anchor_names(program),
        remarks,
        frozenset(name for name, fact in schema.facts.items() if fact.kind not in {"event", *SERIES}),
    )
    for path in _files(records):
        try:
            stream = path.open("rb")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise CouldNotRun(f"cannot read `{path}`: {reason}", "check the path and the spelling") from None
        with stream:
            if path.suffix.lower() in _JSON:
                for incoming in read_json_patients(stream, str(path)):
                    happenings.add(incoming.record, incoming.place)
            else:
                delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
                happenings.take(Table(stream, str(path), delimiter))
    if "facts" in happenings.kinds:
        for name in sorted(tests.declared.keys() - happenings.tests):
            reason = "no row of the tables of measurements is one of these"
            fix = f"say what it is called there with `--name WORDS={name}`"
            remarks.add(Remark(what=name, reason=reason, fix=fix))
    return happenings


def _tests(program: Program, protocol: Protocol, facts: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What measurements are looked for: the facts that rules ask for, and assessments."""
    yield from ((fact.name, fact.label) for fact in protocol.facts if fact.name in facts)
    for one in program.assessments:
        yield from one.what
    for timeline in program.timelines:
        yield from ((name, label) for name, label, _ in timeline.what)


def _files(records: tuple[str, ...]) -> Iterator[Path]:
    for name in records:
        path = Path(name)
        if not path.is_dir():
            yield path
            continue
        found = sorted(one for one in path.iterdir() if one.suffix.lower() in _TABLES | _JSON)
        if not found:
            raise CouldNotRun(f"`{name}` holds no table and no JSON", "name the files")
        yield from found


def _not_looked_at(protocol: Protocol, module: ModuleType) -> frozenset[str]:
    """What patients' records may hold that the schedule does not look at."""
    looked_at = set(schema_in(module).facts) | Vocabulary(program_in(module)).assessments.declared.keys()
    return frozenset({fact.name for fact in protocol.facts} - looked_at | {"answers"})


def _asked_of(patient: dict[str, Any], others: frozenset[str], fixed: dict[str, str]) -> dict[str, Any]:
    """A patient without the facts that the schedule does not look at, and with the anchors given for all."""
    kept = {key: value for key, value in patient.items() if key not in others}
    anchors = patient.get("anchors")
    if anchors is None or isinstance(anchors, dict):
        kept["anchors"] = {**fixed, **(anchors or {})}
    return kept


def _report(made: Listing, remarks: Remarks, strict: bool, today: date | None) -> int:
    """Say what came of it on standard error; the exit code."""
    counts = ", ".join(f"{count:,} {kind}" for kind, count in made.counts.items() if count)
    remark(f"{counted(made.patients, 'patient')} held against the plan: {counts or 'no deviation'}")
    if today is not None:
        remark(f"as at today, {today.isoformat()}; `--on DATE` sets the day up to which records were taken")
    if len(remarks):
        remark("not understood, and left out:")
        for number, one in enumerate(remarks):
            if number == _MOST_REMARKS:
                remark(f"  and {len(remarks) - number} other kinds")
                break
            remark(f"  {one.text()}")
    deviating = sum(count for kind, count in made.counts.items() if kind != "undecided")
    doubtful = strict and (made.counts["undecided"] or len(remarks))
    return FINDINGS if deviating or doubtful else CLEAN
