"""How many mistakes somebody's tests notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from attrs import frozen

from protocol_dsl.analysis.as_json import Json, as_json
from protocol_dsl.ir.evaluate import evaluate
from protocol_dsl.ir.protocol import Eligibility, Outcome, Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.stage import judging_day
from protocol_dsl.testing.examples import WORDS, differences
from protocol_dsl.testing.mutants.judging import case_of, differs, judged_by
from protocol_dsl.testing.mutants.killers import Killer, Killers, name_of
from protocol_dsl.testing.mutants.whole import Mutant, mutants_of
from protocol_dsl.vocabulary.calendar import parse_when, when_text

State = Literal["killed", "survived", "equivalent", "not shown to differ"]
Notices = Callable[[Mutant], str | None]
"""What noticed a mutant, in words; None when nothing did."""


@frozen
class Judged:
    """What a checker says of a patient: the verdict, and each criterion by its id."""

    verdict: Eligibility
    criteria: dict[str, Outcome]


OneChecker = Callable[[Json], Judged]
Suite = Callable[[OneChecker], object]
"""Tests of a checker: false, or an exception, when they find it wrong."""


@frozen(eq=False)
class Scored:
    """A mutant and what became of it: `by` whom it was killed; the `example` that would kill it, as lines of the file,
    and that `patient` in JSON form."""

    mutant: Mutant
    state: State
    by: str = ""
    example: tuple[str, ...] = ()
    patient: Json | None = None


@frozen
class Score:
    """All mutants of a protocol."""

    protocol: Protocol
    mutants: tuple[Scored, ...]

    def of(self, state: State) -> tuple[Scored, ...]:
        """The mutants of which that is so."""
        return tuple(one for one in self.mutants if one.state == state)

    @property
    def percent(self) -> float:
        """The share that was killed of the mutants that are known to differ from the protocol."""
        killed, survived = len(self.of("killed")), len(self.of("survived"))
        return 100 * killed / (killed + survived) if killed + survived else 100.0


def score(
    protocol: Protocol,
    notices: Notices,
    mutants: Iterable[Mutant] | None = None,
    advance: Callable[[int], None] = lambda _: None,
) -> Score:
    """What became of every mutant (all of the protocol's, unless some are given); `advance` is told of each."""
    killers = Killers(protocol)
    shown: list[tuple[Killer, tuple[str, ...]]] = []
    found = []
    for mutant in mutants_of(protocol) if mutants is None else mutants:
        by = notices(mutant)
        found.append(Scored(mutant, "killed", by) if by is not None else _survivor(killers, mutant, shown))
        advance(1)
    return Score(protocol, tuple(found))


def _survivor(killers: Killers, mutant: Mutant, shown: list[tuple[Killer, tuple[str, ...]]]) -> Scored:
    """A patient already shown serves again where that one would do."""
    for killer, lines in shown:
        told = killer.case.evaluation
        if differs(mutant, killer.case) and judged_by(mutant, killer.case).verdict != told.verdict:
            return Scored(mutant, "survived", "", lines, _form(killers.protocol, killer))
    found = killers.find(mutant)
    if not isinstance(found, Killer):
        return Scored(mutant, found)
    names = {lines[0].split('"')[1] for _, lines in shown}
    name = base = name_of(found, mutant)
    while name in names:
        name = f"{base} ({int(name.rpartition('(')[2][:-1]) + 1 if name != base else 2})"
    lines = killers.written(found, mutant, name)
    shown.append((found, lines))
    return Scored(mutant, "survived", "", lines, _form(killers.protocol, found))


def _form(protocol: Protocol, killer: Killer) -> Json:
    form = dict(killer.case.form) if killer.case.form else as_json(protocol, killer.case.records)
    return {"on": when_text(killer.case.on), **form}


def by_examples(protocol: Protocol) -> Notices:
    """A mutant is noticed by an example that comes out otherwise than the file expects."""
    schema = schema_of(protocol)
    cases = []
    for example in protocol.examples:
        on = parse_when(example.on)
        records = read_patient(example.record, schema, on).records
        case = case_of(protocol, records, on, example.record)
        if not differences(example, case.evaluation):
            cases.append((example, case))

    def notices(mutant: Mutant) -> str | None:
        for example, case in cases:
            if differs(mutant, case) and differences(example, judged_by(mutant, case)):
                return example.name
        return None

    return notices


def by_suite(suite: Suite) -> Notices:
    """A mutant is noticed by tests that find it wrong when they are given its checker."""
    return lambda mutant: wrong(suite, mutant.protocol)


def wrong(suite: Suite, protocol: Protocol) -> str | None:
    """Why tests find the checker of a protocol wrong; None when they do not."""
    try:
        return "they return False" if suite(checker_of(protocol)) is False else None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # pytest's failures are no Exception
        return f"{type(error).__name__}: {error}".rstrip(": ")


def checker_of(protocol: Protocol) -> OneChecker:
    """The protocol as a function of one patient in JSON form, the day to judge on under `on`."""
    schema = schema_of(protocol)

    def check(patient: Json) -> Judged:
        form = dict(patient)
        on = judging_day(form.pop("on"))  # type: ignore[arg-type]
        evaluation = evaluate(protocol, read_patient(form, schema, on).records, on)
        outcomes = {name: WORDS[outcome] for name, outcome in evaluation.criteria.items()}
        return Judged(evaluation.verdict, outcomes)

    return check
