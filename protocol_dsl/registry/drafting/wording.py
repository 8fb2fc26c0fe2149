"""The words registry sentences use for comparisons, numbers and units, as patterns and as the language writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d.,]*\d)"

_SIGNS: Mapping[str, str] = {
    ">=": r"≥|>\s?=|=\s?>|>/=|at least|no less than|not less than|(?:greater|more|higher) than or equal to"
    r"|equal to or (?:greater|more) than",
    "<=": r"≤|<\s?=|=\s?<|</=|at most|no (?:greater|more|higher) than|not (?:greater|more|higher) than"
    r"|(?:less|lower) than or equal to|equal to or less than",
    ">": r">|greater than|more than|above|higher than|exceeding",
    "<": r"<|less than|below|lower than",
}
SIGN = "|".join(_SIGNS.values())

_UNITS: Mapping[str, str] = {
    "/uL": r"(?:cells ?)?(?:/|per) ?(?:mm\^?3|mm³|mm\(3\)|cu ?mm|cubic (?:mm|millimeter)|[uµμ]L|mcL|microliter)",
    "10^9/L": r"[x×] ?10(?:\^|e|\*)9 ?/ ?L|[x×] ?10⁹ ?/ ?L|G/L",
    "10^3/uL": r"K/(?:[uµμ]L|mm3|mcL)|[x×] ?10(?:\^3|³) ?/ ?[uµμ]L",
    "g/dL": r"g(?:m|rams?)?(?:/| per )(?:dL|deciliter|100 ?mL)",
    "g/L": r"g ?/ ?L",
    "mg/dL": r"mg ?(?:/|%| per ) ?dL",
    "umol/L": r"(?:[uµμ]|micro)mol ?/ ?L",
    "mmol/L": r"mmol ?/ ?L",
    "kg/m2": r"kg ?/ ?m(?:\^?2|²|\(2\))",
    "%": r"%|percent",
}
UNIT = "|".join(_UNITS.values())
ULN = (
    r"(?:[x×*]|times|-fold|fold)? ?(?:the )?(?:institution(?:al|'s) )?"
    r"(?:upper limits? of (?:the )?(?:institutional )?normal(?: range)?(?: \(ULN\))?|ULN|UNL|upper normal limit)"
)


def sign(words: str) -> str:
    """The comparison that `words` stand for; they match `SIGN`."""
    return _first(_SIGNS, words)


def unit(words: str) -> str:
    """The unit, as the language writes it, that `words` stand for; they match `UNIT`."""
    return _first(_UNITS, words)


def number(words: str) -> str:
    """`1,500` to `1500`."""
    return words.replace(",", "")


def span(amount: str, words: str) -> str:
    """`3 month` to `3 months`."""
    return f"{amount} {words.lower().rstrip('s')}{'' if amount == '1' else 's'}"


def _first(spellings: Mapping[str, str], words: str) -> str:
    return next(one for one, pattern in spellings.items() if re.fullmatch(pattern, words, re.IGNORECASE))
