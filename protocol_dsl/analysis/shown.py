"""A patient that was found, in a line: what is recorded otherwise than of the typical patient."""

from __future__ import annotations

from protocol_dsl.analysis.engine import Engine
from protocol_dsl.analysis.goals import Witness
from protocol_dsl.analysis.spelled import differences


def shown(engine: Engine, witness: Witness) -> str:
    """The differences, one after the other."""
    told = differences(engine.protocol, witness.records, engine.typical, witness.on)
    return "; ".join(told) or "the typical patient"
