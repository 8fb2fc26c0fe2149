"""The CQL back end: eligibility as a library of Clinical Quality Language over FHIR R4, for engines of others."""

from __future__ import annotations

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.cql.library import Library, own_system
from protocol_dsl.backends.cql.sayable import LeftOut, sayable
from protocol_dsl.ir.protocol import Protocol

__all__ = ["LeftOut", "emit", "own_system", "sayable"]


def emit(protocol: Protocol) -> tuple[Artifact, ...]:
    """`eligibility.cql`. Criteria that it cannot say stand there as comments; `sayable` tells them with the reason.

    Assumes: the invariants of `Protocol` hold.
    """
    return (Artifact("eligibility.cql", Library(protocol).text()),)
