"""The Python back end: a checker a reviewer reads beside the protocol, and a form of it that stands alone."""

from __future__ import annotations

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.python.checker import Checker
from protocol_dsl.ir.protocol import Protocol


def emit(protocol: Protocol) -> tuple[Artifact, ...]:
    """`checker.py`.

    Assumes: the invariants of `Protocol` hold.
    """
    return (Artifact("checker.py", Checker(protocol).text()),)
