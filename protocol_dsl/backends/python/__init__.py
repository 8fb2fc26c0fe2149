"""The Python back end: a checker a reviewer reads beside the protocol, and a form of it that stands alone."""

from __future__ import annotations

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.python.checker import Checker
from protocol_dsl.backends.python.conditions import ConditionCode, emit_conditions
from protocol_dsl.backends.standalone import inlined
from protocol_dsl.ir.protocol import Protocol

__all__ = ["ConditionCode", "emit", "emit_conditions", "emit_standalone"]


def emit(protocol: Protocol) -> tuple[Artifact, ...]:
    """`checker.py`.

    Assumes: the invariants of `Protocol` hold.
    """
    return (Artifact("checker.py", Checker(protocol).text()),)


def emit_standalone(protocol: Protocol) -> Artifact:
    """`checker_standalone.py`: the same checker with the runtime written into it; Python 3.11 runs it alone."""
    return Artifact("checker_standalone.py", inlined(Checker(protocol).text()))
