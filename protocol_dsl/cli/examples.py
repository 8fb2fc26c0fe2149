"""The examples written in a protocol, judged by the reference evaluator and by the generated checker."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from protocol_dsl.cli.checker import Checker
from protocol_dsl.ir.protocol import Eligibility, Example, Outcome, Protocol
from protocol_dsl.runtime.stage import judging_day
from protocol_dsl.testing.examples import WORDS, differences, judge_example


@frozen
class ExampleResult:
    """What came of one example: `verdicts` by stage and `criteria` by id as the reference judged, how that
    `differs` from what the file expects, where the checker `disagrees` with the reference, and what in the record
    was `not_understood`."""

    example: Example
    verdicts: Mapping[str, Eligibility]
    criteria: Mapping[str, Outcome]
    differs: tuple[str, ...]
    disagrees: tuple[str, ...]
    not_understood: tuple[str, ...]

    @property
    def passes(self) -> bool:
        """Whether all came out as expected, from both."""
        return not self.differs and not self.disagrees


def run_examples(protocol: Protocol, checker: Checker) -> tuple[ExampleResult, ...]:
    """Every example of the protocol, in the order of the file."""
    return tuple(_run(protocol, checker, example) for example in protocol.examples)


def _run(protocol: Protocol, checker: Checker, example: Example) -> ExampleResult:
    on = judging_day(example.on)
    evaluation = judge_example(protocol, example, checker.schema)
    patient = checker.patient_from_json(example.record, on)
    criteria = {name: WORDS[outcome] for name, outcome in evaluation.criteria.items()}
    checked = {name: WORDS[outcome] for name, outcome in checker.outcomes(patient, on).items()}
    return ExampleResult(
        example,
        {stage.name: stage.verdict for stage in evaluation.stages},
        criteria,
        differs=differences(example, evaluation),
        disagrees=tuple(
            f"{name}: the reference says {outcome}, the generated checker {checked.get(name, 'nothing')}"
            for name, outcome in criteria.items()
            if checked.get(name) != outcome
        ),
        not_understood=tuple(problem.text() for problem in patient.problems),
    )
