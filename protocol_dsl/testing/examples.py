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


def differences(example: Example, evaluation: Evaluation) -> tuple[str, ...]:
    """How an evaluation differs from what the example expects, in words; nothing when it came out as expected."""
    criteria = {name: WORDS[outcome] for name, outcome in evaluation.criteria.items()}
    verdicts = {stage.name: stage for stage in evaluation.stages}
    found = []
    for expected in example.expectations:
        judged = verdicts[expected.stage]
        if expected.verdict not in {None, judged.verdict}:
            stage = "" if len(verdicts) == 1 else f" for {expected.stage.replace('_', ' ')}"
            wanted = {"ineligible": False, "undetermined": None}.get(judged.verdict, True)
            names = ", ".join(name for name, outcome in judged.criteria.items() if outcome is wanted)
            because = f" ({names} {WORDS[wanted]})" if wanted is not True else ""
            found.append(f"expected {expected.verdict}{stage}, came out {judged.verdict}{because}")
        for name, outcome in expected.criteria:
            if criteria[name] != outcome:
                found.append(f"{name}: expected {outcome}, came out {criteria[name]}")
    return tuple(found)
