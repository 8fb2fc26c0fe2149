"""What a screening left of its patients: how many each criterion keeps out, and for want of what many stay open."""

from __future__ import annotations

import csv
import io
from typing import Any, Literal

from attrs import asdict, fields, frozen


@frozen
class Step:
    """One criterion over all patients screened.

    `passes`, `fails` and `unknown` count everybody. `fails_only` fail it and no other, so that without it they would be
    let in or stay open. In the order of the protocol, `excluded` are the first to fail here; `remaining` have failed
    nothing up to here, `settled` of them have passed all of it.
    """

    criterion: str
    kind: Literal["inclusion", "exclusion"]
    title: str
    passes: int
    fails: int
    unknown: int
    fails_only: int
    excluded: int
    remaining: int
    settled: int


@frozen
class Wanting:
    """A fact or question that undetermined patients want: `patients` of them, `only` those who want nothing else."""

    needs: str
    label: str
    patients: int
    only: int


@frozen
class Attrition:
    """The counts of one stage."""

    protocol: str
    title: str
    digest: str
    stage: str
    patients: int
    eligible: int
    ineligible: int
    undetermined: int
    steps: tuple[Step, ...]
    wanting: tuple[Wanting, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data: the fields as they are named here."""
        return asdict(self)

    def to_csv(self) -> str:
        """A row for each criterion, in order."""
        return _table(Step, self.steps)

    def wanting_csv(self) -> str:
        """A row for each fact or question that is wanted, the one most patients want first."""
        return _table(Wanting, self.wanting)

    def text(self) -> str:
        """The counts as tables for a terminal."""
        share = f"{self.patients:,} screened: {self.eligible:,} eligible, {self.ineligible:,} ineligible"
        lines = [f"{share}, {self.undetermined:,} undetermined", "", *self._criteria()]
        if self.wanting:
            lines += ["", "Undetermined for want of", *self._wanting()]
        return "\n".join(lines)

    def _criteria(self) -> list[str]:
        head = ("", "passes", "fails", "unknown", "only this", "excluded", "remaining")
        rows = [
            (one.criterion, one.passes, one.fails, one.unknown, one.fails_only, one.excluded, one.remaining)
            for one in self.steps
        ]
        return _aligned(head, rows, [one.title for one in self.steps])

    def _wanting(self) -> list[str]:
        head = ("", "patients", "only this")
        return _aligned(
            head,
            [(one.needs, one.patients, one.only) for one in self.wanting],
            [one.label for one in self.wanting],
        )


_LONGEST_TITLE = 48


def _aligned(head: tuple[str, ...], rows: list[tuple[Any, ...]], titles: list[str]) -> list[str]:
    cells = [head, *([str(row[0]), *(f"{number:,}" for number in row[1:])] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    lines = []
    for row, title in zip(cells, ["", *titles], strict=True):
        numbers = "  ".join(f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        shown = title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"
        lines.append(f"  {row[0]:<{widths[0]}}  {numbers}  {shown}".rstrip())
    return lines


def _table(kind: type, rows: tuple[Any, ...]) -> str:
    names = [one.name for one in fields(kind)]
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(row, name) for name in names] for row in rows)
    return written.getvalue()
