"""Reading units the way protocols and laboratories write them, and turning them into UCUM.

A spelling is looked up whole first; failing that it is taken apart at `/`, `.` and parentheses and each part
is looked up; what is found in neither table is left for the UCUM reader to judge.
"""

from __future__ import annotations

import re

# Whole spellings whose parts mean something else, or nothing, on their own (K is kelvin, G is gauss).
_WHOLE = {
    **{f"{k}/{v}": "10*3/uL" for k in ("K", "k") for v in ("uL", "ul", "mcL", "mm3", "cumm", "cmm")},
    **{f"{m}/{v}": "10*6/uL" for m in ("M", "mil") for v in ("uL", "ul", "mcL", "mm3", "cumm", "cmm")},
    **{f"{giga}/{litre}": "10*9/L" for giga in ("G", "Gpt") for litre in "Ll"},
    **{f"{tera}/{litre}": "10*12/L" for tera in ("T", "Tpt") for litre in "Ll"},
    **{
        f"{prefix}M": f"{canonical}mol/L"
        for prefix, canonical in (*zip("munp", "munp", strict=True), ("mc", "u"))
    },
    **dict.fromkeys(("% predicted", "% of predicted", "% pred", "%predicted"), "%{predicted}"),
    "bpm": "/min",
    "BPM": "/min",
    "rpm": "/min",
    "per cent": "%",
    "mL/min/m2 x 1.73": "mL/min/{1.73_m2}",
    "mL/min x 1.73 m2": "mL/min/{1.73_m2}",
    "Wood units": "[wood'U]",
    "wood units": "[wood'U]",
    "pack years": "{pack_years}",
    "pack-years": "{pack_years}",
    "pack-year": "{pack_years}",
    "pack year": "{pack_years}",
    "cm H2O": "cm[H2O]",
    "mm H2O": "mm[H2O]",
}

# Parts whose case carries meaning.
_ABBREVIATIONS = {
    "IU": "[iU]",
    "mIU": "m[iU]",
    "uIU": "u[iU]",
    "nIU": "n[iU]",
    "kIU": "k[iU]",
    "MIU": "M[iU]",
    "KIU": "k[iU]",
    "AU": "[arb'U]",
    "BAU": "[BAU]",
    "BU": "[beth'U]",
    "CFU": "[CFU]",
    "PFU": "[PFU]",
    "EU": "[EU]",
    "mcg": "ug",
    "mcL": "uL",
    "mcl": "uL",
    "mcmol": "umol",
    "cc": "mL",
    "gm": "g",
    "gms": "g",
    "kgs": "kg",
    "Kg": "kg",
    "mEq": "meq",
    "uEq": "ueq",
    "Eq": "eq",
    "mOsm": "mosm",
    "Osm": "osm",
    "mmHg": "mm[Hg]",
    "cmHg": "cm[Hg]",
    "cmH2O": "cm[H2O]",
    "mmH2O": "mm[H2O]",
    "cumm": "mm3",
    "cmm": "mm3",
    "sec": "s",
    "secs": "s",
    "msec": "ms",
    "mins": "min",
    "hr": "h",
    "hrs": "h",
    "wks": "wk",
    "degC": "Cel",
    "degF": "[degF]",
    "MET": "[MET]",
    "METs": "[MET]",
    "HPF": "[HPF]",
    "hpf": "[HPF]",
    "LPF": "[LPF]",
    "lpf": "[LPF]",
    "INR": "{INR}",
    "inr": "{INR}",
    "ppm": "[ppm]",
    "ppb": "[ppb]",
    "lb": "[lb_av]",
    "lbs": "[lb_av]",
    "BSA": "{BSA}",
}

