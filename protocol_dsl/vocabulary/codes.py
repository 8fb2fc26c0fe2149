"""Code systems by their short names and addresses, and the check digits that tell a mistyped code offline."""

from __future__ import annotations

import re
from typing import Final

_ADDRESSES: Final = {
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "urn:oid:2.16.840.1.113883.6.3": "icd10",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "urn:oid:2.16.840.1.113883.6.90": "icd10cm",
    "http://www.cms.gov/Medicare/Coding/ICD10": "icd10pcs",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": "icd10gm",
    "http://hl7.org/fhir/sid/icd-9-cm": "icd9cm",
    "http://www.whocc.no/atc": "atc",
    "http://fhir.de/CodeSystem/bfarm/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
    "http://hl7.org/fhir/sid/ndc": "ndc",
    "http://hl7.org/fhir/sid/cvx": "cvx",
    "http://www.ama-assn.org/go/cpt": "cpt",
    "http://fdasis.nlm.nih.gov": "unii",
}
_ALIASES: Final = {"sct": "snomed", "snomedct": "snomed", "icd10who": "icd10"}

MODIFICATIONS: Final = frozenset({"icd10cm", "icd10gm"})
"""National modifications of ICD-10: they share its categories, and refine what is below as they see fit."""

HIERARCHIES: Final = frozenset({"icd10", "atc", "icd9cm", *MODIFICATIONS})
"""Systems in which a code stands for every code that begins with it."""


def system_name(system: str) -> str:
    """The short name of a code system, by its FHIR address or any way to write the name; else as it is written."""
    address = system.strip().rstrip("/").replace("https://", "http://")
    if "/" in address or ":" in address:
        return _ADDRESSES.get(address, system.strip())
    plain = re.sub(r"[\s_-]+", "", address.lower())
    return _ALIASES.get(plain, plain)


def system_address(system: str) -> str:
    """The FHIR address of a code system by its short name; a system without one is `urn:trial:codes:<name>`."""
    name = system_name(system)
    return next((one for one, short in _ADDRESSES.items() if short == name), f"urn:trial:codes:{name}")


def wrong_check_digit(system: str, code: str) -> str | None:
    """Why a LOINC or SNOMED CT code cannot exist, None when it may, or when its system has no check digit."""
    match system_name(system):
        case "loinc":
            return _wrong_loinc(code)
        case "snomed":
            return _wrong_snomed(code)
    return None


def _wrong_loinc(code: str) -> str | None:
    if re.fullmatch(r"L[APLG][0-9]{1,7}-[0-9]", code):
        return None  # parts, answers, lists and groups are numbered by a rule of their own
    found = re.fullmatch(r"([0-9]{1,7})-([0-9])", code)
    if found is None:
        return "a LOINC code is digits, a hyphen and a check digit"
    right = mod10(found[1])
    return None if int(found[2]) == right else f"its check digit would be {right}"


def mod10(digits: str) -> int:
    """The check digit that follows `digits` by Luhn's rule: from the right, every other digit doubled."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def _wrong_snomed(code: str) -> str | None:
    if re.fullmatch(r"[1-9][0-9]{5,17}", code) is None:
        return "a SNOMED CT code is 6 to 18 digits"
    return None if verhoeff(code) == 0 else "its check digit does not fit the others"


def verhoeff(digits: str) -> int:
    """Verhoeff's checksum, in the dihedral group of ten elements: 0 when the last digit fits the others."""
    found = 0
    for place, digit in enumerate(reversed(digits)):
        found = _product(found, _permuted(int(digit), place % 8))
    return found


def _product(a: int, b: int) -> int:
    """The product in that group: 0 to 4 are rotations of a pentagon, 5 to 9 its reflections."""
    turned = (a + b if a < 5 else a - b) % 5
    return turned + (5 if (a < 5) != (b < 5) else 0)


_PERMUTATION: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _permuted(digit: int, times: int) -> int:
    for _ in range(times):
        digit = _PERMUTATION[digit]
    return digit
