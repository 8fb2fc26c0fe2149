"""What every back end gives: artifacts, text with a relative path; writing them is the command line's work."""

from __future__ import annotations

from typing import Protocol as Interface

from attrs import frozen

from protocol_dsl.ir.protocol import Protocol


@frozen
class Artifact:
    """One generated file: `path` relative to the output directory, with forward slashes, and its `text`."""

    path: str
    text: str


class Backend(Interface):
    """A back end: pure and deterministic, it reads the compiled protocol and no clock, file or environment."""

    def __call__(self, protocol: Protocol, /) -> tuple[Artifact, ...]:
        """The files made from `protocol`, always in the same order."""
        ...
