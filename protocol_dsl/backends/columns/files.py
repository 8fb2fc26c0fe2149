"""Frames of features in Parquet files, judged a stretch of rows at a time without being held in memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars
from attrs import field, frozen
from polars import LazyFrame

from protocol_dsl.backends.columns.checking import check_lazily
from protocol_dsl.ir.protocol import Protocol

KEYS = ("patient", "id", "patient_id")
"""The columns that may name the patient, the first that is there."""


@frozen
class FrameFiles:
    """Parquet files with one row a patient and a column a feature, as `check_frame` takes them."""

    files: Sequence[Path]
    frame: LazyFrame = field(init=False)

    @frame.default
    def _scanned(self) -> LazyFrame:
        return polars.scan_parquet([str(path) for path in self.files])

    def rows(self) -> int:
        """How many patients there are."""
        return int(self.frame.select(polars.len()).collect().item())

    def judge(self, protocol: Protocol, first: int, count: int, path: Path) -> None:
        """Write the verdicts of `count` patients from row `first` on as Parquet, with `patient` in front: the key, or
        the number of the row where there is none.

        Raises:
            FrameError: columns are missing or of the wrong type.
        """
        some = self.frame.slice(first, count)
        named = next((name for name in KEYS if name in self.frame.collect_schema()), None)
        if named is None:
            some = some.with_row_index("patient", offset=first + 1)
        elif named != "patient":
            some = some.rename({named: "patient"})
        check_lazily(protocol, some, missing=True, keep=("patient",)).sink_parquet(path, compression="zstd")
