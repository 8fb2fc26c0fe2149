"""Patients as they come in, read by a protocol's facts, each with the day to judge on."""

from __future__ import annotations

from attrs import define, field

from protocol_dsl.adapters.incoming import BadPatients, Incoming
from protocol_dsl.adapters.remarks import Remarks
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.schema import Reading, Schema
from protocol_dsl.runtime.stage import judging_day
from protocol_dsl.runtime.wide import Column, read_wide_row, wide_columns
from protocol_dsl.vocabulary.calendar import When


@define
class PatientReader:
    """Reads one patient after another. `judging` is the day to judge everyone on, where one is set; `undated` counts
    those who are judged as at today for want of a day."""

    schema: Schema
    judging: When | None
    remarks: Remarks = field(factory=Remarks)
    undated: int = field(init=False, default=0)
    _columns: dict[tuple[str, ...], tuple[Column, ...]] = field(init=False, factory=dict)

    def read(self, incoming: Incoming) -> tuple[Reading, When]:
        """The records, under an id, and the day of judging; what could not be used is counted in `remarks`.

        Raises:
            BadPatients: the day to judge on is no date.
        """
        on = self._day_of(incoming)
        reading = self._reading(incoming, on)
        if not reading.records.id:
            reading = reading._replace(records=reading.records._replace(id=incoming.place))
        self.remarks.problems(reading.problems, reading.records.id)
        return reading, on

    def _day_of(self, incoming: Incoming) -> When:
        if self.judging is not None:
            return self.judging
        if incoming.on is None:
            self.undated += 1
            return judging_day(None)
        return day_at(incoming.on, incoming.place, incoming.id)

    def _reading(self, incoming: Incoming, on: When) -> Reading:
        if not incoming.wide:
            return read_patient(incoming.record, self.schema, on)
        headers = tuple(incoming.record)
        if headers not in self._columns:
            self._columns[headers] = wide_columns(headers, self.schema)
        row = {header: str(cell) for header, cell in incoming.record.items()}
        return read_wide_row(row, self.schema, on, self._columns[headers])


def day_at(text: str, place: str, patient: str = "") -> When:
    """A day to judge on as it stands at a place, for a patient of that id. Raises BadPatients."""
    try:
        return judging_day(text)
    except ValueError as error:
        reason = str(error)
        fix = "write the day to judge on as `2026-03-05`"
        raise BadPatients(place, reason.partition(";")[0] or "it is no date", fix, patient) from None
