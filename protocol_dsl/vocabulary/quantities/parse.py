"""The door through which every unit of a protocol comes in."""

from __future__ import annotations

import difflib
import re
from functools import cache
from typing import TYPE_CHECKING

from protocol_dsl.vocabulary.quantities.clinical import clinical_spellings
from protocol_dsl.vocabulary.quantities.errors import SpecialUnit, UnknownUnit
from protocol_dsl.vocabulary.quantities.everyday import in_ucum
from protocol_dsl.vocabulary.quantities.reading import read_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocol_dsl.vocabulary.quantities.unit import Unit


def parse_unit(text: str) -> Unit:
    """The unit an author or a laboratory wrote: UCUM (case-sensitive) or an everyday spelling of it.

    `mL/min/1.73m2` has the code `mL/min/{1.73_m2}`, where the annotation carries the exact factor 1.73 m2.
    It is therefore a flow per body surface: distinct from `mL/min`, convertible to `mL/min/m2`, and times a
    body surface it gives a plain flow. To UCUM alone, and to `parse_ucum`, an annotation means nothing.

    Raises:
        UnknownUnit: no unit, a calendar duration, or a code whose case is surely a slip; with suggestions.
        SpecialUnit: valid UCUM on a scale that is not proportional (`dB`), or `Cel` inside a larger unit.
    """
    try:
        return read_unit(text)
    except SpecialUnit:
        raise
    except UnknownUnit as error:
        raise UnknownUnit(text, error.suggestions or suggestions(text), error.reason) from error


def suggestions(text: str) -> tuple[str, ...]:
    """Clinical spellings that differ from `text` in case and marks alone, else up to three close ones."""
    known = _by_letters()
    letters = _letters(text)
    if letters in known:
        return known[letters][:3]
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
