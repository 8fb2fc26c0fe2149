"""Units of measurement with exact arithmetic, for compile time alone.

`parse_unit` reads what protocols and laboratories write, `conversion` relates two units exactly, `Unit` and
`Dimension` multiply and divide for the type checker, `spellings_for` lists what a record may be written in.
The tables are UCUM's, read from the installed `ucumvert` package when first needed.
"""

from protocol_dsl.vocabulary.quantities.convert import (
    Conversion,
    Incommensurable,
    commensurable,
    conversion,
    convert,
)
from protocol_dsl.vocabulary.quantities.dimension import DIMENSIONLESS, Dimension
from protocol_dsl.vocabulary.quantities.errors import CalendarUnit, SpecialUnit, UnitError, UnknownUnit
from protocol_dsl.vocabulary.quantities.molar import usual_molar_mass
from protocol_dsl.vocabulary.quantities.parse import parse_unit
from protocol_dsl.vocabulary.quantities.quantity import Quantity, nearest_double
from protocol_dsl.vocabulary.quantities.spellings import everyday, spellings_for
from protocol_dsl.vocabulary.quantities.ucum import parse_ucum
from protocol_dsl.vocabulary.quantities.unit import ONE, Term, Unit

__all__ = [
    "DIMENSIONLESS",
    "ONE",
    "CalendarUnit",
    "Conversion",
    "Dimension",
    "Incommensurable",
    "Quantity",
    "SpecialUnit",
    "Term",
    "Unit",
    "UnitError",
    "UnknownUnit",
    "commensurable",
    "conversion",
    "convert",
    "everyday",
    "nearest_double",
    "parse_ucum",
    "parse_unit",
    "spellings_for",
    "usual_molar_mass",
]
