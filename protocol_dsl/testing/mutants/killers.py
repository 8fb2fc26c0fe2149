"""A patient who would show a mistake that nobody noticed, as plain as one can be found; or that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal

from attrs import evolve, frozen

from protocol_dsl.analysis.as_json import as_json
from protocol_dsl.analysis.engine import Engine, engine_of, passed
from protocol_dsl.analysis.goals import Goal, Impossible, Reply, Witness
from protocol_dsl.analysis.joined import Joined, joined
from protocol_dsl.analysis.replay import Told, typical
from protocol_dsl.analysis.spelled import differences, entries
from protocol_dsl.ir.protocol import Eligibility, Outcome, Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import History, Records, Sample
from protocol_dsl.testing.examples import WORDS
from protocol_dsl.testing.making import Maker
from protocol_dsl.testing.mutants.judging import Case, case_of, differs, judged_by
from protocol_dsl.testing.mutants.whole import Mutant
from protocol_dsl.testing.suite import suite
from protocol_dsl.vocabulary.calendar import ANY_TIME, when_text

Nobody = Literal["equivalent", "not shown to differ"]
_NAMED = 60
_DIGITS = 4
_BUDGET = 24
"""Search states for one question about one mutant."""
_DECIDING: dict[Eligibility, Outcome] = {"ineligible": "fails", "undetermined": "unknown"}


@frozen(eq=False)
class Killer:
    """A patient, and how it differs from the typical one."""

    case: Case
    entries: tuple[str, ...]


@frozen(slots=False)
class Killers:
    """Patients who tell mutants of one protocol from it."""

    protocol: Protocol

    @cached_property
    def typical(self) -> Told | None:
        """The first eligible example."""
        return typical(self.protocol)

    @cached_property
    def made(self) -> tuple[Killer, ...]:
        """The patients of the explicit suite, the plainest first."""
        found = (
            Killer(case_of(self.protocol, one.records, one.on), one.differences)
            for one in suite(Maker(self.protocol))
            if _writable(one.records)
        )
        return tuple(sorted(found, key=lambda one: len(one.entries)))

    def find(self, mutant: Mutant) -> Killer | Nobody:
        """The plainest patient on whom the mutant comes out otherwise, one whose verdict does where there is any."""
        shown = self._converted(mutant) if mutant.unit else iter(self.made)
        differing = [one for one in shown if differs(mutant, one.case)]
        for one in differing:
            if judged_by(mutant, one.case).verdict != one.case.evaluation.verdict:
                return one
        if mutant.unit:
            return differing[0] if differing else "not shown to differ"
        found = self._solved(mutant)
        return differing[0] if differing and found == "not shown to differ" else found

    def _solved(self, mutant: Mutant) -> Killer | Nobody:
        """As the engine finds one: who passes all other criteria, else anyhow."""
        none = True
        for stage in self.protocol.stages:
            if any(one.id in mutant.criteria for one in stage.criteria):
                both = joined(self.protocol, mutant.protocol, stage.name)
                engine = engine_of(both.protocol, ranges=False)
                for others in (True, False):
                    for goals in _goals(both, others):
                        reply = engine.ask(goals, _BUDGET)
                        found = self._replayed(mutant, engine, reply)
                        if found is not None:
                            return found
                        none = none and (others or isinstance(reply, Impossible))
        return "equivalent" if none else "not shown to differ"

    def _replayed(self, mutant: Mutant, engine: Engine, reply: Reply) -> Killer | None:
        if not isinstance(reply, Witness) or not _writable(reply.records):
            return None
        case = case_of(self.protocol, reply.records, reply.on)
        told = differences(self.protocol, reply.records, engine.typical, reply.on)
        return Killer(case, told) if differs(mutant, case) else None

    def _converted(self, mutant: Mutant) -> Iterator[Killer]:
        """The patients of the suite with one fact recorded in another unit."""
        assert mutant.unit is not None
        name, unit = mutant.unit
        fact = next(one for one in self.protocol.facts if one.name == name)
        scale = next(one.scale for one in fact.units if one.text == unit)
        facts = tuple(evolve(one, unit_text=unit) if one is fact else one for one in self.protocol.facts)
        written = evolve(self.protocol, facts=facts)
        base = self.made[0].case.records
        for one in self.made:
            records = _rescaled(one.case.records, name, 1 / float(scale))
            if records is None:
                continue
            form = as_json(written, records)
            read = read_patient(form, schema_of(self.protocol), one.case.on).records
            told = differences(written, records, base, one.case.on)
            yield Killer(case_of(self.protocol, read, one.case.on, form), told)

    def written(self, killer: Killer, mutant: Mutant, name: str) -> tuple[str, ...]:
        """The lines of an `example` block with the patient, expecting what the protocol says."""
        case = killer.case
        base = self.typical
        # An answer that is inherited cannot be taken back, so such a patient is told in full.
        unanswered = any(one.startswith("unknown answer ") for one in killer.entries)
        usual = base is not None and base.on == case.on and not unanswered
        like = f' like "{base.name}"' if usual and base else f" on {when_text(case.on)}"
        told = killer.entries if usual else entries(self.protocol, case.records, case.on)
        lines = [f"  {one}" for one in (*told, *_expected(mutant, case))]
        return (f'example "{name}"{like} {{', *lines, "}")


def _goals(both: Joined, others: bool) -> Iterator[tuple[Goal, ...]]:
    """Every way a criterion may come out otherwise; with `others`, while all others pass."""
    for old, new in zip(both.old.criteria, both.new.criteria, strict=True):
        if passed(old) != passed(new):
            rest = [Goal(passed(one), "T") for one in both.old.criteria if one is not old] if others else []
            for was, now in (("T", "FU"), ("F", "TU"), ("U", "TF")):
                yield (Goal(passed(old), was), Goal(passed(new), now), *rest)


def name_of(killer: Killer, mutant: Mutant) -> str:
    """A name for the example: the criterion and what is recorded otherwise."""
    words = ", ".join(killer.entries).replace('"', "") or "typical"
    cut = words if len(words) <= _NAMED else words[: words.rindex(" ", 0, _NAMED)] + " …"
    return f"{mutant.criteria[0]}: {cut}"


def _expected(mutant: Mutant, case: Case) -> Iterator[str]:
    """The verdict, and the criteria of the mutant where the verdict does not name them."""
    for stage in case.evaluation.stages:
        names = [name for name in mutant.criteria if name in stage.criteria]
        if not names:
            continue
        outcome = _DECIDING.get(stage.verdict)
        by = [name for name, one in stage.criteria.items() if WORDS[one] == outcome]
        where = "" if stage is case.evaluation.stages[0] else f"{stage.name} "
        yield f"expect {where}{stage.verdict}" + (f" by {', '.join(by)}" if by else "")
        left = [f"{name} {WORDS[stage.criteria[name]]}" for name in names if name not in by]
        if by and left:
            yield f"expect {', '.join(left)}"


def _writable(records: Records) -> bool:
    """Whether an example can tell of a patient: it has no words for a sample without a value, nor for an occurrence on
    no day at all."""
    for value in records.facts.values():
        if isinstance(value, History):
            if not value.complete or any(one.start.first <= ANY_TIME.first for one in value.occurrences):
                return False
        elif isinstance(value, tuple) and any(isinstance(one, Sample) and one.value is None for one in value):
            return False
    return True


def _rescaled(records: Records, name: str, factor: float) -> Records | None:
    """The records with a fact's numbers multiplied, to a few digits; None when there are none."""
    value = records.facts.get(name)
    if isinstance(value, float):
        changed: object = _rounded(value * factor)
    elif isinstance(value, tuple) and value and all(_measured(one) for one in value):
        changed = tuple(_resampled(one, factor) for one in value if isinstance(one, Sample))
    else:
        return None
    return records._replace(facts={**records.facts, name: changed})  # type: ignore[dict-item]


def _measured(sample: object) -> bool:
    return isinstance(sample, Sample) and isinstance(sample.value, float)


def _resampled(sample: Sample, factor: float) -> Sample:
    value, upper, lower = (
        _rounded(one * factor) if isinstance(one, float) else None
        for one in (sample.value, sample.upper, sample.lower)
    )
    return Sample(sample.when, value, upper, lower)


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
