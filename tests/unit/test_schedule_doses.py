"""Doses worked out for a patient."""

from __future__ import annotations

from fractions import Fraction

import pytest
from schedule_sample import MONDAY, compiled, lab, on, records

from protocol_dsl.ir.evaluate.doses import dose_text
from protocol_dsl.runtime.schedule.course import Course, Unconditional, body_of
from protocol_dsl.runtime.schedule.doses import du_bois, figure, mosteller
from protocol_dsl.runtime.schedule.engine import actions_on
from protocol_dsl.runtime.schedule.plan import calendar_of
from protocol_dsl.runtime.schedule.program import Line

BODY = {"weight": Fraction(70), "height": Fraction(175), "gfr": Fraction(90)}


def planned(give: str, body: dict[str, Fraction] | None = None) -> tuple[str, str]:
    """Dose and note of the first slot of `give drug GIVE once`."""
    program = compiled(f'arm a "A" experimental {{ give drug {give} once }}')
    slot = calendar_of(program, "a", {"day_1": MONDAY.toordinal()}, None, body or {}).slots[0]
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
        ("20 mg per day in 2 doses", "20 mg", ""),
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


NAMED = """
fact bsa : measure in m2 "Body surface" { valid 7 days }
fact dry_weight : measure in g "Dry weight" { valid 7 days }
fact stature : measure in m "Stature"
fact measured_clearance : lab in mL/s "Measured clearance" { valid 7 days }
"""
RECORDS = {
    "bsa": lab((1, 1.9)), "weight": lab((1, 70.0)), "dry_weight": lab((1, 50000.0)), "height": lab((1, 175.0)),
    "stature": lab((1, 1.80)), "gfr": lab((1, 90.0)), "measured_clearance": lab((1, 2.0)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("give", "dose", "note"),
    [
        ("100 mg/m2 using bsa", "190 mg", "100 mg/m2 x 1.9 m2 (bsa)"),
        # 50 kg and 175 cm: 8750 / 3600 = 2.430555…, its root 1.559023….
        ("100 mg/m2 using dry_weight", "155.9 mg", "100 mg/m2 x 1.559 m2 (Mosteller)"),
        # 70 kg and 180 cm: 12600 / 3600 = 3.5, its root 1.870828….
        ("100 mg/m2 using stature", "187.1 mg", "100 mg/m2 x 1.871 m2 (Mosteller)"),
        ("5 mg/kg using dry_weight", "250 mg", "5 mg/kg x 50 kg"),
        # 2 mL/s are 120 mL/min.
        ("AUC 5 using measured_clearance", "725 mg", "AUC 5 x (120 + 25) mL/min (Calvert)"),
    ],
)
def test_a_dose_is_worked_out_from_what_it_names(give: str, dose: str, note: str) -> None:
    program = compiled(f'{NAMED} arm a "A" experimental {{ give drug {give} once }}')
    course = Course((), records(**RECORDS), {"day_1": on(1)})
    (action,) = (
        one for one in actions_on(program, "a", course, Unconditional(), on(1)) if one.kind == "give"
    )
    assert (action.dose, action.dose_note) == (dose, note)
    line = program.arm("a").elements[0].parts[0]
    assert isinstance(line, Line)
    assert line.steps[0].dose.amount is not None
    body = body_of(line.steps[0].dose.amount, records(**RECORDS), on(1), {})
    assert dose_text(line.steps[0].dose, -1, 0, Fraction(1), body) == dose


def test_the_named_fact_is_asked_for_and_no_other_takes_its_place() -> None:
    program = compiled(f'{NAMED} arm a "A" experimental {{ give drug 100 mg/m2 using bsa once }}')
    others = {name: values for name, values in RECORDS.items() if name != "bsa"}
    course = Course((), records(**others), {"day_1": on(1)})
    (action,) = actions_on(program, "a", course, Unconditional(), on(1))
    assert (action.kind, action.ask) == ("ask", ("bsa",))


def test_a_dose_says_what_it_lacks() -> None:
    assert planned("5 mg/kg") == ("5 mg/kg", "to be worked out from weight in kg")
    assert planned("75 mg/m2", {"weight": Fraction(70)})[1] == "to be worked out from height in cm"
    assert planned("AUC 5")[1] == "to be worked out from filtration rate in mL/min"


def test_numbers_are_printed_exactly_where_a_few_decimals_write_them() -> None:
    printed = [
        figure(Fraction(text)) for text in ("1/3", "1234.567", "0.125", "100", "100000000", "0.00001234567")
    ]
    assert printed == ["0.3333", "1234.567", "0.125", "100", "1 x 10^8", "0.00001235"]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("20 mg per day in 2 doses for 2 days", [(1, "10 mg"), (1, "10 mg"), (2, "10 mg"), (2, "10 mg")]),
        ("20 mg per day in 2 doses daily for 1 days", [(1, "10 mg"), (1, "10 mg")]),
        ("20 mg per day in 2 doses twice daily for 1 days", [(1, "10 mg"), (1, "10 mg")]),
        ("30 mg per day twice daily for 1 days", [(1, "15 mg"), (1, "15 mg")]),
        ("20 mg per day in 2 doses on days 1, 8", [(1, "20 mg"), (8, "20 mg")]),
    ],
)
def test_the_doses_of_a_day_come_to_what_the_day_is_to_have(text: str, slots: list[tuple[int, str]]) -> None:
    program = compiled(f'arm a "A" experimental {{ give drug {text} }}')
    made = calendar_of(program, "a", {"day_1": MONDAY.toordinal()}).slots
    assert [(slot.study_day, slot.dose) for slot in made] == slots
