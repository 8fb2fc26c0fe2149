"""Doses worked out for a patient."""

from __future__ import annotations

from fractions import Fraction

import pytest
from schedule_sample import MONDAY, compiled

from protocol_dsl.runtime.schedule.doses import du_bois, mosteller, number
from protocol_dsl.runtime.schedule.plan import plan

BODY = {"weight": Fraction(70), "height": Fraction(175), "gfr": Fraction(90)}


def planned(give: str, body: dict[str, Fraction] | None = None) -> tuple[str, str]:
    """Dose and note of the first slot of `give drug GIVE once`."""
    program = compiled(f'arm a "A" experimental {{ give drug {give} once }}')
    slot = plan(program, "a", {"day_1": MONDAY.toordinal()}, None, body or {}).slots[0]
    return slot.dose, slot.dose_note


@pytest.mark.parametrize(
    ("give", "dose", "note"),
    [
        ("10 g", "10 g", ""),
        ("200 to 400 mL", "200 to 400 mL", ""),
        ("1 x 10^8 cells", "1 x 10^8 cells", ""),
        ("5 mg/kg", "350 mg", "5 mg/kg x 70 kg"),
        ("0.1 mg/kg", "7 mg", "0.1 mg/kg x 70 kg"),
        ("5 mg/kg, up to 300 mg", "300 mg", "5 mg/kg x 70 kg; at most 300 mg"),
        ("5 mg/kg, up to 0.3 g", "300 mg", "5 mg/kg x 70 kg; at most 300 mg"),
        ("AUC 5", "575 mg", "AUC 5 x (90 + 25) mL/min (Calvert)"),
        ("20 mg per day in 2 doses", "10 mg", ""),
    ],
)
def test_dose(give: str, dose: str, note: str) -> None:
    assert planned(give, BODY) == (dose, note)


def test_body_surface() -> None:
    # 70 kg and 175 cm: 12250 / 3600 = 3.40277…, its root 1.844662…; Du Bois gives 1.848129…
    assert float(mosteller(Fraction(70), Fraction(175))) == pytest.approx((70 * 175 / 3600) ** 0.5, rel=1e-15)
    assert float(du_bois(Fraction(70), Fraction(175))) == pytest.approx(
        0.007184 * 70**0.425 * 175**0.725, rel=1e-14
    )
    assert planned("75 mg/m2", BODY) == ("138.3 mg", "75 mg/m2 x 1.845 m2 (Mosteller)")
    assert planned("75 mg/m2 using du_bois", BODY)[1].endswith("(Du Bois)")


def test_a_dose_says_what_it_lacks() -> None:
    assert planned("5 mg/kg") == ("5 mg/kg", "cannot be worked out: no weight is known")
    assert planned("75 mg/m2", {"weight": Fraction(70)})[1] == "cannot be worked out: no height is known"
    assert planned("AUC 5")[1] == "cannot be worked out: no gfr is known"


def test_numbers_are_printed_exactly_where_a_few_decimals_write_them() -> None:
    printed = [
        number(Fraction(text)) for text in ("1/3", "1234.567", "0.125", "100", "100000000", "0.00001234567")
    ]
    assert printed == ["0.3333", "1234.567", "0.125", "100", "1 x 10^8", "0.00001235"]
