"""Criterion items as the blocks of a scaffold: which items stand alone, and which are one with what leads to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

from protocol_dsl.registry.drafting import Draft, drafts
from protocol_dsl.registry.record import Record, Sentence

_ALL_OF = re.compile(
    r"(?i)(?:(?:patients?|subjects?|participants?) )?(?:must have |has |have |with )?(?:an? )?"
    r"(?:adequate|acceptable|normal|sufficient) (?:[\w,/]+ ){0,5}functions?(?: (?:test|value)s)?"
    r"(?:,? (?:as )?(?:defined (?:as|by)|evidenced by|demonstrated by|as follows|including))?(?: all of)?"
    r"(?: the following)?|(?:clinical )?laboratory (?:values|tests|criteria|parameters)(?: as follows)?"
    r"|(?:meets? )?all of the following(?: criteria)?"
)
_ANY_OF = re.compile(
    r"(?i)(?:(?:patients?|subjects?|participants?) )?(?:with |who have |has |have )?any (?:one )?of the following"
    r"(?: (?:conditions|criteria|laboratory (?:values|abnormalities|findings)))?"
)


@frozen
class Block:
    """One criterion to be written: its sentence, and drafts of its lines; without any, a question."""

    name: str
    sentence: Sentence
    drafts: tuple[Draft, ...]


def blocks(record: Record) -> tuple[Block, ...]:
    """A block for each criterion item, named I1, I2, … and E1, E2, … in the record's order.

    A sentence that says of the items below it that all are wanted, or that any excludes, is left to them. Any other
    sentence with items below it stays one with them: what joins them is for a person to say.
    """
    return tuple(block for section in ("inclusion", "exclusion") for block in _section(section, record))


def _section(section: str, record: Record) -> Iterator[Block]:
    kept = list(_standing(section, record))
    for number, (sentence, alone) in enumerate(kept, 1):
        before = kept[number - 2][0].text if number > 1 else ""
        after = kept[number][0].text if number < len(kept) else ""
        drafted = drafts(sentence, record.fields, before, after) if alone else ()
        yield Block(f"{section[0].upper()}{number}", sentence, drafted)


def _standing(section: str, record: Record) -> Iterator[tuple[Sentence, bool]]:
    """The sentences that get a block, each with whether nothing stands below it."""
    sentences = tuple(record.section(section))
    parents = {one.place.rpartition(".")[0] for one in sentences}
    leads = _ALL_OF if section == "inclusion" else _ANY_OF
    open_ = {""}
    for one in sentences:
        if one.place.rpartition(".")[0] not in open_:
            continue
        if one.place in parents and leads.fullmatch(one.text.rstrip(" :.")):
            open_.add(one.place)
        else:
            yield one, one.place not in parents
