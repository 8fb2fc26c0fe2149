"""The traceability matrix: source sentence, criterion, lines, facts, place in the checker, examples."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.dictionary import criterion_facts, treatment_facts
from protocol_dsl.backends.docs.eligibility import Quote, quote
from protocol_dsl.backends.docs.examples import Outcomes, touching
from protocol_dsl.backends.docs.words import Link, sentence
from protocol_dsl.backends.names import identifier
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.protocol import Criterion, Outcome, Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Follow, Give, Regimen

_SHOWN: dict[Outcome, int] = {"fails": 4, "unknown": 4, "passes": 0}
"""How many examples are named for each outcome; the rest are counted."""


@frozen
class TraceRow:
    """One criterion (or treatment) and all that comes of it; `place` is the function of the checker and the comment
    inside it, `examples` are (outcome, links, how many more)."""

    quotes: tuple[Quote, ...]
    what: Link
    title: str
    lines: tuple[str, ...]
    facts: tuple[Link, ...]
    place: tuple[str, str] | None
    examples: tuple[tuple[str, tuple[Link, ...], int], ...]


def trace(
    protocol: Protocol, prose: Prose, outcomes: Outcomes | None, anchors: Anchors
) -> tuple[TraceRow, ...]:
    """A row for every criterion, then for every arm and regimen with a source sentence."""
    facts = criterion_facts(protocol)
    rows = [
        _criterion(criterion, stage.name, facts[criterion.id], protocol, prose, outcomes, anchors)
        for stage in protocol.stages
        for criterion in stage.criteria
    ]
    kinds = (("regimen", protocol.schedule.regimens), ("arm", protocol.schedule.arms))
    treatments = [
        _treatment(kind, one, protocol, prose, anchors)
        for kind, several in kinds
        for one in several
        if one.citations
    ]
    return (*rows, *treatments)


def _criterion(
    criterion: Criterion,
    stage: str,
    facts: tuple[str, ...],
    protocol: Protocol,
    prose: Prose,
    outcomes: Outcomes | None,
    anchors: Anchors,
) -> TraceRow:
    named = touching(protocol, outcomes, criterion.id)
    return TraceRow(
        quotes=tuple(quote(citation) for citation in criterion.citations),
        what=Link(criterion.id, anchors("criterion", criterion.id)),
        title=criterion.title,
        lines=tuple(" ".join(line.text.split()) for line in criterion.lines),
        facts=_facts(facts, prose, anchors),
        place=(identifier(f"judge_{stage}"), f"{criterion.id}, {criterion.kind}"),
        examples=tuple(_examples(outcome, names, anchors) for outcome, names in named.items()),
    )


def _facts(names: tuple[str, ...], prose: Prose, anchors: Anchors) -> tuple[Link, ...]:
    return tuple(Link(sentence(prose.fact(name)), anchors("fact", name)) for name in names)


def _examples(
    outcome: Outcome, names: tuple[str, ...], anchors: Anchors
) -> tuple[str, tuple[Link, ...], int]:
    shown = names[: _SHOWN[outcome]]
    return outcome, tuple(Link(name, anchors("example", name)) for name in shown), len(names) - len(shown)


def _treatment(kind: str, one: Arm | Regimen, protocol: Protocol, prose: Prose, anchors: Anchors) -> TraceRow:
    return TraceRow(
        quotes=tuple(quote(citation) for citation in one.citations),
        what=Link(one.label or one.name.replace("_", " "), anchors(kind, one.name)),
        title=kind,
        lines=tuple(text for part in one.parts if (text := _part(part))),
        facts=_facts(treatment_facts(protocol, one), prose, anchors),
        place=None,
        examples=(),
    )


def _part(part: Give | CycleBlock | Follow) -> str:
    if isinstance(part, Follow):
        return f"follow {part.regimen}"
    return " ".join(part.text.split()) or (
        f"{part.verb} {part.what}" if isinstance(part, Give) else part.name
    )
