"""What is said of patients' data once all of it has been read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.cli.terminal import remark
from protocol_dsl.cli.verdicts import told_refusal

_MOST_REMARKS = 40


def tell_reading(remarks: Remarks, undated: int, patients: int, refusals: Sequence[BadPatients] = ()) -> None:
    """Say on standard error who was judged as at today for want of a date, who was not judged, and what was not used
    as recorded."""
    if undated:
        whom = "all" if undated == patients else f"{undated:,}"
        remark(f"{whom} as at today, {date.today().isoformat()}, for want of a date; `--on DATE` sets one")
    tell_refusals(refusals)
    if len(remarks):
        remark("not used as recorded:")
        for line in _lines(remarks):
            remark(f"  {line}")


def tell_refusals(refusals: Sequence[BadPatients]) -> None:
    """Say who could not be judged, and why."""
    if refusals:
        remark(f"{len(refusals):,} not judged:")
    for error in refusals[:_MOST_REMARKS]:
        remark(f"  {told_refusal(error)}")
    if len(refusals) > _MOST_REMARKS:
        remark(f"  and {len(refusals) - _MOST_REMARKS:,} others")


def _lines(remarks: Remarks) -> Iterator[str]:
    for number, one in enumerate(remarks):
        if number == _MOST_REMARKS:
            yield f"and {len(remarks) - number} other kinds"
            return
        yield one.text()
