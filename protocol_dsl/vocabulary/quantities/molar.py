"""Molar masses of what laboratories report in mass and in amount of substance: for advice, never for a verdict."""

from __future__ import annotations

_MASSES = {
    "albumin": "66500",
    "bilirubin": "584.66",
    "calcium": "40.078",
    "cholesterol": "386.65",
    "cortisol": "362.46",
    "creatinine": "113.12",
    "glucose": "180.156",
    "hemoglobin": "16114",  # of its monomer: "mmol/L" of hemoglobin is of Hb(Fe)
    "haemoglobin": "16114",
    "hdl": "386.65",
    "iron": "55.845",
    "ldl": "386.65",
    "magnesium": "24.305",
    "phosphate": "30.974",  # as phosphorus, which is what mg/dL counts
    "testosterone": "288.42",
    "triglycerides": "885.4",
    "urate": "168.11",
    "uric_acid": "168.11",
    "urea": "60.056",
}
"""In g/mol, by the name of the substance; sources: the atomic masses of IUPAC, IFCC for hemoglobin's monomer."""


def usual_molar_mass(name: str) -> str | None:
    """The molar mass that a fact of this name usually needs, in g/mol; None where its name does not tell."""
    words = name.lower()
    if "a1c" in words or "glycated" in words:
        return None
    parts = words.split("_")
    return next(
        (mass for substance, mass in _MASSES.items() if substance == words or substance in parts), None
    )
