"""A patient that was found, for a reader: what is recorded otherwise than of the typical patient."""

from __future__ import annotations

from datetime import date

from protocol_dsl.analysis.engine import Engine
from protocol_dsl.analysis.goals import Witness
from protocol_dsl.analysis.spelled import differences
from protocol_dsl.ir.evaluate.age import completed
from protocol_dsl.runtime.records import Records
from protocol_dsl.vocabulary.calendar import DAY, When


def shown(engine: Engine, witness: Witness) -> str:
    """The differences of a witness, one after the other."""
    return "; ".join(told(engine, witness.records)) or "the typical patient"


def told(engine: Engine, records: Records) -> tuple[str, ...]:
    """The differences of a patient, with the age beside a date of birth."""
    entries = differences(engine.protocol, records, engine.typical, engine.on)
    return tuple(
        f"{entry} ({_aged(records, engine.on)})" if entry.startswith("birth_date ") else entry
        for entry in entries
    )


def _aged(records: Records, on: When) -> str:
    born = records.facts["birth_date"]
    assert isinstance(born, When)
    today = date.fromordinal(on.first // DAY)
    oldest, youngest = (completed("year", date.fromordinal(day // DAY), today) for day in born)
    return f"aged {oldest}" if oldest == youngest else f"aged {youngest} to {oldest}"
