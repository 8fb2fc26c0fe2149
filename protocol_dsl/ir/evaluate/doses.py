"""The reference of doses: how much is given, by the formulas themselves."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from fractions import Fraction

from protocol_dsl.runtime.schedule.program import Amount, Dose

Body = Mapping[str, Fraction]
"""kg of weight, cm of height, m² of surface, mL/min of filtration, as far as known."""


def dose_text(dose: Dose, band: int, lower: int, factor: Fraction, body: Body) -> str | None:
    """A dose in words: that of a band (-1: there is none), some levels lower, times a factor; None when the body's
    values do not suffice."""
    amount = dose.bands[band].amount if band >= 0 else dose.amount
    if dose.levels and (lower or amount is None):
        amount = dose.levels[lower] if lower < len(dose.levels) else dose.levels[-1]
    elif lower:
        return f"one level below {dose.text}; the protocol states no levels"
    if amount is None:
        return dose.text
    size = _size(amount, body)
    if size is None:
        return None
    given = [size * end * factor / dose.shared_by for end in (amount.low, amount.high)]
    if dose.cap is not None:
        given = [min(one, dose.cap.high) for one in given]
    low, high = (_written(one) for one in given)
    unit = "mg" if amount.basis == "AUC" else amount.unit
    return f"{low} {unit}" if given[0] == given[1] else f"{low} to {high} {unit}"


def _size(amount: Amount, body: Body) -> Fraction | None:
    """What the written amount is multiplied by: 1, kg, m² (recorded; Mosteller; Du Bois), or the filtration rate
    plus 25."""
    if amount.basis == "kg":
        return body.get("weight")
    if amount.basis == "AUC":
        return body["gfr"] + 25 if "gfr" in body else None
    if amount.basis != "m2":
        return Fraction(1)
    if "surface" in {one.role for one in amount.inputs}:
        return body.get("surface")
    if not {"weight", "height"} <= set(body):
        return None
    with localcontext() as context:
        context.prec = 40
        weight, height = (_decimal(body[name]) for name in ("weight", "height"))
        if amount.surface == "du_bois":
            return Fraction(Decimal("0.007184") * weight ** Decimal("0.425") * height ** Decimal("0.725"))
        return Fraction((weight * height / 3600).sqrt())


def _written(value: Fraction) -> str:
    """To a thousandth where that is exact, else to four digits."""
    with localcontext() as context:
        context.prec = 40 if 1000 % value.denominator == 0 else 4
        text = f"{_decimal(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
