"""How long an expression is beside the sentence it encodes, in words."""

from __future__ import annotations

import re

from attrs import frozen

from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.registry.record import Record
from protocol_dsl.registry.trace import places_of

_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[<>=≤≥±]+")


@frozen
class Length:
    """Words of a criterion's lines and of its sentences, all it cites of `record` together."""

    protocol: str
    criterion: str
    expression: int
    sentence: int

    @property
    def long(self) -> bool:
        """Whether the expression is longer than the sentence by more than half."""
        return 2 * self.expression > 3 * self.sentence


def lengths(protocol: Protocol, record: Record) -> tuple[Length, ...]:
    """A length for every criterion that cites the record."""
    criteria = (criterion for stage in protocol.stages for criterion in stage.criteria)
    found = (_length(protocol.header.id, criterion, record) for criterion in criteria)
    return tuple(one for one in found if one.sentence)


def words(text: str) -> int:
    """Words, numbers and signs of comparison; a name counts as many as it is read with."""
    return len(_WORD.findall(text))


def _length(protocol: str, criterion: Criterion, record: Record) -> Length:
    places = dict.fromkeys(place for cited in criterion.citations for place in places_of(cited, record))
    # Whoever is asked, and why, is said of no sentence of a record; the question is.
    written = sum(words(_without_asides(line.text)) for line in criterion.lines)
    return Length(protocol, criterion.id, written, sum(words(place.whole) for place in places))


def _without_asides(text: str) -> str:
    return re.sub(r"\bby (?:investigator|participant|sponsor)(?: because \w+)?", "", text)
