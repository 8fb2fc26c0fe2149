"""What an amendment does: whom each criterion, and all together, let in or keep out now and did not before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from attrs import frozen

from protocol_dsl.analysis.engine import Engine, engine_of, passed
from protocol_dsl.analysis.goals import Goal, Impossible, Reply, Undecided, Witness
from protocol_dsl.analysis.joined import Joined, joined
from protocol_dsl.analysis.treatment import treatment_changes
from protocol_dsl.ir.formulas import All, Formula
from protocol_dsl.ir.protocol import Criterion, Protocol

Relation = Literal[
    "same",
    "wider",
    "narrower",
    "incomparable",
    "other unknowns",
    "added",
    "removed",
    "not compared",
    "not decided",
]
"""`other unknowns`: nobody passes in one version alone, but some fail in one who are unknown in the other."""

CHANGES = (("FU", "T"), ("T", "F"), ("T", "U"), ("F", "U"), ("U", "F"))
"""What may become of a patient: outcomes before and after, the first three of those who pass in one version."""


@frozen
class Change:
    """Patients of whom a condition came out as one of `was` and now comes out as `now`: one of them, or that there is
    none."""

    was: str
    now: str
    reply: Reply


@frozen
class Amended:
    """One criterion, or all of them together under the name `eligibility`. `old` and `new` are None where a version has
    no such criterion."""

    name: str
    old: Criterion | None
    new: Criterion | None
    relation: Relation
    changes: tuple[Change, ...] = ()


@frozen
class Amendment:
    """Two versions compared. `apart` names facts that are kept otherwise; `schedule` says what was added, removed or
    changed of treatment and visits, old and new."""

    old: Protocol
    new: Protocol
    engine: Engine
    apart: tuple[str, ...]
    overall: Amended
    criteria: tuple[Amended, ...]
    schedule: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether both versions mean the same."""
        return (
            self.overall.relation == "same"
            and not self.schedule
            and all(one.relation == "same" for one in self.criteria)
        )


def amendment(old: Protocol, new: Protocol, on: date | None = None) -> Amendment:
    """Compare two versions of a protocol, on a day (that of the old version's first eligible example unless said).

    What is shown to be impossible is so of patients whose values are known or not known, ranges such as "<40" aside.
    """
    both = joined(old, new)
    engine = engine_of(both.protocol, on, ranges=False)
    criteria = tuple(_criteria(engine, both))
    overall = _overall(engine, both, criteria)
    return Amendment(
        old, new, engine, both.apart, overall, criteria, treatment_changes(old.schedule, new.schedule)
    )


def _criteria(engine: Engine, both: Joined) -> list[Amended]:
    new = {one.id: one for one in both.new.criteria}
    old = {one.id: one for one in both.old.criteria}
    names = dict.fromkeys((*old, *new))
    return [_amended(engine, both, name, old.get(name), new.get(name)) for name in names]


def _amended(
    engine: Engine, both: Joined, name: str, old: Criterion | None, new: Criterion | None
) -> Amended:
    if old is None or new is None:
        relation: Relation = "removed" if new is None else "added"
        return Amended(name, old, new, relation)
    if name in both.unlike:
        return Amended(name, old, new, "not compared")
    return _compared(engine, name, old, new, passed(old), passed(new))


def _overall(engine: Engine, both: Joined, criteria: Sequence[Amended]) -> Amended:
    if both.unlike:
        return Amended("eligibility", None, None, "not compared")
    if all(one.relation == "same" for one in criteria):
        return Amended("eligibility", None, None, "same")
    before, after = (All(tuple(map(passed, stage.criteria))) for stage in (both.old, both.new))
    return _compared(engine, "eligibility", None, None, before, after)


def _compared(
    engine: Engine, name: str, old: Criterion | None, new: Criterion | None, before: Formula, after: Formula
) -> Amended:
    if before == after:
        return Amended(name, old, new, "same")
    changes = tuple(
        Change(was, now, engine.ask((Goal(before, was), Goal(after, now)))) for was, now in CHANGES
    )
    return Amended(name, old, new, _relation(changes), changes)


def _relation(changes: Sequence[Change]) -> Relation:
    gained, *lost = (one.reply for one in changes[:3])
    wider = isinstance(gained, Witness)
    narrower = any(isinstance(reply, Witness) for reply in lost)
    if wider and narrower:
        return "incomparable"
    against = lost if wider else [gained] if narrower else [one.reply for one in changes]
    if any(isinstance(reply, Undecided) for reply in against):
        return "not decided"
    if wider or narrower:
        return "wider" if wider else "narrower"
    return "same" if all(isinstance(one.reply, Impossible) for one in changes) else "other unknowns"
