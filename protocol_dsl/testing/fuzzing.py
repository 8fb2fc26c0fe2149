"""Someone's own checker against the protocol: a patient, as plain as can be, on whom the two differ.

A checker is any function of a patient in JSON form. It answers with a verdict (`"eligible"`, `"ineligible"`,
`"undetermined"`, or true, false, none), or with the outcomes of criteria by id (`"passes"`, `"fails"`, `"unknown"`, or
true, false, none), of all or of some.
"""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from random import Random

from attrs import define, field, frozen

from protocol_dsl.analysis.as_json import Json
from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir.evaluate import Evaluation, evaluate
from protocol_dsl.ir.protocol import Eligibility, Outcome, Protocol
from protocol_dsl.testing.examples import WORDS
from protocol_dsl.testing.making import MadePatient
from protocol_dsl.testing.strategies import Strategies
from protocol_dsl.vocabulary.calendar import when_text

VERDICTS: Mapping[bool | None, Eligibility] = {True: "eligible", False: "ineligible", None: "undetermined"}
OwnChecker = Callable[[Json], object]


@frozen
class Contradiction:
    """A question (`"verdict"`, or a criterion's id), what the protocol says (`because` of which criteria), and what
    the checker says."""

    question: str
    protocol: str
    because: str
    checker: str


@frozen
class Finding:
    """A patient on whom the checker contradicts the protocol, or of whom it gives no answer: `fault` says why."""

    patient: MadePatient
    contradictions: tuple[Contradiction, ...] = ()
    fault: str = ""


class Unsteady(Exception):  # noqa: N818 - says what is wrong
    """The checker said one thing of a patient, and later another; the text says of whom."""


class _NoAnswerError(Exception):
    """What the checker gave back is no answer, in words."""


def patient_json(patient: MadePatient) -> Json:
    """A patient as `trialc run` reads one: the facts by name, and under `on` the day to judge on."""
    return {"on": when_text(patient.on), **patient.data}


@define
class Fuzzing:
    """One checker held against one protocol; `verdicts` counts the patients asked about, by the protocol's word."""

    protocol: Protocol
    checker: OwnChecker
    verdicts: Counter[Eligibility] = field(factory=Counter)

    def find(self, examples: int, seed: int) -> Finding | None:
        """What is wrong with the checker, if anything, on the plainest patient that was found to show it.

        The explicit suite comes first; only when nothing is found there are patients drawn, as many as `examples`.
        Imports hypothesis for these. Raises Unsteady.
        """
        made = Strategies(self.protocol)
        in_suite = [found for patient in made.suite() if (found := self.ask(patient)) is not None]
        if in_suite:
            plainest = min(in_suite, key=lambda found: len(found.patient.differences))
            again = self.ask(plainest.patient)
            if again is None or again.contradictions != plainest.contradictions:
                raise Unsteady(repr(plainest.patient))
            return plainest
        return self._drawn(made, examples, seed)

    def ask(self, patient: MadePatient) -> Finding | None:
        """What is wrong with the checker on one patient."""
        evaluation = evaluate(self.protocol, patient.records, patient.on)
        self.verdicts[evaluation.verdict] += 1
        try:
            answer = self.checker(patient_json(patient))
        except (Exception, SystemExit) as error:
            return Finding(patient, fault=_raised(error))
        try:
            contradictions = _contradictions(answer, evaluation)
        except _NoAnswerError as fault:
            return Finding(patient, fault=str(fault))
        return Finding(patient, contradictions) if contradictions else None

    def _drawn(self, made: Strategies, examples: int, seed: int) -> Finding | None:
        from hypothesis import HealthCheck, errors, find, settings  # noqa: PLC0415 - slow to load

        last: list[Finding] = []

        def shows(patient: MadePatient) -> bool:
            found = self.ask(patient)
            # While it shrinks, a contradiction stays one and does not turn into an exception, or the reverse.
            if found is None or (last and bool(last[-1].fault) != bool(found.fault)):
                return False
            last.append(found)
            return True

        how = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            derandomize=False,
            suppress_health_check=list(HealthCheck),
        )
        try:
            patient = find(made.patients(), shows, settings=how, random=Random(seed))
        except errors.NoSuchExample:
            return None
        except errors.Flaky:
            raise Unsteady(repr(last[-1].patient)) from None
        return next(found for found in reversed(last) if found.patient == patient)


def _contradictions(answer: object, evaluation: Evaluation) -> tuple[Contradiction, ...]:
    if not isinstance(answer, Mapping):
        theirs = _word(answer, VERDICTS)
        ours = evaluation.verdict
        return () if theirs == ours else (Contradiction("verdict", ours, _because(evaluation), theirs),)
    if not answer:
        raise _NoAnswerError("returned no outcome of any criterion; give at least one, or a verdict")
    found = []
    for name, outcome in answer.items():
        if name not in evaluation.criteria:
            near = suggest(str(name), evaluation.criteria)
            fix = f"did you mean `{near[0]}`?" if near else f"they are {', '.join(evaluation.criteria)}"
            raise _NoAnswerError(f"returned an outcome of `{name}`, which is no criterion; {fix}")
        wanted, given = WORDS[evaluation.criteria[name]], _word(outcome, WORDS)
        if wanted != given:
            found.append(Contradiction(str(name), wanted, "", given))
    return tuple(found)


def _word(answer: object, words: Mapping[bool | None, Eligibility] | Mapping[bool | None, Outcome]) -> str:
    """The word for an answer that is a word, true, false or none. Raises _NoAnswerError."""
    if answer is None or isinstance(answer, bool):
        return words[answer]
    if isinstance(answer, str) and answer in words.values():
        return str(answer)
    known = ", ".join(words.values())
    raise _NoAnswerError(f"returned `{answer!r}`; an answer is one of {known}, or True, False, None")


def _because(evaluation: Evaluation) -> str:
    decisive = {"eligible": True, "ineligible": False, "undetermined": None}[evaluation.verdict]
    names = [name for name, one in evaluation.stages[0].criteria.items() if one is decisive]
    return "every criterion passes" if decisive else f"{', '.join(names)} {WORDS[decisive]}"


def _raised(error: BaseException) -> str:
    """The exception and the innermost line it came through."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    said = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"raised {said} ({place.filename}:{place.lineno})"
