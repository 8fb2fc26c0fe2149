"""Reading UCUM codes as the standard defines them (case-sensitive), with exact magnitudes."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from math import prod

import attrs

from protocol_dsl.vocabulary.quantities.dimension import DIMENSIONLESS, OWN_AXES, Dimension
from protocol_dsl.vocabulary.quantities.errors import SpecialUnit, UnknownUnit
from protocol_dsl.vocabulary.quantities.essence import Atom, atoms, prefixes
from protocol_dsl.vocabulary.quantities.unit import TEN, Term, Unit, refuse_scale

# Limits that no unit in use comes near; they keep absurd input from building numbers of a million digits.
_LONGEST = 200
_LARGEST_EXPONENT = 99
_MOST_DIGITS = 18

_TEN = re.compile(r"10[*^]([+-]?[0-9]+)?")
_NUMBER = re.compile(r"[0-9]+")
_SYMBOL = re.compile(r"((?:[^\[\]{}()./0-9+\-\s]|\[[^\[\]{}\s]*\])+)([+-]?[0-9]+)?")
_ANNOTATION = re.compile(r"\{[!-z|~]*\}")

# Where UCUM has two codes for one unit, the one kept as canonical.
_SAME = {"[IU]": "[iU]", "l": "L", "10^": TEN}

# The zero of each temperature scale, counted in its own degrees from absolute zero.
_ZEROS = {"Cel": Fraction("273.15"), "[degF]": Fraction("459.67")}


@attrs.frozen
class Magnitude:
    """The exact size of a unit in base units, what it measures, and the offset of its zero."""

    factor: Fraction
    dimension: Dimension
    offset: Fraction = Fraction(0)


@attrs.frozen
class Symbol:
    """A unit symbol taken apart: `mmol` is the prefix `m` on the atom `mol`."""

    prefix: str
    atom: str


def parse_ucum(code: str) -> Unit:
    """The unit a strict UCUM code stands for; annotations mean nothing, the empty code is `1`.

    Raises:
        UnknownUnit: the code is not UCUM; `reason` says where it breaks.
        SpecialUnit: the code is valid, but on a scale of its own (`[pH]`, `dB`).
    """
    terms = parse_terms(code)
    return unit_of(code, terms, [term_magnitude(term) for term in terms])


def unit_of(text: str, terms: tuple[Term, ...], magnitudes: list[Magnitude]) -> Unit:
    """The product of `terms`, each of the given size, written `text`. May raise `SpecialUnit`."""
    factor = prod((each.factor for each in magnitudes), start=Fraction(1))
    dimension = prod((each.dimension for each in magnitudes), start=DIMENSIONLESS)
    offset = sum((each.offset for each in magnitudes), start=Fraction(0))
    if offset and (len(terms) > 1 or terms[0].exponent != 1):
        scale = next(term.symbol for term, each in zip(terms, magnitudes, strict=True) if each.offset)
        refuse_scale(Unit((Term(scale),), factor, dimension, offset, text=scale))
    return Unit(terms, factor, dimension, offset, text=text)


def parse_terms(code: str) -> tuple[Term, ...]:
    """The factors of a UCUM code in order, with canonical symbols. Raises `UnknownUnit`."""
    if len(code) > _LONGEST:
        raise UnknownUnit(code, (), f"it is longer than {_LONGEST} characters")
    return _Reader(code).whole()


def term_magnitude(term: Term) -> Magnitude:
    """The exact size of one term. Raises `UnknownUnit` or `SpecialUnit`."""
    if not term.symbol:
        return Magnitude(Fraction(1), DIMENSIONLESS)
    if term.is_number:
        return Magnitude(Fraction(int(term.symbol)) ** term.exponent, DIMENSIONLESS)
    one = _symbol_magnitude(term.symbol)
    return Magnitude(one.factor**term.exponent, one.dimension**term.exponent, one.offset)


def split_symbol(symbol: str) -> Symbol | None:
    """The prefix and the atom of a symbol, None if there is no such unit."""
    if symbol in atoms():
        return Symbol("", symbol)
    for length in (2, 1):
        prefix, atom = symbol[:length], symbol[length:]
        if prefix in prefixes() and atom in atoms() and atoms()[atom].metric:
            return Symbol(prefix, atom)
    return None


@cache
def _symbol_magnitude(symbol: str) -> Magnitude:
    parts = split_symbol(symbol)
    if parts is None:
        raise UnknownUnit(symbol, (), "UCUM has no such unit")
    one = _atom_magnitude(atoms()[parts.atom])
    return Magnitude(one.factor * prefixes().get(parts.prefix, Fraction(1)), one.dimension, one.offset)


@cache
def _atom_magnitude(atom: Atom) -> Magnitude:
    own_axis = atom.code in OWN_AXES or (atom.arbitrary and atom.definition == "1")
    if own_axis or not atom.definition:
        return Magnitude(Fraction(1), Dimension(((atom.code, 1),)))
    if atom.special and atom.code not in _ZEROS:
        raise SpecialUnit(atom.code, (), f"{atom.name} is not measured on a plain scale (UCUM: special unit)")
    defined = _defined(atom.definition)
    factor = atom.value * defined.factor
    return Magnitude(factor, defined.dimension, factor * _ZEROS.get(atom.code, Fraction(0)))


def _defined(definition: str) -> Magnitude:
    # Looked up before it is parsed: `L` is defined as `l`, which parsing would turn back into `L`.
    if definition in atoms():
        return _atom_magnitude(atoms()[definition])
    unit = parse_ucum(definition)
    return Magnitude(unit.factor, unit.dimension)


class _Reader:
    """A recursive-descent reader of the UCUM grammar; one method for each of its rules."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.at = 0

    def whole(self) -> tuple[Term, ...]:
        if not self.code:
            return ()
        terms = self.term(-1 if self.take("/") else 1)
        if self.at < len(self.code):
            raise self.broken(f"`{self.code[self.at :]}` is not expected there")
        return terms

    def term(self, sign: int) -> tuple[Term, ...]:
        terms = self.component(sign)
        while operator := self.take(".") or self.take("/"):
            terms += self.component(-1 if operator == "/" else 1)
        return terms

    def component(self, sign: int) -> tuple[Term, ...]:
        if self.take("("):
            inner = self.term(1)
            if not self.take(")"):
                raise self.broken("a `(` is not closed")
            group = inner + self.annotation()
            return tuple(attrs.evolve(term, exponent=term.exponent * sign) for term in group)
        simple = self.simple_unit()
        note = self.annotation()
        if simple is None and not note:
            raise self.broken("a unit is missing" if self.at == len(self.code) else self.odd())
        symbol, exponent = simple or ("", 1)
        term = Term(symbol, exponent * sign, note[0].annotation if note else "")
        return (term,) if symbol or note else ()

    def annotation(self) -> tuple[Term, ...]:
        found = self.match(_ANNOTATION)
        return (Term("", 1, found[0]),) if found else ()

    def simple_unit(self) -> tuple[str, int] | None:
        if ten := self.match(_TEN):
            return TEN, self.exponent(ten[1])
        if number := self.match(_NUMBER):
            return self.number(number[0]), 1
        if symbol := self.match(_SYMBOL):
            name = _canonical(symbol[1])
            if name is None:
                raise UnknownUnit(symbol[1], (), f"UCUM has no unit `{symbol[1]}`")
            return name, self.exponent(symbol[2])
        return None

    def number(self, digits: str) -> str:
        if int(digits[:_MOST_DIGITS]) == 0 or len(digits) > _MOST_DIGITS:
            raise self.broken(f"a unit cannot hold the number `{digits[:_MOST_DIGITS]}`")
        return "" if int(digits) == 1 else str(int(digits))

    def exponent(self, digits: str | None) -> int:
        if digits is None:
            return 1
        power = int(digits) if len(digits) < _MOST_DIGITS else 0
        if not 1 <= abs(power) <= _LARGEST_EXPONENT:
            raise self.broken(f"an exponent must lie between 1 and {_LARGEST_EXPONENT}")
        return power

    def take(self, character: str) -> str:
        if not self.code.startswith(character, self.at):
            return ""
        self.at += 1
        return character

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.code, self.at)
        if found:
            self.at = found.end()
        return found

    def odd(self) -> str:
        return f"`{self.code[self.at]}` is not expected there"

    def broken(self, reason: str) -> UnknownUnit:
        return UnknownUnit(self.code, (), reason)


@cache
def _canonical(symbol: str) -> str | None:
    parts = split_symbol(symbol)
    return None if parts is None else parts.prefix + _SAME.get(parts.atom, parts.atom)
