"""A protocol held against its registry record: what became of every sentence, and what disagrees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal

from attrs import frozen

from protocol_dsl.ir.citations import Citation
from protocol_dsl.ir.deciding import decider, together
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, Intervention, Regimen, Visit
from protocol_dsl.registry.record import Record, Sentence

Fate = Literal["computed", "asked", "both", "treatment", "noted", "missed"]
"""What became of a sentence: a criterion that records decide, a person, or both; an arm, a drug or a visit;
said to be out of scope; or nothing."""

SECTIONS = ("inclusion", "exclusion", "arm", "intervention")
"""The sections of which every sentence has to be accounted for."""

_FREE_TEXT = {"title", "official_title", "sponsor", "funder"}
"""Header fields that may be worded otherwise than the record words them."""


@frozen
class Traced:
    """One sentence of the record, its fate, and the ids of what encodes it."""

    sentence: Sentence
    fate: Fate
    by: tuple[str, ...]


@frozen
class Astray:
    """A citation of `owner` that does not hold: `reason` is `no such place`, `changed` or `not in the record`."""

    owner: str
    citation: Citation
    reason: Literal["no such place", "changed", "not in the record"]


@frozen
class Disagreement:
    """A header field, as the protocol and as the record has it."""

    field: str
    protocol: str
    record: str


@frozen
class Trace:
    """All that came of holding a protocol against a record. `unpinned` are citations without a hash, `unstated` header
    fields of the record that the protocol leaves out: neither is a fault."""

    sentences: tuple[Traced, ...]
    astray: tuple[Astray, ...]
    unsourced: tuple[str, ...]
    header: tuple[Disagreement, ...]
    unpinned: tuple[tuple[str, Citation], ...] = ()
    unstated: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether every sentence is accounted for, every citation holds, and no header field disagrees."""
        missed = any(one.fate == "missed" for one in self.sentences)
        return not (missed or self.astray or self.unsourced or self.header)


@frozen
class _Cited:
    owner: str
    fate: Fate
    citation: Citation


def trace(protocol: Protocol, record: Record) -> Trace:
    """What became of every sentence of a record in a protocol."""
    cited = tuple(_cited(protocol))
    places = [(one, place) for one in cited for place in places_of(one.citation, record)]
    return Trace(
        tuple(_traced(record, places)),
        tuple(_astray(cited, record)),
        tuple(one.id for stage in protocol.stages for one in stage.criteria if not one.citations),
        tuple(_disagreements(protocol, record)),
        tuple((one.owner, one.citation) for one in cited if one.citation.pointer and not one.citation.digest),
        tuple(
            name for name in record.fields if name not in dict(_stated(protocol)) and name not in _FREE_TEXT
        ),
    )


def places_of(citation: Citation, record: Record) -> tuple[Sentence, ...]:
    """The sentences a citation names: the one pointed at, or those a quotation is of."""
    if citation.pointer:
        found = record.at(citation.pointer)
        return () if found is None else (found,)
    quoted = _letters(citation.text or "")
    return tuple(one for one in record.sentences if quoted and _overlap(quoted, _letters(one.text)))


def _overlap(quoted: str, sentence: str) -> bool:
    return bool(sentence) and (quoted in sentence or sentence in quoted)


def _letters(text: str) -> str:
    """Letters and digits alone: typography is not what a quotation is held to."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def _cited(protocol: Protocol) -> Iterator[_Cited]:
    for stage in protocol.stages:
        for criterion in stage.criteria:
            fate = decider(protocol, criterion)
            yield from (_Cited(criterion.id, fate, one) for one in criterion.citations)
    for sentence in protocol.out_of_scope:
        yield from (_Cited("out of scope", "noted", one) for one in sentence.citations)
        if not sentence.citations:
            yield _Cited("out of scope", "noted", Citation(sentence.text, span=sentence.span))
    schedule = protocol.schedule
    parts: tuple[Arm | Regimen | Intervention | Visit, ...] = (
        *schedule.arms,
        *schedule.regimens,
        *schedule.interventions,
        *schedule.visits,
    )
    for part in parts:
        yield from (_Cited(part.name, "treatment", one) for one in part.citations)


def _traced(record: Record, places: Iterable[tuple[_Cited, Sentence]]) -> Iterator[Traced]:
    kept = tuple(places)
    for sentence in record.sentences:
        by = [one for one, place in kept if _covers(place, sentence)]
        if sentence.section in SECTIONS or by:
            yield Traced(
                sentence, _fate(sentence, by, kept, record), tuple(dict.fromkeys(one.owner for one in by))
            )


def _covers(place: Sentence, sentence: Sentence) -> bool:
    """A pointer covers the item it names and all that stands below it."""
    below = sentence.place == place.place or sentence.place.startswith(f"{place.place}.")
    return place.section == sentence.section and below


def _fate(
    sentence: Sentence, by: list[_Cited], places: tuple[tuple[_Cited, Sentence], ...], record: Record
) -> Fate:
    if not by:
        # A line that only leads to others is accounted for by them.
        below = [
            one for one in record.section(sentence.section) if one.place.startswith(f"{sentence.place}.")
        ]
        reached = [[one for one, place in places if _covers(place, part)] for part in below]
        if not below or not all(reached):
            return "missed"
        by = [one for part in reached for one in part]
    fates = {one.fate for one in by}
    return together(fates) or ("treatment" if "treatment" in fates else "noted")


def _astray(cited: tuple[_Cited, ...], record: Record) -> Iterator[Astray]:
    for one in cited:
        citation, places = one.citation, places_of(one.citation, record)
        if not places:
            # The quotation of a protocol may be of a page that says more than its record.
            yield Astray(one.owner, citation, "no such place" if citation.pointer else "not in the record")
        elif citation.digest and not places[0].digest.startswith(citation.digest[:8]):
            yield Astray(one.owner, citation, "changed")


def _stated(protocol: Protocol) -> Iterator[tuple[str, str]]:
    yield "title", protocol.header.title
    yield from ((name, value) for name, value in protocol.header.entries)


def _disagreements(protocol: Protocol, record: Record) -> Iterator[Disagreement]:
    if record.id and record.id.casefold() != protocol.header.id.casefold():
        yield Disagreement("id", protocol.header.id, record.id)
    for name, value in _stated(protocol):
        recorded = record.fields.get(name)
        if recorded is not None and _letters(value) != _letters(recorded):
            yield Disagreement(name, value, recorded)
