"""A number with its unit, exact until the moment it becomes a double."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from protocol_dsl.vocabulary.quantities.convert import convert
from protocol_dsl.vocabulary.quantities.errors import UnitError

if TYPE_CHECKING:
    from fractions import Fraction

    from protocol_dsl.vocabulary.quantities.unit import Unit


@attrs.frozen
class Quantity:
    """An exact value in a unit: `Quantity(Fraction(20), parse_unit("mg/dL"))`."""

    value: Fraction
    unit: Unit

    def to(self, unit: Unit, molar_mass: Fraction | None = None) -> Quantity:
        """The same quantity in another unit; `molar_mass` in g/mol. Raises `Incommensurable`."""
        return Quantity(convert(self.value, self.unit, unit, molar_mass), unit)

    def __str__(self) -> str:
        return f"{self.value} {self.unit}"


def nearest_double(value: Fraction) -> float:
    """The double nearest to `value` (ties to even). Raises `UnitError` if it is too large for one."""
    try:
        return value.numerator / value.denominator
    except OverflowError as error:
        raise UnitError("the number is too large for any engine to compare with") from error
