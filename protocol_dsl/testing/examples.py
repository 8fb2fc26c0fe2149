"""The examples of a file, judged by the reference evaluator."""

from __future__ import annotations

from collections.abc import Mapping

from protocol_dsl.ir.evaluate import Evaluation, evaluate
from protocol_dsl.ir.protocol import Example, Outcome, Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.schema import Schema
from protocol_dsl.vocabulary.calendar import parse_when

WORDS: Mapping[bool | None, Outcome] = {True: "passes", False: "fails", None: "unknown"}


def judge_example(protocol: Protocol, example: Example, schema: Schema | None = None) -> Evaluation:
    """What the reference evaluator makes of one example."""
    on = parse_when(example.on)
    reading = read_patient(example.record, schema or schema_of(protocol), on)
    return evaluate(protocol, reading.records, on)


def example_outcomes(protocol: Protocol) -> dict[str, dict[str, Outcome]]:
    """By example name, then criterion id: what each criterion comes out as."""
    schema = schema_of(protocol)
    found: dict[str, dict[str, Outcome]] = {}
    for example in protocol.examples:
        judged = judge_example(protocol, example, schema).criteria
        found[example.name] = {name: WORDS[outcome] for name, outcome in judged.items()}
    return found
