"""Allocation lists: for each stratum a row of arms, in permuted blocks or drawn alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from attrs import frozen

from protocol_dsl.allocation.design import Design
from protocol_dsl.allocation.faults import AllocationError
from protocol_dsl.allocation.strata import Cell, cells
from protocol_dsl.allocation.stream import Stream

MOST_ROWS = 1_000_000


@frozen
class Slot:
    """One place of a list: the `position`-th patient of `stratum` gets `arm`. `block` counts from 1 within the
    stratum and `size` is its length; both 0 where there are no blocks."""

    stratum: str
    position: int
    block: int
    size: int
    arm: str


def allocation_list(design: Design, seed: str, digest: str, number: int) -> tuple[Slot, ...]:
    """`number` places or more in every stratum: a block once begun is listed whole. Raises AllocationError."""
    if number < 1:
        raise AllocationError(f"a list of {number} places allocates nobody", "ask for one place or more")
    strata = tuple(cells(design.factors))
    if number * len(strata) > MOST_ROWS:
        reason = f"{number:,} places in {len(strata):,} strata are more than {MOST_ROWS:,} rows"
        raise AllocationError(reason, "ask for fewer with `--number`")
    return tuple(slot for cell in strata for slot in _of_cell(design, seed, digest, cell, number))


def slots(design: Design, seed: str, digest: str, cell: Cell) -> Iterator[Slot]:
    """The places of one stratum, without end. Raises AllocationError for a method that makes no list."""
    stream = Stream(seed, digest, cell.key)
    if design.method == "blocks":
        return _blocks(design, stream, cell.key)
    if design.method == "simple":
        return _simple(design, stream, cell.key)
    reason = "minimization makes no list: each allocation rests on those before it"
    raise AllocationError(reason, "allocate patients one at a time with `--patient` and `--ledger`")


def _of_cell(design: Design, seed: str, digest: str, cell: Cell, number: int) -> Iterator[Slot]:
    begun = 0
    for slot in slots(design, seed, digest, cell):
        if slot.position > number and (slot.block == 0 or slot.block != begun):
            return
        begun = slot.block
        yield slot


def _arms(design: Design) -> list[str]:
    """The arms as often as their part of the ratio."""
    return [arm for arm, part in zip(design.names, design.ratio, strict=True) for _ in range(part)]


def _blocks(design: Design, stream: Stream, stratum: str) -> Iterator[Slot]:
    arms, position, block = _arms(design), 0, 0
    while True:
        size = design.blocks[stream.below(len(design.blocks))]
        order = arms * (size // len(arms))
        stream.shuffle(order)
        block += 1
        for arm in order:
            position += 1
            yield Slot(stratum, position, block, size, arm)


def _simple(design: Design, stream: Stream, stratum: str) -> Iterator[Slot]:
    arms, position = _arms(design), 0
    while True:
        position += 1
        yield Slot(stratum, position, 0, 0, arms[stream.below(len(arms))])


def nth(design: Design, seed: str, digest: str, cell: Cell, position: int) -> Slot:
    """The place at `position` (from 1) of a stratum."""
    return next(islice(slots(design, seed, digest, cell), position - 1, None))
