"""From the author's spelling to a unit, before any advice is given."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from protocol_dsl.vocabulary.quantities.dimension import Dimension
from protocol_dsl.vocabulary.quantities.errors import SpecialUnit, UnknownUnit
from protocol_dsl.vocabulary.quantities.everyday import in_ucum
from protocol_dsl.vocabulary.quantities.slips import (
    refuse_ambiguous_numbers,
    refuse_slip,
    refuse_what_is_no_unit,
)
from protocol_dsl.vocabulary.quantities.ucum import Magnitude, parse_terms, term_magnitude, unit_of

if TYPE_CHECKING:
    from protocol_dsl.vocabulary.quantities.unit import Term, Unit

_BODY_SURFACE = "{1.73_m2}"
_STANDARD_BODY_SURFACE = Magnitude(Fraction("1.73"), Dimension.of(m=2))


@lru_cache(maxsize=4096)
def read_unit(text: str) -> Unit:
    """As `parse_unit`, but an `UnknownUnit` names no suggestions beyond those the reader is sure of."""
    refuse_what_is_no_unit(text)
    try:
        code = in_ucum(text)
        refuse_ambiguous_numbers(code)
        terms = parse_terms(code)
        for term in terms:
            refuse_slip(term)
        return unit_of(text.strip(), terms, [_magnitude(term) for term in terms])
    except SpecialUnit as error:
        raise SpecialUnit(text, error.suggestions, error.reason) from error
    except UnknownUnit as error:
        raise UnknownUnit(text, error.suggestions, error.reason) from error


def _magnitude(term: Term) -> Magnitude:
    if term.symbol or term.annotation != _BODY_SURFACE:
        return term_magnitude(term)
    surface = _STANDARD_BODY_SURFACE
    return Magnitude(surface.factor**term.exponent, surface.dimension**term.exponent)
