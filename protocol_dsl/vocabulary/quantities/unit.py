"""A unit: how it is written, how large it is, and what it measures."""

from __future__ import annotations

from fractions import Fraction

import attrs

from protocol_dsl.vocabulary.quantities.dimension import DIMENSIONLESS, Dimension
from protocol_dsl.vocabulary.quantities.errors import SpecialUnit

TEN = "10*"


@attrs.frozen
class Term:
    """One factor of a unit: `cm` to the 2, `10*` to the 9, the number `24`, or an annotation alone."""

    symbol: str
    exponent: int = 1
    annotation: str = ""

    @property
    def below(self) -> bool:
        """True if the term divides. A power of ten never does: `10*-3` is written as it is."""
        return self.exponent < 0 and self.symbol != TEN

    @property
    def is_number(self) -> bool:
        """True for a whole number such as the 24 of `g/(24.h)`."""
        return self.symbol.isdigit()

    def written(self, exponent: int) -> str:
        """The UCUM code of this term raised to `exponent` instead of its own."""
        return f"{self.symbol}{'' if exponent == 1 else exponent}{self.annotation}"


def _divisors_last(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return tuple(sorted(terms, key=lambda term: term.below))


@attrs.frozen
class Unit:
    """A unit of measurement with its exact size in base units.

    A value `x` of this unit is `x * factor + offset` in UCUM base units (metre, second, gram, …, and the mole
    as a further base). `offset` is zero except for temperature scales with their own zero (`special`).
    `text` is what the author wrote and takes no part in equality.
    """

    terms: tuple[Term, ...] = attrs.field(converter=_divisors_last)
    factor: Fraction
    dimension: Dimension
    offset: Fraction = Fraction(0)
    text: str = attrs.field(default="", eq=False)

    @property
    def code(self) -> str:
        """The canonical UCUM code: `mmol/L` for `mmol/l`, `10*9/L` for `10^9/L`, `1` for no unit at all."""
        return render(self.terms)

    @property
    def special(self) -> bool:
        """True for a temperature scale whose zero is not absolute (`Cel`, `[degF]`)."""
        return self.offset != 0

    @property
    def is_annotation(self) -> bool:
        """True for a pure number with a name: `{INR}`, `{score}`."""
        return bool(self.terms) and all(not term.symbol for term in self.terms)

    def __mul__(self, other: Unit) -> Unit:
        """The product unit; raises `SpecialUnit` for a temperature scale with its own zero."""
        return self._combined(other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        """The quotient unit; raises `SpecialUnit` for a temperature scale with its own zero."""
        return self._combined(other, -1)

    def __pow__(self, power: int) -> Unit:
        """This unit to a whole power; `unit ** 0` is `ONE`."""
        if power == 1:
            return self
        refuse_scale(self)
        terms = merged(tuple(attrs.evolve(term, exponent=term.exponent * power) for term in self.terms))
        return _plain(terms, self.factor**power, self.dimension**power)

    def _combined(self, other: Unit, power: int) -> Unit:
        if other == ONE:
            return self
        if self == ONE and power == 1:
            return other
        refuse_scale(self)
        inverse = other**power
        refuse_scale(inverse)
        terms = merged(self.terms + inverse.terms)
        return _plain(terms, self.factor * inverse.factor, self.dimension * inverse.dimension)

    def __str__(self) -> str:
        return self.text or self.code


def _plain(terms: tuple[Term, ...], factor: Fraction, dimension: Dimension) -> Unit:
    return Unit(terms, factor, dimension, text=render(terms))


ONE = Unit((), Fraction(1), DIMENSIONLESS, text="1")


def refuse_scale(unit: Unit) -> None:
    """Raises `SpecialUnit` if `unit` is a temperature scale, which has no products, quotients or powers."""
    if unit.special:
        raise SpecialUnit(unit.text or unit.code, (), _SCALE)


_SCALE = "its zero is not absolute, so it cannot be part of a larger unit; write `K` for a difference"


def merged(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Like terms added up and those that cancel left out, in order of first appearance."""
    exponents: dict[tuple[str, str], int] = {}
    for term in terms:
        key = (term.symbol, term.annotation)
        exponents[key] = exponents.get(key, 0) + term.exponent
    return tuple(Term(symbol, n, note) for (symbol, note), n in exponents.items() if n)


def render(terms: tuple[Term, ...]) -> str:
    """The UCUM code of a product of terms, divisors last: `mg/kg/d`, `g/(24.h)`, `/uL`."""
    above = [text for term in terms if not term.below for text in _spelled(term)]
    below = [term for term in terms if term.below]
    top = ".".join(above)
    bottom = [text for term in below for text in _spelled(term)]
    if not bottom:
        return top or "1"
    if len(bottom) > 1 and any(term.is_number for term in below):
        return f"{top}/({'.'.join(bottom)})"
    return (top or ("1" if len(bottom) > 1 else "")) + "".join(f"/{text}" for text in bottom)


def _spelled(term: Term) -> list[str]:
    if term.symbol == TEN:
        return [term.written(term.exponent)]
    # A number or a bare annotation takes no exponent in UCUM, so it is repeated instead.
    if term.is_number or not term.symbol:
        return [term.written(1)] * abs(term.exponent)
    return [term.written(abs(term.exponent))]
