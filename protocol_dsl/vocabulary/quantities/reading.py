"""From the author's spelling to a unit, before any advice is given."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

from protocol_dsl.vocabulary.quantities.dimension import Dimension
from protocol_dsl.vocabulary.quantities.errors import UnknownUnit
from protocol_dsl.vocabulary.quantities.everyday import in_ucum
from protocol_dsl.vocabulary.quantities.slips import (
    refuse_ambiguous_numbers,
    refuse_slip,
)
from protocol_dsl.vocabulary.quantities.ucum import Magnitude, parse_terms, term_magnitude, unit_of

if TYPE_CHECKING:
    from protocol_dsl.vocabulary.quantities.unit import Term, Unit

_BODY_SURFACE = "{1.73_m2}"
_STANDARD_BODY_SURFACE = Magnitude(Fraction("1.73"), Dimension.of(m=2))


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit:
    """As `parse_unit`, but an `UnknownUnit` names no suggestions beyond those the reader is sure of."""
    code = in_ucum(text)
    try:
        return attrs.evolve(_of_code(code), text=text.strip())
    except UnknownUnit as error:
        # The complaint is about a part; the author looks for the whole.
        raise type(error)(text, _in_place(error, code), error.reason) from error


@lru_cache(maxsize=4096)
def _of_code(code: str) -> Unit:
    """The unit of a code that comes of several spellings."""
    refuse_ambiguous_numbers(code)
    terms = parse_terms(code)
    for term in terms:
        refuse_slip(term)
    return unit_of(code, terms, [_magnitude(term) for term in terms])


def _in_place(error: UnknownUnit, code: str) -> tuple[str, ...]:
    """The suggestions for a part, each put where that part stands in the whole."""
    part = re.search(rf"(?<![A-Za-z\[]){re.escape(error.text)}(?![A-Za-z\]])", code)
    if part is None:
        return error.suggestions
    return tuple(code[: part.start()] + each + code[part.end() :] for each in error.suggestions)


def _magnitude(term: Term) -> Magnitude:
    if term.symbol or term.annotation != _BODY_SURFACE:
        return term_magnitude(term)
    surface = _STANDARD_BODY_SURFACE
    return Magnitude(surface.factor**term.exponent, surface.dimension**term.exponent)