# Parts that are words, in any case and in the plural too.
_WORDS = {
    "second": "s",
    "minute": "min",
    "hour": "h",
    "day": "d",
    "week": "wk",
    "percent": "%",
    "celsius": "Cel",
    "fahrenheit": "[degF]",
    "kelvin": "K",
    "gram": "g",
    "kilogram": "kg",
    "milligram": "mg",
    "microgram": "ug",
    "nanogram": "ng",
    "liter": "L",
    "litre": "L",
    "deciliter": "dL",
    "decilitre": "dL",
    "milliliter": "mL",
    "millilitre": "mL",
    "microliter": "uL",
    "microlitre": "uL",
    "meter": "m",
    "metre": "m",
    "centimeter": "cm",
    "centimetre": "cm",
    "millimeter": "mm",
    "millimetre": "mm",
    "inch": "[in_i]",
    "inches": "[in_i]",
    "pound": "[lb_av]",
    "mole": "mol",
    "millimole": "mmol",
    "micromole": "umol",
    "mmhg": "mm[Hg]",
    "unit": "U",
    "cell": "{cells}",
    "copies": "{copies}",
    "copy": "{copies}",
    "beat": "{beats}",
    "breath": "{breaths}",
    "lesion": "{lesions}",
    "event": "{events}",
    "episode": "{episodes}",
    "dose": "{doses}",
    "point": "{points}",
    "score": "{score}",
    "ratio": "{ratio}",
    "index": "{index}",
}

_LETTERS = str.maketrans(
    {"µ": "u", "μ": "u", "×": "x", "·": ".", "⋅": ".", "∙": ".", "∕": "/", "⁄": "/", "−": "-", "–": "-"}
    | dict.fromkeys("°º˚", "deg")
    | dict.fromkeys("\u00a0\u2009\u202f\t\n\r", " ")
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

_REWRITES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?:^| )per (?=\S)", "/"),
        (r"^([a-z]+)(/[A-Za-z]+) (FEU|DDU)$", r"\1{\3}\2"),
        # Ten to a power, however it is written, with or without a times sign before it.
        (r"(?:^|(?<=[\s(]))[xX]? ?10 ?(?:\^|\*\*|\*|[eE]|exp) ?\(?([+-]?[0-9]+)\)?", r"10*\1"),
        (r"^[xX]? ?10\(([0-9]+)\)", r"10*\1"),
        (r"(10\*[0-9]+) ?[Cc]ells?\b", r"\1{cells}"),
        (r"[{(]? ?1[.,]73[ ._]?m(?:\^|\*\*)?2 ?[})]?", "{1.73_m2}"),
        (r"(?<=[A-Za-z\]])(?:\^|\*\*)\(?([+-]?[0-9]+)\)?", r"\1"),
        (r" ?([/.()]) ?", r"\1"),
        # A number of hours or millilitres divides as a whole: `g/24h` is `g/(24.h)`.
        (r"(^|[/.(])([0-9]+) ?(?=[A-Za-z])(?!0?\*)([A-Za-z][A-Za-z0-9]*)", r"\1(\2.\3)"),
    )
)
_PARTS = re.compile(r"(\{[^{}]*\}|\[[^\[\]]*\]|[/.()])")
_EXPONENT = re.compile(r"(.*?[A-Za-z])([+-]?[0-9]+)?")


def in_ucum(text: str) -> str:
    """`text` with every everyday spelling in it replaced by UCUM; the result need not be a valid code."""
    plain = " ".join(_powers(text).translate(_LETTERS).split())
    if plain in _WHOLE:
        return _WHOLE[plain]
    for pattern, replacement in _REWRITES:
        plain = pattern.sub(replacement, plain)
    return _WHOLE.get(plain) or "".join(map(_part, _PARTS.split(plain)))


def _powers(text: str) -> str:
    ten = re.sub(r"10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", r"10*\1", text)
    return ten.translate(_RAISED)


def _part(part: str) -> str:
    whole = _word(part)
    if whole is not None:
        return whole
    raised = _EXPONENT.fullmatch(part)
    if raised and raised[2] and (base := _word(raised[1])):
        return base + raised[2]
    return part


def _word(part: str) -> str | None:
    name = part.strip()
    if name in _ABBREVIATIONS or name.replace(" ", "") in _ABBREVIATIONS:
        return _ABBREVIATIONS.get(name) or _ABBREVIATIONS[name.replace(" ", "")]
    lower = name.lower()
    return _WORDS.get(lower) or _WORDS.get(lower.removesuffix("s"))
