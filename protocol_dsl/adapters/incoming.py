"""One patient on the way in, and what stops the reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

Watch = Callable[[int], None]
"""Told how many more bytes of input have been read."""


def unwatched(_: int) -> None:
    """A `Watch` that nobody looks at."""


@frozen
class Incoming:
    """One patient: `id` ("" when the data gives none), `record` in the JSON form of a patient (`wide` false) or as
    the cells of one table row by column (`wide` true), the `place` it came from, and the day to judge on where
    the data says so. `origins` tells by fact where each of its entries comes from, where that is another place."""

    id: str
    record: Mapping[str, object]
    place: str
    wide: bool = False
    on: str | None = None
    origins: Mapping[str, Sequence[str]] = {}


class BadPatients(Exception):  # noqa: N818 - says what is wrong, as every complaint here does
    """The input cannot be read as patients: `place` (file and line), `reason`, `fix`; `patient` is the id of the one it
    is about, where that is known."""

    def __init__(self, place: str, reason: str, fix: str, patient: str = "") -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason
        self.fix = fix
        self.patient = patient


class BadPatient(BadPatients):
    """One patient cannot be read; what follows can."""


Skip = Callable[[BadPatients], None]
"""Told what cannot be read; when it returns, the reading goes on without."""


def stop(error: BadPatients) -> None:
    """A `Skip` that lets nothing pass. Raises the error."""
    raise error
