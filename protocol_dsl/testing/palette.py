"""The facts of generated protocols: one or two of every kind, some of them closed, drawn anew each time."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from protocol_dsl.ir.facts import Attribute, Fact, Plausible
from protocol_dsl.ir.protocol import AnchorDeclaration, Question

ANCHORS = (AnchorDeclaration("randomization", "Randomization"), AnchorDeclaration("consent", "Consent"))
QUESTIONS = (
    Question("Q1.1", "Is participation in the patient's interest?", "investigator"),
    Question("Q1.2", "Is there informed consent?", "participant"),
)
DOSE_CHOICES = ("palliative", "curative", "unclear")


def random_facts(rng: Random) -> tuple[Fact, ...]:
    """Facts of every kind, the built-in ones included."""
    return (
        Fact("age", "number", "Age", unit="a", builtin=True),
        Fact("birth_date", "date", "Date of birth", builtin=True),
        Fact("sex", "choice", "Sex", choices=("female", "male"), builtin=True),
        Fact("pregnant", "yes_no", "Pregnant", closed=rng.random() < 0.5),
        Fact("smoker", "yes_no", "Smoker"),
        Fact("weight", "number", "Weight", unit="kg", plausible=_range(20, 250, Fraction(1, 10))),
        Fact("nyha", "choice", "NYHA class", choices=("I", "II", "III", "IV"), ordered=True),
        Fact("mutations", "set", "Mutations", choices=("kras", "egfr", "braf")),
        Fact("diagnosis", "date", "Date of diagnosis"),
        Fact("bilirubin", "lab", "Bilirubin", unit="umol/L", plausible=_range(0, 1500, Fraction(1, 10))),
        Fact("inr", "lab", "INR", plausible=_range(Fraction(1, 2), 20, Fraction(1, 100))),
        Fact("qtcf", "measure", "QTcF", unit="ms", plausible=_range(200, 800, Fraction(1))),
        Fact("hbsag", "finding", "HBsAg", choices=("positive", "negative")),
        Fact("surgery", "event", "Surgery", closed=rng.random() < 0.3, attributes=_attributes()),
        Fact("infection", "event", "Infection", closed=rng.random() < 0.3),
    )


def _range(low: int | Fraction, high: int, step: Fraction) -> Plausible:
    return Plausible(Fraction(low), Fraction(high), step)


def _attributes() -> tuple[Attribute, ...]:
    return (
        Attribute("dose", "number", unit="mg"),
        Attribute("intent", "choice", choices=DOSE_CHOICES),
        Attribute("planned", "yes_no"),
    )
