"""Eligibility: each criterion in controlled English beside the source sentence."""

from __future__ import annotations

from itertools import groupby

from attrs import frozen

from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.limits import Limits, LimitView, limit_views
from protocol_dsl.backends.docs.missing import Missing
from protocol_dsl.backends.docs.words import Clause, clause, sentence, title_of
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir import walk
from protocol_dsl.ir.citations import Citation
from protocol_dsl.ir.features import Answer
from protocol_dsl.ir.protocol import Criterion, Line, Protocol, Stage


@frozen
class Quote:
    """A source sentence, or where it stands (`pointer`, "inclusion 3") when it is only pointed at."""

    text: str
    pointer: str


@frozen
class Requirement:
    """Lines of one verb in a row, under the words that say what they decide."""

    lead: str
    clauses: tuple[Clause, ...]


@frozen
class CriterionView:
    """One criterion as a card."""

    id: str
    anchor: str
    kind: str
    title: str
    requirements: tuple[Requirement, ...]
    quotes: tuple[Quote, ...]
    notes: tuple[str, ...]
    missing: tuple[str, ...]
    limits: tuple[LimitView, ...]
    asked: bool


@frozen
class CriteriaGroup:
    """The inclusion, or the exclusion, criteria of a stage."""

    title: str
    anchor: str
    criteria: tuple[CriterionView, ...]


@frozen
class StageView:
    """One stage: its name, when it is judged, its criteria."""

    name: str
    title: str
    judged_at: str
    groups: tuple[CriteriaGroup, ...]


def stages(
    protocol: Protocol, prose: Prose, anchors: Anchors, limits: Limits | None = None
) -> tuple[StageView, ...]:
    """Every stage of the protocol with its criteria, inclusion first."""
    missing = Missing(protocol, prose)
    asked = _asked(protocol)
    views = {
        criterion.id: _criterion(
            criterion,
            prose,
            anchors,
            missing,
            limit_views(limits or {}, criterion, prose),
            criterion.id in asked,
        )
        for stage in protocol.stages
        for criterion in stage.criteria
    }
    return tuple(_stage(stage, number, prose, views) for number, stage in enumerate(protocol.stages))


def quote(citation: Citation) -> Quote:
    """A citation as shown beside what it is the source of."""
    return Quote(" ".join((citation.text or "").split()), sentence(citation.pointer or ""))


def _asked(protocol: Protocol) -> set[str]:
    """Ids of the criteria that rest on a person's answer."""
    answers = {feature.id for feature in protocol.features if isinstance(feature.node, Answer)}
    return {
        criterion.id
        for stage in protocol.stages
        for criterion in stage.criteria
        if answers & set(walk.all_features_of(protocol, *(line.passes for line in criterion.lines)))
    }


def _stage(stage: Stage, number: int, prose: Prose, views: dict[str, CriterionView]) -> StageView:
    groups = (
        CriteriaGroup(title, f"stage-{number + 1}-{kind}", chosen)
        for kind, title in (("inclusion", "Inclusion criteria"), ("exclusion", "Exclusion criteria"))
        if (chosen := tuple(views[one.id] for one in stage.criteria if one.kind == kind))
    )
    return StageView(stage.name, title_of(stage.name), prose.anchor(stage.anchor), tuple(groups))


def _criterion(
    criterion: Criterion,
    prose: Prose,
    anchors: Anchors,
    missing: Missing,
    limits: tuple[LimitView, ...],
    asked: bool,
) -> CriterionView:
    return CriterionView(
        id=criterion.id,
        anchor=anchors("criterion", criterion.id),
        kind=criterion.kind,
        title=criterion.title,
        requirements=_requirements(criterion.lines, prose),
        quotes=tuple(quote(citation) for citation in criterion.citations),
        notes=criterion.notes,
        missing=missing.of(criterion),
        limits=limits,
        asked=asked,
    )


def _requirements(lines: tuple[Line, ...], prose: Prose) -> tuple[Requirement, ...]:
    return tuple(
        _requirement(verb, tuple(run), prose) for verb, run in groupby(lines, key=lambda line: line.verb)
    )


def _requirement(verb: str, lines: tuple[Line, ...], prose: Prose) -> Requirement:
    """A reject reads as what rules a patient out, so its already negated condition is negated back."""
    clauses = [clause(prose.phrase(line.passes, negated=verb == "reject")) for line in lines]
    lead, several = ("Not eligible if", "any of") if verb == "reject" else ("Required:", "all of")
    if len(clauses) == 1 and clauses[0].members:
        return Requirement(f"{lead} {clauses[0].text.lower()}", clauses[0].members)
    if len(clauses) == 1:
        return Requirement(lead.removesuffix(":"), tuple(clauses))
    # A group that asks the same as the lead adds nothing: its members join the lead's.
    joined = (one.members if one.text.lower() == several else (one,) for one in clauses)
    return Requirement(f"{lead} {several}", tuple(member for part in joined for member in part))
