"""Reads single values of a patient's record. What cannot be used becomes unknown (None) and is reported."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Final

from protocol_dsl.runtime.numerals import NumeralError, converted, parse_numeral
from protocol_dsl.runtime.records import ILLEGIBLE, Range, Value
from protocol_dsl.runtime.schema import AttributeSchema, FactSchema, Problem
from protocol_dsl.vocabulary.calendar import DateError, When, from_date, parse_when

_TRUTHS: Final = {"yes": True, "true": True, "y": True, "no": False, "false": False, "n": False}
Factors = tuple[int, int, int, int]
_IDENTITY: Final = (1, 1, 0, 1)
_LONGEST_SHOWN: Final = 40
_EXACT: Final = 2.0**53


class Place:
    """A place in a patient's record, where problems are noted. Its path is only spelled out for a problem."""

    __slots__ = ("_name", "_parent", "_problems")

    def __init__(self, problems: list[Problem], parent: Place | None = None, name: object = None) -> None:
        self._problems = problems
        self._parent = parent
        self._name = name

    def key(self, name: object) -> Place:
        """The place of an entry by name."""
        return Place(self._problems, self, name)

    def item(self, index: int) -> Place:
        """The place of an item of a list, counted from 0."""
        return Place(self._problems, self, (index,))

    def path(self) -> str:
        """The path from the top, as in `inr[1].on`; empty at the top."""
        if self._parent is None:
            return ""
        above = self._parent.path()
        if isinstance(self._name, tuple):
            return f"{above}[{self._name[0]}]"
        return f"{above}.{as_written(self._name)}" if above else as_written(self._name)

    def refuse(self, raw: object, reason: str, fix: str) -> None:
        """Note that `raw`, found here, is not used as it stands."""
        self._problems.append(Problem(self.path(), as_written(raw), reason, fix))


def as_written(raw: object) -> str:
    """A short form of any value in the record's own words."""
    if raw is None or isinstance(raw, bool):
        return {None: "null", True: "true", False: "false"}[raw]
    if isinstance(raw, int) and raw.bit_length() > 128:
        return f"a number of about {raw.bit_length() * 3 // 10} digits"
    if isinstance(raw, Mapping):
        return "{…}" if raw else "{}"
    if isinstance(raw, (list, tuple)):
        return "[…]" if raw else "[]"
    if not isinstance(raw, (str, int, float, date)):
        return "a value of another kind"
    text = " ".join(str(raw)[:1_000].split())
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"


def did_you_mean(word: object, names: Iterable[str], otherwise: str) -> str:
    """A fix that names the nearest of `names`, or `otherwise` when none is near."""
    near = get_close_matches(word[:80], list(names), 1) if isinstance(word, str) else []
    return f"did you mean `{near[0]}`?" if near else otherwise


def read_truth(raw: object, place: Place) -> bool | None:
    """`true`, `false`, `"yes"` or `"no"`."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip().casefold() in _TRUTHS:
        return _TRUTHS[raw.strip().casefold()]
    place.refuse(raw, "it is neither yes nor no", "write `true` or `false`")
    return None


def read_choice(raw: object, choices: tuple[str, ...], place: Place) -> str | None:
    """One of `choices`, whatever its case and separators."""
    text = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) and raw.bit_length() < 64 else raw
    if isinstance(text, str):
        if text in choices:
            return text
        plain = folded(text)
        alike = [choice for choice in choices if folded(choice) == plain]
        if len(alike) == 1:
            return alike[0]
    listed = ", ".join(f"`{choice}`" for choice in choices[:8]) + (", …" if len(choices) > 8 else "")
    fix = did_you_mean(text, choices, f"write one of {listed}")
    place.refuse(raw, "it is not one of the choices", fix)
    return None


def folded(text: str) -> str:
    """A text without regard to its case and separators."""
    return re.sub(r"[\s_.\-]+", "_", text[:200].strip().casefold())


def read_date(raw: object, place: Place) -> When | None:
    """An ISO date, which may be partial, or a date object."""
    if isinstance(raw, date):
        return from_date(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and 1 <= raw <= 9_999:
        raw = f"{raw:04}"
    if not isinstance(raw, str):
        place.refuse(raw, "it is not a date", 'write it as `"2026"`, `"2026-03"` or `"2026-03-05"`')
        return None
    try:
        return parse_when(raw)
    except DateError as error:
        place.refuse(raw, error.reason, error.fix)
        return None


def factors_of(unit: object, fact: FactSchema | AttributeSchema, place: Place) -> Factors | None:
    """The exact factors from a stated unit to the fact's own."""
    found = known_factors(unit, fact)
    if found is not None:
        return found
    spelled: dict[str, str] = {}
    for text in (fact.unit or "1", *fact.units):
        spelled.setdefault(
            _spelled(text).casefold().replace("*", "^"), text
        )  # `mg/dl` says what `mg/dL` does
    known = list(spelled.values())
    fix = "give the value in " + " or ".join(f"`{text}`" for text in known[:6])
    molar = ["mol/" in text for text in known]
    if isinstance(unit, str) and (("mol/" in unit and not any(molar)) or ("g/" in unit and all(molar))):
        fix += ", for the protocol declares no `molar_mass` to convert by"
    elif fact.unit not in {"", "1"}:
        fix = did_you_mean(unit, known, fix)
    place.refuse(unit, f"`{fact.name}` is not recorded in this unit", fix)
    return None


