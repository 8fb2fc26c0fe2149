"""Drafts of who is sought: age and sex where the record's own fields say the same, pregnancy and breastfeeding."""

from __future__ import annotations

import re
from collections.abc import Mapping

from protocol_dsl.registry.drafting.draft import Draft, verb_of

_UNIT = r"(?:days?|weeks?|months?|years?|yrs?)"
_OLD = r"(?:[ -](?:of age|old))?"
_LOW, _HIGH = r"(?P<low>\d{1,3})", r"(?P<high>\d{1,3})"
_LOW_UNIT, _HIGH_UNIT = rf"(?P<low_unit>{_UNIT})", rf"(?P<high_unit>{_UNIT})"
_WHO = (
    r"(?:(?:adult |eligible )?(?:patients?|subjects?|participants?|adults?|individuals?|persons?|people"
    r"|(?:males?|men) (?:and|or|/) ?(?:females?|women)(?: patients?| subjects?| participants?| adults?)?),? ?)?"
    r"(?:(?:must be|are|is) )?(?:(?:ages?|aged)(?: (?:of|is|range))? ?[:,-]? ?)?\(?"
)
_END = r"\)?(?: of age)?(?: at (?:the time of )?(?:screening|enrollment|study entry|registration|consent))?"
_WITHIN = (
    rf"(?:between |from )?(?:the ages? of )?{_LOW} ?(?:{_LOW_UNIT}{_OLD})? ?(?:-|–|~|to|and) ?{_HIGH}[ -]?{_HIGH_UNIT}"
    rf"{_OLD}(?:,? inclusive(?:ly)?| \(inclusive\))?",
)
_WANTED = (
    *_WITHIN,
    rf"(?:≥|>\s?=|=\s?>|at least|greater than or equal to) ?{_LOW} ?(?:{_LOW_UNIT}{_OLD})?",
    rf"{_LOW} ?(?:{_LOW_UNIT}{_OLD})? ?(?:and|or) (?:over|older|above|greater)",
    rf"(?:≤|<\s?=|=\s?<|up to|at most|less than or equal to) ?{_HIGH} ?(?:{_HIGH_UNIT}{_OLD})?",
    rf"{_HIGH} ?(?:{_HIGH_UNIT}{_OLD})? ?(?:and|or) (?:under|younger|below)",
    rf"(?:≥|>\s?=|at least) ?{_LOW} ?(?:{_LOW_UNIT}{_OLD})? ?(?:and|to|,) ?(?:≤|<\s?=|at most) ?{_HIGH} ?{_HIGH_UNIT}"
    rf"{_OLD}",
)  # fmt: skip
_UNWANTED = (
    rf"(?:<|under|below|less than|younger than) ?(?:the age of )?{_LOW} ?(?:{_LOW_UNIT}{_OLD})?",
    rf"(?:>|over|above|greater than|older than) ?(?:the age of )?{_HIGH} ?(?:{_HIGH_UNIT}{_OLD})?",
)
_CARRYING = r"(?:pregnant|pregnancy)"
_NURSING = r"(?:nursing|breast-? ?feeding|lactating|lactation)"
_WOMEN = r"(?:(?:female|women|woman|females)(?: patients?| subjects?)?(?: who are)? )"
_BOTH = re.compile(
    rf"(?:patient is |{_WOMEN})?{_CARRYING}(?:,? (?:or|and|and/or) |/){_NURSING}"
    r"(?: women| woman| females?| mothers?| patients?)?",
    re.IGNORECASE,
)
_PREGNANT = re.compile(
    rf"(?:patient is |{_WOMEN})?{_CARRYING}(?: women| woman| females?| patients?)?", re.IGNORECASE
)
_SEXES = {"female": r"females?|women|female (?:patients?|subjects?|participants?)",
          "male": r"males?|men|male (?:patients?|subjects?|participants?)"}  # fmt: skip
_STATED = re.compile(r"(?:up to )?(\d+)(?: (\w+))?(?: (?:to (\d+) (\w+)|and over))?")


def age(text: str, section: str, fields: Mapping[str, str]) -> Draft | None:
    """Limits of age that are those of the record's own age field, on every side the sentence speaks of."""
    own = _own_ages(fields.get("age", ""))
    for pattern in _WANTED if verb_of(section) == "require" else _UNWANTED:
        found = re.fullmatch(f"{_WHO}{pattern}{_END}", text, re.IGNORECASE)
        if found is not None:
            said = {name: found.groupdict().get(name) for name in ("low", "high", "low_unit", "high_unit")}
            return _age(said, own, verb_of(section)) if _about_age(text, said) else None
    return None


def _about_age(text: str, said: Mapping[str, str | None]) -> bool:
    """Numbers without the word `age` or `old` may be about anything: `18 to 65 years` may be of disease."""
    spoken = re.search(r"(?i)\b(?:ages?|aged|old|older|younger)\b|\band over\b", text)
    return spoken is not None and (any((said["low_unit"], said["high_unit"])) or "age" in text.lower())


def _own_ages(words: str) -> dict[str, str]:
    """`low` and `high` of a record's age field, each as `18 years`."""
    found = _STATED.fullmatch(words)
    if found is None:
        return {}
    first, unit, high, high_unit = found.groups()
    if high:
        return {"low": f"{first} {unit or high_unit}", "high": f"{high} {high_unit}"}
    return {"high" if words.startswith("up to") else "low": f"{first} {unit}"}


def _age(said: Mapping[str, str | None], own: Mapping[str, str], verb: str) -> Draft | None:
    shared = said["high_unit"] or said["low_unit"] or "years"
    limits = {
        side: f"{said[side]} {_unit(said[f'{side}_unit'] or shared)}"
        for side in ("low", "high")
        if said[side]
    }
    if any(own.get(side) != limit for side, limit in limits.items()):
        return None
    low, high = ("<", ">") if verb == "reject" else (">=", "<=")
    signs = {"low": low, "high": high}
    return Draft(" and ".join(f"age {signs[side]} {limit}" for side, limit in limits.items()))


def _unit(words: str) -> str:
    return words.lower().replace("yr", "year").rstrip("s") + "s"


def sex(text: str, section: str, fields: Mapping[str, str]) -> Draft | None:
    """`Female patients`, where the record takes no others."""
    for one, words in _SEXES.items():
        if re.fullmatch(rf"(?:{words})(?: only)?", text, re.IGNORECASE):
            plain = section == "inclusion" and fields.get("sex") == one
            return Draft(f"sex is {one}") if plain else None
    return None


def pregnancy(text: str, section: str) -> Draft | None:
    """`Pregnant or breastfeeding` among exclusions, `Not pregnant or nursing` among inclusions."""
    denied = re.match(r"(?:not?|neither) ", text, re.IGNORECASE)
    if (denied is not None) != (section == "inclusion"):
        return None
    said, word = text[denied.end() :] if denied else text, "not " if denied else ""
    if _BOTH.fullmatch(said.replace(" nor ", " or ")):
        return Draft(f"{word}pregnancy.pregnant_or_breastfeeding", ("pregnancy",))
    if _PREGNANT.fullmatch(said):
        return Draft(f"{word}(sex is female and pregnant)", ("pregnancy",))
    return None
