"""The door through which every unit of a protocol comes in."""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TYPE_CHECKING

from protocol_dsl.vocabulary.quantities.clinical import clinical_spellings
from protocol_dsl.vocabulary.quantities.errors import CalendarUnit, SpecialUnit, UnknownUnit
from protocol_dsl.vocabulary.quantities.everyday import in_ucum
from protocol_dsl.vocabulary.quantities.reading import read_unit
from protocol_dsl.vocabulary.quantities.slips import refuse_what_is_no_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocol_dsl.vocabulary.quantities.unit import Unit


_LONGEST_SLIP = 60


def parse_unit(text: str) -> Unit:
    """The unit an author or a laboratory wrote: UCUM (case-sensitive) or an everyday spelling of it.

    `mL/min/1.73m2` has the code `mL/min/{1.73_m2}`, where the annotation carries the exact factor 1.73 m2.
    It is therefore a flow per body surface: distinct from `mL/min`, convertible to `mL/min/m2`, and times a
    body surface it gives a plain flow. To UCUM alone, and to `parse_ucum`, an annotation means nothing.

    Raises:
        UnknownUnit: no unit, or a code whose case is surely a slip; with suggestions.
        CalendarUnit: months or years, alone or inside a larger unit.
        SpecialUnit: valid UCUM on a scale that is not proportional (`dB`), or `Cel` inside a larger unit.
    """
    refuse_what_is_no_unit(text)
    try:
        return read_unit(text)
    except (SpecialUnit, CalendarUnit):
        raise
    except UnknownUnit as error:
        sure = tuple(each for each in error.suggestions if _reads(each))
        raise UnknownUnit(text, sure or suggestions(text), error.reason) from error


def _reads(text: str) -> bool:
    try:
        return bool(read_unit(text).code)
    except UnknownUnit:
        return False


def suggestions(text: str) -> tuple[str, ...]:
    """Clinical spellings that differ from `text` in case and marks alone, else up to three close ones."""
    if len(text) > _LONGEST_SLIP:
        return ()
    known = _by_letters()
    letters = _letters(text)
    if alike := known.get(letters):
        cased = tuple(each for each in alike if each.lower() == text.lower())
        return cased or alike[:3]
    close = difflib.get_close_matches(letters, known, n=3, cutoff=0.75)
    return tuple(known[each][0] for each in close)


@cache
def _by_letters() -> Mapping[str, tuple[str, ...]]:
    """Clinical spellings by their bare letters, one for each distinct unit."""
    table: dict[str, tuple[str, ...]] = {}
    for spelling in filter(str.isascii, clinical_spellings()):
        alike = table.get(_letters(spelling), ())
        if all(read_unit(other) != read_unit(spelling) for other in alike):
            table[_letters(spelling)] = (*alike, spelling)
    return table


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9%]", "", in_ucum(text).lower())
