"""What every back end gives: artifacts, text (seldom bytes) with a relative path; the command line writes them."""

from __future__ import annotations

from typing import Protocol as Interface

from attrs import frozen

from protocol_dsl.ir.protocol import Protocol


@frozen
class Artifact:
    """One generated file: `path` relative to the output directory, with forward slashes, and its `text`."""

    path: str
    text: str


@frozen
class BinaryArtifact:
    """One generated file that is not text: its relative `path` as an artifact's, and its `content`."""

    path: str
    content: bytes


class Backend(Interface):
    """A back end: pure and deterministic, it reads the compiled protocol and no clock, file or environment."""

    def __call__(self, protocol: Protocol, /) -> tuple[Artifact, ...]:
        """The files made from `protocol`, always in the same order."""
        ...
