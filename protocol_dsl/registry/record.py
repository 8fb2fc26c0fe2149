"""A registry record as a protocol sees it: header fields, and sentences that a `source` can point at."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator

from attrs import field, frozen

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>~^|])")
DIGITS = 8
"""How many hexadecimal digits of a sentence's hash are written behind a pointer."""


@frozen
class Sentence:
    """One item of a record. `place` is its path in `section`: "3", or "3.2" for the second item below it;
    `text` its own words, `whole` those of all that stands below it too. `heading` is the last one above it, or ""."""

    section: str
    place: str
    text: str
    whole: str
    heading: str = ""

    @property
    def pointer(self) -> str:
        """As a protocol writes it after `source`: `inclusion 3.2`."""
        return f"{self.section} {self.place}".strip()

    @property
    def digest(self) -> str:
        """The first digits of the SHA-256 of its words and of all below it; blanks do not count."""
        return hashlib.sha256(self.whole.encode()).hexdigest()[:DIGITS]


@frozen
class PlannedArm:
    """An arm of a record: `role` in the registry's vocabulary, "" where none is stated; `given` names interventions."""

    label: str
    role: str
    given: tuple[str, ...]


@frozen
class PlannedIntervention:
    """An intervention of a record: `kind` in the registry's vocabulary, "" where none is stated; `arms` are labels."""

    name: str
    kind: str
    arms: tuple[str, ...]


@frozen
class Record:
    """One registry record. `fields` are header entries in the protocol's own words (`phase` to `1/2`); a field that the
    record does not state is left out."""

    id: str
    fields: dict[str, str] = field(factory=dict, eq=False)
    sentences: tuple[Sentence, ...] = ()
    conditions: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    """The sponsor's own numbers for the trial, beside the registry's."""
    arms: tuple[PlannedArm, ...] = ()
    interventions: tuple[PlannedIntervention, ...] = ()
    """Arms and interventions in the record's order: the first is `arm 1`."""

    def section(self, name: str) -> Iterator[Sentence]:
        """The sentences of a section, in the record's order."""
        return (one for one in self.sentences if one.section == name)

    def at(self, pointer: str) -> Sentence | None:
        """The sentence a pointer names. A section of one sentence needs no number."""
        for one in self.sentences:
            if pointer in {one.pointer, one.section if one.place == "1" else one.pointer}:
                return one
        return None


def plain(text: str) -> str:
    """Words without Markdown escapes, character references and line breaks, composed as Unicode's NFC."""
    unescaped = html.unescape(_ESCAPED.sub(r"\1", text))
    return " ".join(unicodedata.normalize("NFC", unescaped).split())
