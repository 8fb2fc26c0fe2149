"""Protocols and designs for the tests of allocation."""

from __future__ import annotations

from protocol_dsl import pipeline
from protocol_dsl.allocation.design import Asked, Design, Method, design_of
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.source import SourceFile

HEAD = """
protocol T1 "Trial" { allocation randomized  enrollment 12 estimated }
fact ecog : lab plausible 0 to 5 valid 14 days "ECOG status"
fact smoker : yes/no "Smoker"
fact weight : measure in kg "Body weight"
fact score : number "Score"
fact receptor : finding positive, negative, unclear "Receptor"
fact organs : set of liver, lung "Organs"
fact stroke : event "Stroke"
define heavy = weight > 100 kg
define doubled = 2 * score
inclusion I1 "Adult" { source "Adults" require age >= 18 years }
arm a "Arm A" { provide "care" }
arm b "Arm B" { provide "care" }
arm c "Arm C" { provide "care" }
"""


def protocol(randomize: str, more: str = "") -> Protocol:
    """A small protocol that ends with the line `randomize`."""
    result = pipeline.check(SourceFile("t1.trial", HEAD + more + randomize + "\n"))
    assert result.protocol is not None, result.diagnostics
    return result.protocol


def made(ratio: tuple[int, ...], blocks: tuple[int, ...] = (), method: Method = "blocks") -> Design:
    """A design with arms a, b, … and no strata."""
    arms = tuple((name, name.upper()) for name in "abcdef"[: len(ratio)])
    return Design(arms, ratio, "", method, "", blocks, "", ())


def design(randomize: str, **asked: object) -> Design:
    """The design of a small protocol."""
    return design_of(protocol(randomize), Asked(**asked))  # type: ignore[arg-type]
