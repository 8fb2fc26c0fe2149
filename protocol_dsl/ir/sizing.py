"""What a dose per kg, per m² or by area under the curve is worked out from, and which facts can hold it."""

from __future__ import annotations

from fractions import Fraction

from protocol_dsl.ir.facts import Fact
from protocol_dsl.runtime.schedule.program import ROLE_UNITS, Role
from protocol_dsl.vocabulary.quantities import UnitError, conversion, parse_unit

FORMULAS = ("mosteller", "du_bois")
"""Formulas of body surface that a dose can name in place of a fact."""

SIZED_BY: dict[str, tuple[Role, ...]] = {
    "kg": ("weight",),
    "m2": ("surface", "weight", "height"),
    "AUC": ("gfr",),
}
"""What the fact that a dose names may be, by the basis of the dose. One in m² is the body surface itself; a weight or
a height enters the formula."""


def role_of(fact: Fact, basis: str | None) -> Role | None:
    """What a fact is to a dose of that basis; None where it measures nothing that such a dose is worked out from."""
    return next((role for role in SIZED_BY.get(basis or "", ()) if scale_of(fact, role) is not None), None)


def scale_of(fact: Fact, role: Role) -> Fraction | None:
    """What makes a value of the fact one in the unit of a role; None where its unit measures something else."""
    try:
        found = conversion(parse_unit(fact.unit_text or fact.unit), parse_unit(ROLE_UNITS[role]))
    except UnitError:
        return None
    return None if found.offset else found.scale
