"""The sentences of a record beside the pointers that name them."""

from __future__ import annotations

from attrs import evolve

from protocol_dsl.ir.citations import Citation
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.registry.record import Record


def quoted(protocol: Protocol, record: Record) -> Protocol:
    """The protocol with the sentence of the record at every pointer that leads to one whose hash has not changed."""
    schedule = protocol.schedule
    stages = tuple(
        evolve(
            stage,
            criteria=tuple(evolve(one, citations=_all(one.citations, record)) for one in stage.criteria),
        )
        for stage in protocol.stages
    )
    treatment = evolve(
        schedule,
        arms=tuple(evolve(one, citations=_all(one.citations, record)) for one in schedule.arms),
        regimens=tuple(evolve(one, citations=_all(one.citations, record)) for one in schedule.regimens),
        interventions=tuple(
            evolve(one, citations=_all(one.citations, record)) for one in schedule.interventions
        ),
        visits=tuple(evolve(one, citations=_all(one.citations, record)) for one in schedule.visits),
    )
    return evolve(protocol, stages=stages, schedule=treatment)


def _all(citations: tuple[Citation, ...], record: Record) -> tuple[Citation, ...]:
    return tuple(_quoted(citation, record) for citation in citations)


def _quoted(citation: Citation, record: Record) -> Citation:
    place = record.at(citation.pointer) if citation.pointer else None
    if place is None or (citation.digest and not place.digest.startswith(citation.digest[:8])):
        return citation
    return evolve(citation, text=place.whole)
