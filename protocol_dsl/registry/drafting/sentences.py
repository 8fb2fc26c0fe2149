"""Which sentences are drafted: those that stand by themselves, and say nothing that a pattern does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping

from protocol_dsl.registry.drafting.draft import Draft
from protocol_dsl.registry.drafting.laboratory import threshold
from protocol_dsl.registry.drafting.people import age, pregnancy, sex
from protocol_dsl.registry.drafting.windows import window
from protocol_dsl.registry.record import Sentence

_NEUTRAL = re.compile(
    r"(?i)(?:key |main |major )?(?:inclusion|exclusion)(?: criteria)?|non-inclusion(?: criteria)?"
    r"|(?:disease|patient) characteristics|prior concurrent therapy|(?:biologic|endocrine) therapy|chemotherapy"
    r"|registration|randomization|enrollment|radiotherapy|surgery|other"
    r"|age|sex|performance status|life expectancy|hematopoietic|hepatic|renal"
    r"|cardiovascular|pulmonary|menopausal status|(?:clinical )?laboratory (?:values|tests|criteria|parameters)"
    r"|(?:adequate )?(?:organ|bone marrow|hematologic|renal|hepatic|liver) function|hematology|chemistry"
)
_LABELS = frozenset({"age", "performance status"})
"""Headings that name what the lines below them leave unsaid: `Age:` above `18 and over`."""
_GOES_ON = re.compile(
    r"(?i)(?:or|and|and/or|unless|except|exceptions?|if|in|than|with|for|provided|note|but|when|where|times|x|ULN)\b|[(\[*]"
)
_UNFINISHED = re.compile(r"(?i)(?:\b(?:or|and|either|than|least|to|the|of|a|if|for|one|any|following)|[,:])$")
_JOINED = {"inclusion": r"\s*[;,]\s*(?:and )?|\s+and\s+", "exclusion": r"\s*;\s*(?:or )?|,? or\s+"}


def drafts(
    sentence: Sentence, fields: Mapping[str, str], before: str = "", after: str = ""
) -> tuple[Draft, ...]:
    """The lines a sentence plainly says, one for each of its parts; none when any part of it is not plain.

    `fields` are the record's own; `before` and `after` are the words of its neighbours, into which it may run on.
    """
    heading = sentence.heading.rstrip(" :.-").casefold()
    if heading and not _NEUTRAL.fullmatch(heading):
        return ()
    if _UNFINISHED.search(before) or _GOES_ON.match(after) or _broken(before, sentence.text):
        return ()
    if _broken(sentence.text, after):
        return ()
    text = sentence.text.rstrip(" .;,")
    labelled = f"{heading}: {text}" if heading in _LABELS else text
    if (
        whole := _one(text, sentence.section, fields) or _one(labelled, sentence.section, fields)
    ) is not None:
        return (whole,)
    parts = [_one(part, sentence.section, fields) for part in re.split(_JOINED[sentence.section], text)]
    return tuple(part for part in parts if part is not None) if all(parts) else ()


def _broken(first: str, second: str) -> bool:
    """Whether two neighbours may be one sentence, wrapped: the second goes on small where the first began large."""
    return first[:1].isupper() and second[:1].islower() and not re.search(r"[.;)]$", first)


def _one(text: str, section: str, fields: Mapping[str, str]) -> Draft | None:
    return (
        age(text, section, fields)
        or sex(text, section, fields)
        or pregnancy(text, section)
        or threshold(text, section)
        or window(text, section)
    )
