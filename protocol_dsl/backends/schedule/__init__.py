"""The schedule back end: arms and schedule as a program, for calendars and next steps."""

from __future__ import annotations

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.schedule.module import Imports, module_text
from protocol_dsl.backends.schedule.program import program_of
from protocol_dsl.backends.standalone import inlined
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.schedule.program import Cycles

__all__ = ["dose_facts", "emit", "emit_standalone", "program_of"]


def emit(protocol: Protocol, conditions: str = "", imports: Imports = ()) -> tuple[Artifact, ...]:
    """`schedule.py`; nothing for a protocol without arms. `conditions` is the code that answers what the schedule asks
    (it defines `conditions(records, now, start)`), `imports` what that code imports.

    Assumes: the invariants of `Protocol` hold.
    """
    if not protocol.schedule.arms:
        return ()
    return (Artifact("schedule.py", module_text(protocol, conditions, imports)),)


def emit_standalone(protocol: Protocol, conditions: str = "", imports: Imports = ()) -> tuple[Artifact, ...]:
    """`schedule_standalone.py`: the same with the runtime written into it; Python 3.11 runs it alone."""
    made = emit(protocol, conditions, imports)
    return tuple(Artifact("schedule_standalone.py", inlined(artifact.text)) for artifact in made)


def dose_facts(protocol: Protocol) -> tuple[str, ...]:
    """The facts that doses are worked out from."""
    found: dict[str, None] = {}
    for arm in program_of(protocol).arms:
        for part in (part for element in arm.elements for part in element.parts):
            for line in part.lines if isinstance(part, Cycles) else (part,):
                for step in line.steps:
                    bands = (band.amount for band in step.dose.bands)
                    for amount in (step.dose.amount, *step.dose.levels, *bands):
                        found |= {one.fact: None for one in (amount.inputs if amount else ()) if one.fact}
    return tuple(found)
