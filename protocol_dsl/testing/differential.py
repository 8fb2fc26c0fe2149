"""Any engine against the reference evaluator, on the same generated patients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from attrs import frozen

from protocol_dsl.ir.evaluate import Evaluation, Scalar, evaluate
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.records import Records
from protocol_dsl.testing.patients import Patients
from protocol_dsl.testing.shrinking import smaller
from protocol_dsl.testing.spelling import spell_records, spell_value, spell_when
from protocol_dsl.vocabulary.calendar import When

Engine = Callable[[Records, When], Mapping[str, Scalar]]
"""Outcomes by criterion id: True passes, False fails, None unknown. Beside them may stand values of features,
by `feature <id>`; those that do are compared too."""
BatchEngine = Callable[[Sequence[tuple[Records, When]]], Sequence[Mapping[str, Scalar]]]
"""The same for many patients at once, in their order."""
BATCH = 5000
"""How many patients a batch engine is given at a time."""
MOST = 10
"""How many disagreements are looked for."""


@frozen
class Disagreement:
    """One outcome or value on which an engine differs from the reference: `name` is its key in what that
    engine gives, `actual` the error's words when the engine raised, `patient` its place in the run."""

    name: str
    expected: Scalar
    actual: Scalar
    records: Records
    on: When
    patient: int

    def text(self) -> str:
        """The case in full: what was expected, what came, and the patient."""
        return "\n".join(
            [
                f"{self.name}: expected {spell_value(self.expected)}, got {spell_value(self.actual)}",
                f"patient {self.patient} judged on {spell_when(self.on)}",
                *spell_records(self.records),
            ]
        )


@frozen
class DifferentialReport:
    """`patients` compared; `disagreements` the first few of them, the very first shrunk; `outcomes` how often
    the reference said (passes, fails, unknown), by criterion."""

    patients: int
    disagreements: tuple[Disagreement, ...]
    outcomes: Mapping[str, tuple[int, int, int]]

    @property
    def agrees(self) -> bool:
        """Whether there was no disagreement."""
        return not self.disagreements

    def joined(self, other: DifferentialReport) -> DifferentialReport:
        """Both runs as one; `patient` of a disagreement stays its place in its own run."""
        names = (*self.outcomes, *(name for name in other.outcomes if name not in self.outcomes))
        none = (0, 0, 0)
        pairs = {name: (self.outcomes.get(name, none), other.outcomes.get(name, none)) for name in names}
        outcomes = {name: (a[0] + b[0], a[1] + b[1], a[2] + b[2]) for name, (a, b) in pairs.items()}
        found = (*self.disagreements, *other.disagreements)[:MOST]
        return DifferentialReport(self.patients + other.patients, found, outcomes)

    def text(self) -> str:
        """One line when all agree, else the first disagreement in full."""
        if self.agrees:
            return f"{self.patients} patients, no disagreement"
        found = f"{len(self.disagreements)} disagreements, looking for {MOST} at most; the first"
        return f"{self.patients} patients, {found}:\n{self.disagreements[0].text()}"


def compare(protocol: Protocol, engine: Engine, count: int = 1000, seed: int = 0) -> DifferentialReport:
    """Judge `count` generated patients by the reference and by `engine`; stop at `MOST` disagreements.

    The patients depend on `protocol` and `seed` alone. An exception of the engine is a disagreement too.
    """
    return compare_batches(protocol, _one_by_one(engine), count, seed, batch=1)


def compare_batches(
    protocol: Protocol, engine: BatchEngine, count: int = 1000, seed: int = 0, batch: int = BATCH
) -> DifferentialReport:
    """As `compare`, on the very same patients, for an engine that judges `batch` of them at a time."""
    rng, patients = Random(seed), Patients(protocol)
    found: list[Disagreement] = []
    tallies = {criterion.id: [0, 0, 0] for stage in protocol.stages for criterion in stage.criteria}
    judged = 0
    while judged < count and len(found) < MOST:
        drawn = [patients.draw(rng) for _ in range(min(batch, count - judged))]
        for place, (case, actual) in enumerate(zip(drawn, _judged(engine, drawn), strict=True)):
            reference = evaluate(protocol, *case)
            for name, outcome in reference.criteria.items():
                tallies[name][(True, False, None).index(outcome)] += 1
            found += _differences(reference, actual, *case, judged + place)
        judged += len(drawn)
    if found:
        found[0] = shrunk(protocol, engine, found[0])
    outcomes = {name: (tally[0], tally[1], tally[2]) for name, tally in tallies.items()}
    return DifferentialReport(judged, tuple(found[:MOST]), outcomes)


def _one_by_one(engine: Engine) -> BatchEngine:
    return lambda patients: [engine(records, on) for records, on in patients]


def _judged(
    engine: BatchEngine, patients: Sequence[tuple[Records, When]]
) -> Sequence[Mapping[str, Scalar] | Exception]:
    """What the engine gives; the exception it raised where it raised one, which no patient should make it do."""
    try:
        return engine(patients)
    except Exception as error:
        if len(patients) == 1:
            return [error]
    half = len(patients) // 2
    return [*_judged(engine, patients[:half]), *_judged(engine, patients[half:])]


def run(protocol: Protocol, engine: Engine, count: int = 1000, seed: int = 0) -> tuple[bool, str]:
    """Whether `engine` agrees with the reference on `count` patients, and the report to print."""
    report = compare(protocol, engine, count, seed)
    return report.agrees, report.text()


def shrunk(protocol: Protocol, engine: BatchEngine, case: Disagreement) -> Disagreement:
    """The same disagreement with everything dropped from the patient that does not matter to it."""
    for records in smaller(case.records):
        reference = evaluate(protocol, records, case.on)
        actual = _judged(engine, [(records, case.on)])[0]
        for other in _differences(reference, actual, records, case.on, case.patient):
            if other.name == case.name:
                return shrunk(protocol, engine, other)
    return case


def _differences(
    reference: Evaluation,
    actual: Mapping[str, Scalar] | Exception,
    records: Records,
    on: When,
    patient: int,
) -> Iterator[Disagreement]:
    if isinstance(actual, Exception):
        words = f"{type(actual).__name__}: {actual}"
        yield Disagreement("every criterion", "an outcome", words, records, on, patient)
        return
    expected: dict[str, Scalar] = {**reference.criteria}
    features = {f"feature {name}": value for name, value in reference.features.items()}
    expected |= {name: value for name, value in features.items() if name in actual}
    for name, value in expected.items():
        answer = actual.get(name, "nothing")
        if not same(value, answer):
            yield Disagreement(name, value, answer, records, on, patient)


def same(expected: Scalar, actual: Scalar) -> bool:
    """Whether two values are the same: a truth is no number, a whole number may be given as an int."""
    if isinstance(expected, bool) != isinstance(actual, bool):
        return False
    return expected == actual
