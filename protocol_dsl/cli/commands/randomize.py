"""`trialc randomize`."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import NoReturn

import click

from protocol_dsl.adapters.incoming import BadPatients, Incoming
from protocol_dsl.adapters.json_patients import read_json_patients
from protocol_dsl.allocation.design import Asked, Design, Method, design_of
from protocol_dsl.allocation.faults import AllocationError, Refused
from protocol_dsl.allocation.ledger import Entry, next_entry, write_ledger
from protocol_dsl.allocation.lists import allocation_list
from protocol_dsl.allocation.patient import cell_of
from protocol_dsl.allocation.record import audit_record, list_csv, record_text, slot_json, with_list
from protocol_dsl.cli import ledgers
from protocol_dsl.cli.exits import CLEAN, FINDINGS, CouldNotRun
from protocol_dsl.cli.outputs import output, replacing
from protocol_dsl.cli.patients import refused
from protocol_dsl.cli.sources import compiled
from protocol_dsl.cli.terminal import remark
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.stage import judging_day
from protocol_dsl.vocabulary.calendar import When, when_text

_NO_LEDGER = "name the file that keeps what was allocated, with `--ledger`; it is begun when it is not there"


@click.command("randomize", short_help="Make an allocation list, or allocate one patient.")
@click.argument("file")
@click.option(
    "--seed", required=True, metavar="TEXT", help="What everything random is made from; keep it secret."
)
@click.option(
    "--ratio", metavar="A:B:…", help="Where the protocol states none: a part for each arm, in its order."
)
@click.option("--blocks", metavar="SIZES", help="Where the protocol states none: block sizes such as 3,6.")
@click.option(
    "--method",
    type=click.Choice(["blocks", "simple", "minimization"]),
    help="Where the protocol states none; permuted blocks unless said.",
)
@click.option("--number", type=int, metavar="N", help="Places in every stratum; the enrollment unless said.")
@click.option("--patient", metavar="FILE", help="Allocate the one patient in this JSON file.")
@click.option("--ledger", metavar="FILE", help="The patients allocated so far; the new one is added.")
@click.option("--on", metavar="DATE", help="The day, for the record; a patient is judged as at it.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How it is written.",
)
@click.option("--out", metavar="FILE", help="Write there instead of standard output.")
def command(  # noqa: PLR0913, PLR0917 - one parameter for each option
    file: str,
    seed: str,
    ratio: str | None,
    blocks: str | None,
    method: Method | None,
    number: int | None,
    patient: str | None,
    ledger: str | None,
    on: str | None,
    format_: str,
    out: str | None,
) -> int:
    """Make the allocation list of the protocol in FILE, the same for the same seed on every machine.

    With it comes an audit record: seed, algorithm, version, SHA-256 of the protocol, and who stated the ratio. In
    CSV the record goes to standard error, or beside the file as NAME.record.json.

    With --patient one patient is allocated, if eligible and of a known stratum, and added to the ledger.
    """
    _check_seed(seed)
    if (patient is None) != (ledger is None):
        reason = "`--ledger` is for one patient" if patient is None else "one patient needs the list so far"
        raise CouldNotRun(reason, "name the patient with `--patient`" if patient is None else _NO_LEDGER)
    asked = Asked(_parts(ratio, ":", "--ratio"), _parts(blocks, ",", "--blocks"), method)
    try:
        day = None if on is None else _day(on, "--on")
        protocol = compiled(file)
        design = design_of(protocol, asked)
        if patient is None or ledger is None:
            return _list(protocol, design, seed, number, day, format_, out)
        if number is not None:
            raise CouldNotRun("`--number` is for lists", "leave it out when allocating one patient")
        return _allocate(protocol, design, seed, patient, Path(ledger), day, format_, out)
    except Refused as error:
        _refuse(error)
    except AllocationError as error:
        raise CouldNotRun(error.reason, error.fix) from None
    except BadPatients as error:
        raise refused(error) from None


def _list(
    protocol: Protocol,
    design: Design,
    seed: str,
    number: int | None,
    day: When | None,
    format_: str,
    out: str | None,
) -> int:
    places, origin = _number(protocol, number)
    slots = allocation_list(design, seed, protocol.source_digest, places)
    date = None if day is None else when_text(day)
    record = with_list(audit_record(protocol, design, seed, date), slots, places, origin)
    with output(out) as stream:
        if format_ == "json":
            stream.write(_json({"record": record, "list": [slot_json(slot) for slot in slots]}))
        elif format_ == "csv":
            stream.write(list_csv(slots))
        else:
            rows = "".join(
                f"{slot.position:>6}  {slot.arm:<20}  {slot.stratum}".rstrip() + "\n" for slot in slots
            )
            stream.write(f"{record_text(record)}\n{rows}")
    if format_ == "csv":
        _write_record(record, out)
    return CLEAN


def _write_record(record: dict[str, object], out: str | None) -> None:
    """A table has no room for the record: it goes beside the file, or to standard error."""
    if out is None or out == "-":
        remark(record_text(record).rstrip("\n"))
        return
    beside = Path(f"{out}.record.json")
    with replacing(beside) as stream:
        stream.write(_json(record))
    remark(f"wrote {out} and {beside}")


def _allocate(
    protocol: Protocol,
    design: Design,
    seed: str,
    name: str,
    ledger: Path,
    day: When | None,
    format_: str,
    out: str | None,
) -> int:
    incoming = _one_patient(name)
    if day is None and incoming.on is None:
        raise CouldNotRun(
            f"{incoming.place}: no day to judge on", "give it with `--on`, or as `on` in the record"
        )
    on = day or _day(incoming.on or "", incoming.place)
    reading = read_patient(incoming.record, schema_of(protocol), on)
    for problem in reading.problems:
        remark(f"not used as recorded: {problem.text()}")
    if not reading.records.id:
        raise CouldNotRun(f"{incoming.place}: the patient has no id", 'write `"id": "P1"` in the record')
    cell = cell_of(protocol, design, reading.records, on)
    with ledgers.held(ledger):
        before = ledgers.entries_in(ledger)
        entry = next_entry(
            design, seed, protocol.source_digest, before, reading.records.id, when_text(on), cell
        )
        ledgers.replace(ledger, (*before, entry))
    record = audit_record(protocol, design, seed, None if day is None else when_text(day))
    with output(out) as stream:
        stream.write(_told(entry, record, dict(design.arms), format_))
    return CLEAN


def _told(entry: Entry, record: dict[str, object], labels: dict[str, str], format_: str) -> str:
    if format_ == "json":
        place = {"number": entry.number, "patient": entry.patient, "on": entry.on, "stratum": entry.stratum}
        return _json(
            {"record": record, "allocation": {**place, "position": entry.position, "arm": entry.arm}}
        )
    if format_ == "csv":
        text = io.StringIO()
        write_ledger(text, (entry,))
        return text.getvalue()
    where = f", place {entry.position} of stratum {entry.stratum}" if entry.stratum else ""
    return (
        f"{entry.patient} is allocated to {entry.arm} ({labels[entry.arm]}), number {entry.number}{where}\n"
    )


def _one_patient(name: str) -> Incoming:
    try:
        with open(name, "rb") as stream:
            found = list(read_json_patients(stream, name))
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise CouldNotRun(f"cannot read `{name}`: {reason}", "check the path of `--patient`") from None
    if len(found) != 1:
        raise CouldNotRun(f"`{name}` holds {len(found)} patients", "give one patient at a time")
    return found[0]


def _number(protocol: Protocol, number: int | None) -> tuple[int, str]:
    if number is not None:
        return number, "given by the user, for every stratum"
    if protocol.header.enrollment is None:
        raise CouldNotRun("the protocol states no enrollment to make a list for", "give `--number`")
    return protocol.header.enrollment, "the enrollment, for every stratum, so that no list runs out"


def _parts(text: str | None, mark: str, option: str) -> tuple[int, ...]:
    if text is None:
        return ()
    parts = [part.strip() for part in text.split(mark)]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        example = "2:1" if mark == ":" else "4,8"
        raise CouldNotRun(
            f"`{option} {text}` is not whole numbers parted by `{mark}`", f"write `{option} {example}`"
        )
    return tuple(map(int, parts))


def _check_seed(seed: str) -> None:
    try:
        seed.encode("utf-8")
    except UnicodeEncodeError:
        raise CouldNotRun("the seed is not valid text", "give letters and digits with `--seed`") from None
    if not seed.strip():
        raise CouldNotRun("the seed is empty", "give a text nobody can guess with `--seed`")


def _day(text: str, place: str) -> When:
    try:
        return judging_day(text)
    except ValueError as error:
        raise BadPatients(place, str(error).partition(";")[0], "write a day as `2026-03-05`") from None


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _refuse(error: Refused) -> NoReturn:
    remark(f"refused: {error.reason}\n  = help: {error.fix}")
    raise click.exceptions.Exit(FINDINGS)
