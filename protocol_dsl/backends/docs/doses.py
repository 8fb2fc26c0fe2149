"""Doses and amounts in words."""

from __future__ import annotations

from protocol_dsl.backends.docs.words import count, number_range
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.schedule import Amount, Dose

_PER = {"kg": " per kg of body weight", "m2": " per m² of body surface", "AUC": "", "total": " of the total"}


def dose_words(dose: Dose, prose: Prose) -> str:
    """A dose as its author wrote it, its bands and levels spelled out; empty when none is stated."""
    if dose.bands:
        return "; ".join(f"{_amount(band.amount)} if {prose.formula(band.when)}" for band in dose.bands)
    ladder = ""
    if dose.levels:
        stop = ", else stop" if dose.else_stop else ""
        ladder = f" (levels {', '.join(_amount(level) for level in dose.levels)}{stop})"
    return (dose.text.strip() or _composed(dose)) + ladder


def _composed(dose: Dose) -> str:
    if dose.amount is None:
        return "" if dose.cap is None else f"up to {_amount(dose.cap)}"
    words = _amount(dose.amount)
    if dose.per_day:
        words += f" per day in {count(dose.doses_per_day, 'dose')}"
    return words if dose.cap is None else f"{words}, at most {_amount(dose.cap)}"


def _amount(amount: Amount) -> str:
    basis = amount.basis or ""
    per = "" if basis and amount.unit.endswith(f"/{basis}") else _PER.get(basis, "")
    using = f" using {amount.using.replace('_', ' ')}" if amount.using else ""
    lead = "AUC " if basis == "AUC" else ""
    return f"{lead}{number_range(amount.low, amount.high, '' if lead else amount.unit)}{per}{using}"