def known_factors(unit: object, fact: FactSchema | AttributeSchema) -> Factors | None:
    """As `factors_of`, without a report."""
    if not isinstance(unit, str):
        return None
    spelled = _spelled(unit)
    for text, factors in fact.units.items():
        if text == unit or _spelled(text) == spelled:
            return factors
    same = spelled in {_spelled(fact.unit), "" if fact.unit == "1" else _spelled(fact.unit)}
    return _IDENTITY if same else None


def _spelled(unit: str) -> str:
    # Both micro signs look alike and mean the same; blanks carry nothing.
    return "".join(unit[:80].split()).replace("µ", "u").replace("μ", "u")


def read_number(
    raw: object, factors: Factors | None, fact: FactSchema | AttributeSchema, place: Place
) -> Value:
    """A number or bound in the fact's unit; `factors` None when no unit is stated with it."""
    may_be_share = factors is None and fact.unit.startswith("%")
    as_it_stands = not may_be_share and factors in (None, _IDENTITY)
    if as_it_stands and isinstance(raw, (float, int)) and not isinstance(raw, bool) and abs(raw) < _EXACT:
        return float(raw) + 0.0  # already the nearest double; -0.0 becomes 0.0
    try:
        numeral = parse_numeral(raw)
        if not may_be_share or not 0 < numeral.number <= 1:
            return converted(numeral, factors or _IDENTITY)
    except NumeralError as error:
        place.refuse(raw, error.reason, error.fix)
        return None
    fix = f'state the unit, as in {{"value": {as_written(raw)}, "unit": "%"}}'
    place.refuse(raw, "it may be a percentage or a fraction of one", fix)
    return None


def read_exact(
    raw: object, factors: Factors | None, fact: FactSchema | AttributeSchema, place: Place
) -> float | None:
    """A number where a bound is of no use."""
    number = read_number(raw, factors, fact, place)
    if isinstance(number, Range):
        place.refuse(raw, "a single number belongs here, not a bound", "write the number itself")
        return None
    return number


def read_limit(
    raw: object, factors: Factors | None, fact: FactSchema, place: Place, *, upper: bool
) -> float | Range:
    """A limit of normal in the fact's unit; `ILLEGIBLE` when what is recorded cannot be one."""
    limit = read_exact(raw, factors, fact, place)
    if limit is None or (limit == 0 and not upper):  # laboratories print "0 to 40" of what is never 0
        return ILLEGIBLE if limit is None else limit
    if limit <= 0 and (fact.low is None or fact.low >= 0):
        reason = f"a limit of normal is {'above 0' if upper else '0 or above'} here"
        place.refuse(raw, reason, "check the limit and its unit")
        return ILLEGIBLE
    return limit if plausible(limit, raw, fact, place) is not None else ILLEGIBLE


def plausible(value: Value, raw: object, fact: FactSchema, place: Place) -> Value:
    """The value, or None when no true value can be what is recorded."""
    if value is None:
        return None
    least, most = value if isinstance(value, Range) else (value, value)
    if (fact.low is None or most >= fact.low) and (fact.high is None or least <= fact.high):
        return value
    unit = f" {fact.unit}" if fact.unit not in {"", "1"} else ""
    reason = f"no plausible `{fact.name}` lies outside {_limits_text(fact.low, fact.high)}{unit}"
    place.refuse(raw, reason, "check the value and its unit")
    return None


def _limits_text(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"{high:g} and less" if low is None else f"{low:g} and more"
    return f"{low:g} to {high:g}"
