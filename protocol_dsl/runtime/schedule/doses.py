"""Doses worked out exactly: body size, area under the curve, caps, shares of a day or of a total, levels, reductions.

Amounts are fractions; a square root or a power is a decimal of 28 digits, and only printing rounds.
Sources: Mosteller, N Engl J Med 1987; 317: 1098. Du Bois and Du Bois, Arch Intern Med 1916; 17: 863. Calvert,
J Clin Oncol 1989; 7: 1748.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import NamedTuple

from protocol_dsl.runtime.schedule.program import ROLE_UNITS, Amount, Dose, Input

Body = Mapping[str, Fraction]
"""Values of the patient by role, in the units of `ROLE_UNITS`."""

_EXACT = Context(prec=28, rounding=ROUND_HALF_EVEN)
_SHOWN_DIGITS = 4


class Given(NamedTuple):
    """A dose to give: `low` to `high` in `unit`, its words, and how it was worked out. `missing` names what a dose
    that cannot be worked out lacks."""

    low: Fraction | None = None
    high: Fraction | None = None
    unit: str = ""
    text: str = ""
    how: str = ""
    missing: tuple[str, ...] = ()


def mosteller(weight: Fraction, height: Fraction) -> Fraction:
    """Body surface in m² of kg and cm: the square root of their product over 3600."""
    return Fraction(_EXACT.sqrt(_decimal(weight * height / 3600)))


def du_bois(weight: Fraction, height: Fraction) -> Fraction:
    """Body surface in m² of kg and cm: 0.007184 times kg to the 0.425 times cm to the 0.725."""
    powers = _EXACT.multiply(
        _EXACT.power(_decimal(weight), Decimal("0.425")), _EXACT.power(_decimal(height), Decimal("0.725"))
    )
    return Fraction(_EXACT.multiply(Decimal("0.007184"), powers))


def calvert(target: Fraction, gfr: Fraction) -> Fraction:
    """Carboplatin in mg for a target area under the curve (mg/mL·min) and a filtration rate (mL/min)."""
    return target * (gfr + 25)


SURFACES: Mapping[str, Callable[[Fraction, Fraction], Fraction]] = {
    "mosteller": mosteller,
    "du_bois": du_bois,
}


def dose_of(
    dose: Dose, amount: Amount | None, body: Body, factor: Fraction = Fraction(1), lower: int = 0
) -> Given:
    """The dose of one administration: `amount` (the dose's own, or its band's) for a patient, times `factor` after a
    reduction, `lower` steps down its levels. Beyond the last level the last holds."""
    if dose.levels and lower:
        amount = dose.levels[min(lower, len(dose.levels) - 1)]
    elif amount is None and dose.levels:
        amount = dose.levels[0]
    if amount is None:
        return Given(text=_unsized(dose))
    missing = tuple(_lack(one) for one in amount.inputs if one.role not in body)
    if missing:
        return Given(unit=amount.unit, text=dose.text, missing=missing)
    size, how, unit = _size(amount, body)
    low, high = (value * size[0] + size[1] for value in (amount.low, amount.high))
    low, high = (value * factor / dose.shared_by for value in (low, high))
    if dose.cap is not None and dose.cap.unit == unit and high > dose.cap.high:
        low, high = min(low, dose.cap.high), dose.cap.high
        how = "; ".join(filter(None, (how, f"at most {quantity(dose.cap.high, unit)}")))
    if factor != 1:
        how = "; ".join(filter(None, (how, f"{figure(factor * 100)} % of the starting dose")))
    return Given(low, high, unit, amount_text(low, high, unit), how)


def _size(amount: Amount, body: Body) -> tuple[tuple[Fraction, Fraction], str, str]:
    """What the written amount is multiplied by and what is added, how, and the unit that comes out."""
    rate = (
        quantity(amount.low, amount.unit)
        if amount.low == amount.high
        else amount_text(amount.low, amount.high, amount.unit)
    )
    if amount.basis == "kg":
        weight = body["weight"]
        return (weight, Fraction(0)), f"{rate}/kg x {quantity(weight, 'kg')}", amount.unit
    if amount.basis == "m2":
        surface, name = _surface(amount, body)
        return (surface, Fraction(0)), f"{rate}/m2 x {quantity(surface, 'm2')} ({name})", amount.unit
    if amount.basis == "AUC":
        gfr = body["gfr"]
        slope = gfr + 25
        return (slope, Fraction(0)), f"AUC {figure(amount.low)} x ({figure(gfr)} + 25) mL/min (Calvert)", "mg"
    if amount.basis == "total":
        return (Fraction(1), Fraction(0)), "", "% of the total"
    return (Fraction(1), Fraction(0)), "", amount.unit


def _surface(amount: Amount, body: Body) -> tuple[Fraction, str]:
    """The body surface in m², and where it comes from: the fact that the dose names, else a formula."""
    named = next((one.fact for one in amount.inputs if one.role == "surface"), None)
    if named is not None:
        return body["surface"], named.replace("_", " ")
    formula = amount.surface or "mosteller"
    name = {"mosteller": "Mosteller", "du_bois": "Du Bois"}[formula]
    return SURFACES[formula](body["weight"], body["height"]), name


def _unsized(dose: Dose) -> str:
    return dose.text if dose.cap is None or dose.text else f"up to {quantity(dose.cap.high, dose.cap.unit)}"


def _lack(one: Input) -> str:
    if not one.fact:
        return f"{one.role} ({ROLE_UNITS[one.role]}), for which the protocol declares no fact"
    return one.fact


def amount_text(low: Fraction, high: Fraction, unit: str) -> str:
    """`10 g`, `200 to 400 mL`."""
    return quantity(low, unit) if low == high else f"{figure(low)} to {quantity(high, unit)}"


def quantity(value: Fraction, unit: str) -> str:
    """A number with its unit."""
    return f"{figure(value)} {unit}".rstrip()


def figure(value: Fraction) -> str:
    """Exactly where a few decimals write it, else to four significant digits; powers of ten from ten million on."""
    power = 0
    if abs(value) >= 10_000_000:
        power = len(str(int(abs(value)))) - 1
        value = value / 10**power
    text = _short(value)
    return f"{text} x 10^{power}" if power else text


def _short(value: Fraction) -> str:
    scaled = value * 1000
    shown = _decimal(value) if scaled.denominator == 1 else Context(prec=_SHOWN_DIGITS).plus(_decimal(value))
    text = f"{shown:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(value: Fraction) -> Decimal:
    return _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
