"""What is asked of the engine, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen

from protocol_dsl.analysis.state import FALSE, TRUE, UNKNOWN
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.runtime.records import Records
from protocol_dsl.vocabulary.calendar import When

Truth = Literal["T", "F", "U"]
BITS: Mapping[str, int] = {"T": TRUE, "F": FALSE, "U": UNKNOWN}


@frozen
class Goal:
    """`formula` is to come out as one of `wanted`, some of the letters T, F and U."""

    formula: Formula
    wanted: str

    @property
    def mask(self) -> int:
        """The wanted outcomes as a mask."""
        return sum(BITS[letter] for letter in set(self.wanted))


@frozen
class Witness:
    """A patient of whom all the goals are so: the reference evaluator has said it. `values` are those of the
    features the goals rest on."""

    records: Records
    on: When
    values: Mapping[str, Scalar] = field(eq=False)


@frozen
class Impossible:
    """No patient: proved."""


@frozen
class Undecided:
    """Neither a patient was found nor that there is none: `why`."""

    why: str


Reply = Witness | Impossible | Undecided
IMPOSSIBLE = Impossible()
