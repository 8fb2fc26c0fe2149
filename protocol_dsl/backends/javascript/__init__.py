"""The JavaScript back end: the criteria as a module that a browser or Node runs, alone and without a network."""

from __future__ import annotations

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.javascript.module import Module
from protocol_dsl.ir.protocol import Protocol

__all__ = ["emit", "page_part"]


def emit(protocol: Protocol) -> tuple[Artifact, ...]:
    """`checker.mjs`.

    Assumes: the invariants of `Protocol` hold.
    """
    return (Artifact("checker.mjs", Module(protocol).text()),)


def page_part(protocol: Protocol) -> str:
    """The same program for a script of a page: without exports and comments."""
    return Module(protocol).page_part()
