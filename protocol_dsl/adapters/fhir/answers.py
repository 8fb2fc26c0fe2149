"""Coded and written values of FHIR as choices of a fact, or as yes and no."""

from __future__ import annotations

from collections.abc import Mapping

from protocol_dsl.adapters.fhir.bindings import codes_of
from protocol_dsl.runtime.scalars import folded

_YES = frozenset({"positive", "detected", "reactive", "present", "yes", "true"})
_NO = frozenset({
    "negative", "not_detected", "undetected", "non_reactive", "nonreactive", "not_reactive", "absent",
    "not_present", "no", "false",
})  # fmt: skip
_QUALIFIERS = {
    ("snomed", "10828004"): "positive",
    ("snomed", "260385009"): "negative",
    ("snomed", "260373001"): "detected",
    ("snomed", "260415000"): "not_detected",
    ("snomed", "11214006"): "reactive",
    ("snomed", "131194007"): "non_reactive",
    ("snomed", "52101004"): "present",
    ("snomed", "2667000"): "absent",
    ("snomed", "373066001"): "yes",
    ("snomed", "373067005"): "no",
    ("loinc", "LA6576-8"): "positive",
    ("loinc", "LA6577-6"): "negative",
    ("loinc", "LA11882-0"): "detected",
    ("loinc", "LA11883-8"): "not_detected",
    ("loinc", "LA9633-4"): "present",
    ("loinc", "LA9634-2"): "absent",
    ("loinc", "LA33-6"): "yes",
    ("loinc", "LA32-8"): "no",
}


def words_of(value: object) -> tuple[str, ...]:
    """What a coded or written value may be called: its codes' meanings, codes, displays and text."""
    if isinstance(value, str):
        return (value.strip(),)
    if isinstance(value, bool):
        return ("yes" if value else "no",)
    found: list[str] = []
    for code, display in codes_of(value):
        if code[0] == "inn":
            continue
        found += [_QUALIFIERS.get(code, ""), code[1], display]
    return tuple(dict.fromkeys(word for word in found if word))


def choice_of(words: tuple[str, ...], choices: tuple[str, ...], values: Mapping[str, str]) -> str | None:
    """The choice these words name: by a map's own words, by name, or as the one choice that says the same
    (reactive, detected and present say positive)."""
    for word in words:
        if word in values:
            return values[word]
    for word in words:
        alike = [choice for choice in choices if folded(choice) == folded(word)]
        if len(alike) == 1:
            return alike[0]
    said = truth_of(words, {})
    if said is None:
        return None
    alike = [choice for choice in choices if folded(choice) in (_YES if said else _NO)]
    return alike[0] if len(alike) == 1 else None


def truth_of(words: tuple[str, ...], values: Mapping[str, str]) -> bool | None:
    """Whether these words say yes or no; None when they say neither, or both."""
    spoken = tuple(values.get(word, word) for word in words)
    yes, no = (any(folded(word) in polar for word in spoken) for polar in (_YES, _NO))
    return None if yes == no else yes
