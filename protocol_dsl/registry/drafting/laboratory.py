"""Drafts of thresholds: a laboratory value, the body mass index, or a performance status, against one limit."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import frozen

from protocol_dsl.registry.drafting.draft import Draft, verb_of
from protocol_dsl.registry.drafting.wording import NUMBER, SIGN, ULN, UNIT, number, sign, unit


@frozen
class _Lab:
    """A fact of a library, what sentences call it, and the units its thresholds are written in (none: ULN alone).

    `sound` tells which side of a limit patients are sought on: a limit the other way round is a sentence that was put
    under the wrong heading, or one about something else."""

    fact: str
    words: str
    units: tuple[str, ...]
    sound: str
    library: str = "laboratory"


_COUNTS = ("/uL", "10^9/L", "10^3/uL")
_ALT = (
    r"(?:ALT|SGPT|ALAT|alanine (?:amino)?transaminase|alanine aminotransferase)(?: ?\((?:ALT|SGPT|ALAT)\))?"
)
_AST = r"(?:AST|SGOT|ASAT|aspartate (?:amino)?transaminase|aspartate aminotransferase)(?: ?\((?:AST|SGOT|ASAT)\))?"
_ECOG = r"(?:ECOG|Eastern Cooperative Oncology Group)(?: \(ECOG\))?(?: performance status| PS)?(?: score)?(?: \(PS\))?"
_KARNOFSKY = r"(?:Karnofsky|KPS)(?: performance (?:status|score))?(?: score)?(?: \(KPS\))?"
_ALT_LAB = _Lab("alt", _ALT, (), "<")
_LABS = (
    _Lab("neutrophils", r"(?:absolute )?neutrophils?(?: counts?)?(?: \(ANC\))?|ANC(?: \(absolute neutrophil count\))?",
         _COUNTS, ">"),
    _Lab("platelets", r"(?:blood )?(?:platelets?|thrombocytes?)(?: counts?)?(?: \((?:PLT|plt)\))?|PLT", _COUNTS, ">"),
    _Lab("leukocytes", r"(?:WBCs?|white blood cells?|leukocytes?)(?: counts?)?(?: \(WBC\))?", _COUNTS, ">"),
    _Lab("hemoglobin", r"ha?emoglobin(?: levels?)?(?: \((?:Hb|Hgb)\))?|Hgb|Hb", ("g/dL", "g/L"), ">"),
    _Lab("albumin", r"(?:serum )?albumin(?: levels?)?", ("g/dL", "g/L"), ">"),
    _Lab("creatinine", r"(?:serum )?creatinine(?: levels?)?(?: \(s?Cr\))?", ("mg/dL", "umol/L"), "<"),
    _Lab("bilirubin", r"(?:total |serum |total serum |serum total )?bilirubin(?: levels?)?(?: \((?:total|TBIL)\))?",
         ("mg/dL", "umol/L"), "<"),
    _ALT_LAB,
    _Lab("ast", _AST, (), "<"),
    _Lab("alkaline_phosphatase", r"alkaline phosphatase(?: \(ALP\))?", (), "<"),
    _Lab("inr", r"INR|international normali[sz]ed ratio(?: \(INR\))?", ("",), "<"),
    _Lab("hba1c", r"(?:HbA1c|hemoglobin A1c)(?: levels?)?(?: \(HbA1c\))?", ("%",), ""),
    _Lab("body.bmi", r"(?:body mass index|BMI)(?: ?\(BMI\))?", ("kg/m2",), "", "body"),
    _Lab("ecog", _ECOG, ("",), "<", "oncology"),
    _Lab("karnofsky", _KARNOFSKY, ("%", ""), ">", "oncology"),
)  # fmt: skip
_OF_ULN = frozenset({"creatinine", "bilirubin", "alt", "ast", "alkaline_phosphatase", "inr"})
"""What is measured against the upper limit of normal; of anything else a multiple of it is a slip."""
_LEAD = (
    r"(?:(?:patients?|subjects?|participants?)?(?: ?(?:must have|should have|with|has|have))? ?(?:an? |the )?)?"
    r"(?:performance status ?[:-] ?)?"
)
_LIMIT = (
    r"(?: ?[:,-])? ?(?:(?:of|is|are|was|must be|should be) )?"
    rf"(?P<sign>{SIGN}) ?(?P<number>{NUMBER}) ?(?:(?P<uln>{ULN})|(?P<unit>{UNIT}))?"
)
_BOTH: Mapping[str, str] = {
    "and": rf"(?:{_ALT}) (?:and|&) (?:{_AST})|(?:{_AST}) (?:and|&) (?:{_ALT})",
    "or": rf"(?:{_ALT}) or (?:{_AST})|(?:{_AST}) or (?:{_ALT})",
}
_GRADES = re.compile(
    rf"{_LEAD}(?:{_ECOG})(?: ?[:,=-])? ?(?:(?:of|is) )?(?:grade )?0(?: ?(?:-|–|to|or|/) ?(?P<to>[1-4])"
    r"|, ?1,? ?(?P<two>or|and|,) ?2)",
    re.IGNORECASE,
)
_TENS = re.compile(
    rf"{_LEAD}(?:{_KARNOFSKY})(?: ?[:,-])? ?(?:of )?(?P<low>[1-9]0) ?%? ?(?:-|–|to) ?100 ?%?", re.IGNORECASE
)
_MOST_ULN = 20


def threshold(text: str, section: str) -> Draft | None:
    """`Platelets ≥ 100,000/mm3`, `ALT and AST ≤ 2.5 x ULN`, `ECOG 0-1`; None for anything else."""
    for lab in _LABS:
        if (found := _match(lab.words, text)) is not None:
            limit = _limit(lab, found, section)
            return Draft(f"{lab.fact} {limit}", (lab.library,)) if limit else None
    return _transaminases(text, section) or (_performance(text) if section == "inclusion" else None)


def _match(words: str, text: str) -> re.Match[str] | None:
    return re.fullmatch(rf"{_LEAD}(?:{words}){_LIMIT}", text, re.IGNORECASE)


def _limit(lab: _Lab, found: re.Match[str], section: str) -> str | None:
    """`>= 100 10^9/L`; None where the unit is missing or not one of the fact, or the limit lies on the other side."""
    how, value = sign(found["sign"]), number(found["number"])
    sought = how[0] if verb_of(section) == "require" else "<" if how[0] == ">" else ">"
    if lab.sound and sought != lab.sound:
        return None
    if found["uln"]:
        plain = lab.fact in _OF_ULN and float(value) <= _MOST_ULN
        return f"{how} {value} ULN" if plain else None
    written = unit(found["unit"]) if found["unit"] else ""
    if written not in lab.units:
        return None
    if lab.fact == "karnofsky":
        written = "%"
    return f"{how} {value} {written}".rstrip()


def _transaminases(text: str, section: str) -> Draft | None:
    """Both at once: "and" where both are wanted, "or" where either excludes; the other way round is not plain."""
    word = "and" if section == "inclusion" else "or"
    found = _match(_BOTH[word], text)
    limit = found and _limit(_ALT_LAB, found, section)
    return Draft(f"alt {limit} {word} ast {limit}", ("laboratory",)) if limit else None


def _performance(text: str) -> Draft | None:
    if (found := _GRADES.fullmatch(text)) is not None:
        return Draft(f"ecog <= {found['to'] or '2'}", ("oncology",))
    if (found := _TENS.fullmatch(text)) is not None:
        return Draft(f"karnofsky >= {found['low']} %", ("oncology",))
    return None
