"""What kind of thing a unit measures, as exact exponents over independent axes."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

# Beside UCUM's seven base units these stand as axes of their own. UCUM makes a mole a pure number and an
# equivalent or osmole a mole; a protocol that mixed them without a molar mass, a charge or a dissociation
# would be wrong by that factor. A microscope's field of view is an area of no stated size, not a number.
OWN_AXES = frozenset({"mol", "eq", "osm", "[HPF]", "[LPF]"})

_ORDER = ("g", "mol", "eq", "osm", "m", "s", "rad", "K", "C", "cd")


def _rank(axis: str) -> tuple[int, str]:
    return (_ORDER.index(axis) if axis in _ORDER else len(_ORDER), axis)


def _sorted(exponents: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(((axis, n) for axis, n in exponents if n), key=lambda pair: _rank(pair[0])))


@attrs.frozen
class Dimension:
    """Exponents over `m s g rad K C cd`, over `mol eq osm`, and over one axis per arbitrary unit (`[iU]`).

    `Dimension.of(g=1, m=-3)` is mass per volume. Equal dimensions compare and convert; `str()` names them.
    """

    exponents: tuple[tuple[str, int], ...] = attrs.field(default=(), converter=_sorted)

    @classmethod
    def of(cls, **exponents: int) -> Dimension:
        """The dimension with these exponents, for axes whose codes are identifiers."""
        return cls(tuple(exponents.items()))

    @property
    def dimensionless(self) -> bool:
        """True for pure numbers, ratios and percentages."""
        return not self.exponents

    def exponent(self, axis: str) -> int:
        """The power of one axis, 0 if it does not occur."""
        return dict(self.exponents).get(axis, 0)

    def __mul__(self, other: Dimension) -> Dimension:
        merged = dict(self.exponents)
        for axis, n in other.exponents:
            merged[axis] = merged.get(axis, 0) + n
        return Dimension(tuple(merged.items()))

    def __truediv__(self, other: Dimension) -> Dimension:
        return self * other**-1

    def __pow__(self, power: int) -> Dimension:
        return Dimension(tuple((axis, n * power) for axis, n in self.exponents))

    def __str__(self) -> str:
        return _name(self)


DIMENSIONLESS = Dimension()

_NAMED = {
    "mass": Dimension.of(g=1),
    "amount": Dimension.of(mol=1),
    "equivalents": Dimension.of(eq=1),
    "osmoles": Dimension.of(osm=1),
    "international units": Dimension((("[iU]", 1),)),
    "length": Dimension.of(m=1),
    "area": Dimension.of(m=2),
    "volume": Dimension.of(m=3),
    "time": Dimension.of(s=1),
    "temperature": Dimension.of(K=1),
    "plane angle": Dimension.of(rad=1),
    "pressure": Dimension.of(g=1, m=-1, s=-2),
    "force": Dimension.of(g=1, m=1, s=-2),
    "energy": Dimension.of(g=1, m=2, s=-2),
    "power": Dimension.of(g=1, m=2, s=-3),
    "electric charge": Dimension.of(C=1),
    "electric current": Dimension.of(C=1, s=-1),
    "electric potential": Dimension.of(g=1, m=2, s=-2, C=-1),
    "vascular resistance": Dimension.of(g=1, m=-4, s=-1),
    "absorbed dose, or speed squared": Dimension.of(m=2, s=-2),
    # An indexed filtration rate (mL/min/m2) has the exponents of a speed; both readings are named.
    "flow per body surface, or speed": Dimension.of(m=1, s=-1),
    "catalytic activity per volume": Dimension.of(mol=1, s=-1, m=-3),
}
_PLAIN = (
    "mass",
    "amount",
    "equivalents",
    "osmoles",
    "international units",
    "volume",
    "area",
    "length",
    "time",
    "energy",
)


@cache
def _name(dimension: Dimension) -> str:
    if dimension.dimensionless:
        return "dimensionless"
    for name, known in _NAMED.items():
        if known == dimension:
            return name
    return _ratio(dimension) or "·".join(axis if n == 1 else f"{axis}{n}" for axis, n in dimension.exponents)


def _ratio(dimension: Dimension) -> str | None:
    """`mass per volume`, `volume per time per mass`; None where two divisors are not enough."""
    tops = {"number": DIMENSIONLESS} | {name: _NAMED[name] for name in _PLAIN} | _own_axis(dimension)
    bottoms = {name: _NAMED[name] for name in _PLAIN} | _own_axis(dimension)
    for top, numerator in tops.items():
        for bottom, denominator in bottoms.items():
            if numerator / denominator == dimension:
                return f"{top} per {bottom}"
    for top, numerator in tops.items():
        for bottom, denominator in bottoms.items():
            for last, divisor in bottoms.items():
                if numerator / denominator / divisor == dimension:
                    return f"{top} per {bottom} per {last}"
    return None


def _own_axis(dimension: Dimension) -> dict[str, Dimension]:
    return {axis: Dimension(((axis, 1),)) for axis, _ in dimension.exponents if axis.startswith("[")}
