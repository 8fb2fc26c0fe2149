"""The ledger of patients allocated so far: what was given to whom, checked against the seed before it goes on."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TextIO

from attrs import frozen

from protocol_dsl.allocation.design import Design
from protocol_dsl.allocation.faults import AllocationError
from protocol_dsl.allocation.lists import nth, slots
from protocol_dsl.allocation.minimization import Part, minimized, parts
from protocol_dsl.allocation.strata import Cell, cells

COLUMNS = ("number", "patient", "on", "stratum", "position", "arm", "protocol_sha256")


@frozen
class Entry:
    """One patient allocated: the `number`-th of all, the `position`-th of the stratum, judged `on` an ISO date, under
    the protocol whose SHA-256 is `digest`."""

    number: int
    patient: str
    on: str
    stratum: str
    position: int
    arm: str
    digest: str


def read_ledger(stream: Iterable[str], name: str) -> tuple[Entry, ...]:
    """The entries of a ledger in CSV, as `write_ledger` writes them. Raises AllocationError."""
    try:
        rows = list(csv.reader(stream, strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise AllocationError(f"`{name}` is no ledger: {error}", "name the ledger of this trial") from None
    if not rows:
        return ()
    if tuple(rows[0]) != COLUMNS:
        raise AllocationError(f"`{name}` is no ledger", f"its first line must be `{','.join(COLUMNS)}`")
    return tuple(_entry(row, number, name) for number, row in enumerate(rows[1:], 1))


def write_ledger(stream: TextIO, entries: Iterable[Entry]) -> None:
    """Write a ledger as CSV."""
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in entries:
        rows.writerow((one.number, one.patient, one.on, one.stratum, one.position, one.arm, one.digest))


def next_entry(
    design: Design, seed: str, digest: str, before: Sequence[Entry], patient: str, on: str, cell: Cell
) -> Entry:
    """The allocation of one more patient of `cell`.

    Raises:
        AllocationError: the ledger does not come from this seed, design and protocol, or holds the patient already.
    """
    for one in before:
        if one.patient == patient:
            reason = f"the patient `{patient}` is in the ledger already, as number {one.number}"
            raise AllocationError(reason, "nobody is allocated twice: check the id")
    known = {one.key: one for one in cells(design.factors)}
    earlier = _check(design, seed, digest, before, known)
    position = 1 + sum(one.stratum == cell.key for one in before)
    if design.method == "minimization":
        arm, _ = minimized(parts(design.names, design.ratio), earlier, cell, seed, digest)
    else:
        arm = nth(design, seed, digest, cell, position).arm
    return Entry(len(before) + 1, patient, on, cell.key, position, arm, digest)


def _check(
    design: Design, seed: str, digest: str, before: Sequence[Entry], known: dict[str, Cell]
) -> list[tuple[Cell, Part]]:
    """Every entry is what this seed gives: another seed would go on with another list, unseen. Gives the patients so
    far with the part of their arm, which minimization goes on from."""
    lists = {} if design.method == "minimization" else {
        key: slots(design, seed, digest, cell) for key, cell in known.items()
    }  # fmt: skip
    taken: Counter[str] = Counter()
    earlier: list[tuple[Cell, Part]] = []
    every = parts(design.names, design.ratio)
    for one in before:
        if one.digest != digest:
            reason = f"number {one.number} of the ledger was allocated under another version of the protocol"
            raise AllocationError(
                reason, "go on with the file it was begun with; an amendment needs a list of its own"
            )
        if one.stratum not in known:
            raise _foreign(one, f"its stratum `{one.stratum}` is none of this protocol")
        taken[one.stratum] += 1
        if one.position != taken[one.stratum]:
            raise _foreign(
                one, f"it stands at place {taken[one.stratum]} of its stratum and says {one.position}"
            )
        cell = known[one.stratum]
        given = (next(lists[one.stratum]).arm, 0) if lists else minimized(every, earlier, cell, seed, digest)
        if given[0] != one.arm:
            raise _foreign(one, "this seed and design do not give its arm")
        earlier.append((cell, given))
    return earlier


def _foreign(entry: Entry, why: str) -> AllocationError:
    fix = "use the seed, ratio and blocks the ledger was begun with, and never edit it"
    return AllocationError(f"number {entry.number} of the ledger does not fit: {why}", fix)


def _entry(row: list[str], number: int, name: str) -> Entry:
    numeric = [row[at] if at < len(row) else "" for at in (0, 4)]
    if len(row) != len(COLUMNS) or not all(text.isascii() and text.isdigit() for text in numeric):
        raise AllocationError(f"line {number + 1} of `{name}` is no entry of a ledger", "never edit a ledger")
    if int(row[0]) != number:
        raise AllocationError(
            f"line {number + 1} of `{name}` is number {row[0]}, not {number}", "never edit a ledger"
        )
    return Entry(number, row[1], row[2], row[3], int(row[4]), row[5], row[6])
