"""Habits of conditions: comparisons, choices, yes and no, what is missing, signs of programming."""

from __future__ import annotations

import re

from protocol_dsl.syntax.habits.habit import Habit, habit

_COMPARISONS = {
    ">=": r"at least|n(?:o|ot) less than|not below|(?:greater|more|higher|larger) than or equal to|minimum(?: of)?",
    "<=": r"at most|n(?:o|ot) more than|not above|not exceeding|up to|(?:less|lower|smaller|fewer) than or equal to"
    r"|maximum(?: of)?",
    ">": r"(?:greater|more|higher|larger) than|above|over|exceeding|exceeds",
    "<": r"(?:less|lower|smaller|fewer) than|below|under",
    "=": r"equal to|equals",
}
_FUNCTIONS = {
    "max": "highest",
    "maximum": "highest",
    "min": "lowest",
    "minimum": "lowest",
    "avg": "mean of",
    "average": "mean of",
    "mean": "mean of",
    "count": "count of",
    "latest": "latest",
    "first": "first",
    "last": "last",
    "log": "log10",
}
_MISSING = "missing is not no: a condition on what is not recorded is unknown by itself"
_SAY_MISSING = (
    "leave the line out; what an unknown value leads to is said by `known` or `absent if not recorded`"
)
_WORDS = [
    "and",
    "or",
    "not",
    "is",
    "in",
    "if",
    "then",
    "else",
    "between",
    "within",
    "before",
    "after",
    "since",
    "ever",
    "ongoing",
    "require",
    "reject",
    "when",
    "for",
    "source",
    "note",
    "any",
    "all",
    "none",
    "of",
    "at",
    "first",
    "last",
    "latest",
    "highest",
    "lowest",
    "known",
    "unless",
    "inclusion",
    "exclusion",
    "fact",
    "define",
    "intervention",
    "arm",
    "example",
    "expect",
    "protocol",
    "give",
    "use",
    "no",
    "some",
    "every",
    "started",
    "ended",
    "count",
    "mean",
    "change",
    "where",
    "except",
    "by",
    "to",
]
_UNIT_OF_TIME = re.compile(r"(?:minute|hour|day|week|month|year)s?")
_SMALL = tuple(form for word in _WORDS for form in (word.capitalize(), word.upper()))
_YES = r"(?:yes|Yes|YES|true|True|TRUE)"
_NO = r"(?:no|No|NO|false|False|FALSE)"
_SEXES = {"f": "female", "w": "female", "m": "male"}


def _event(found: re.Match[str]) -> bool:
    """Whether the fact of the group `x` is declared as an event."""
    return re.search(rf"\bfact\s+{re.escape(found['x'])}\s*:\s*event\b", found.string) is not None


def _yes(found: re.Match[str]) -> tuple[str, ...]:
    name, window = found["x"], "within 2 months before screening"
    if found["deny"]:
        return _denied(found)
    return (f"{name} ever", f"{name} ongoing", f"{name} {window}") if _event(found) else (name,)


def _denied(found: re.Match[str]) -> tuple[str, ...]:
    return (f"no {found['x']} ever",) if _event(found) else (f"not {found['x']}",)


def _no(found: re.Match[str]) -> tuple[str, ...]:
    return (found["x"],) if found["deny"] else _denied(found)


def _listed(found: re.Match[str]) -> tuple[str, ...]:
    words = re.split(r"\s*,\s*|\s+or\s+", found["list"].strip().rstrip(","))
    return _one_of(found["x"], [word.strip(" '\"") for word in words], bool(found["deny"]))


def _one_of(name: str, words: list[str], deny: bool = False) -> tuple[str, ...]:
    if not all(words):
        return ()
    denial = "not " if deny else ""
    if not all(re.fullmatch(r"\d{1,20}", word) for word in words):
        return (f"{name} is {denial}one of {{ {', '.join(words)} }}",)
    numbers = sorted(map(int, words))
    if numbers == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 1:
        return (f"{name} {denial}between {numbers[0]} and {numbers[-1]}",)
    said = " or ".join(f"{name} = {number}" for number in numbers)
    return (f"{denial}({said})" if deny or len(numbers) > 1 else said,)


def _range(found: re.Match[str]) -> tuple[str, ...]:
    unit = found["unit"] or (" years" if found["x"] == "age" else "")
    return (f"{found['x']} between {found['a']} and {found['b']}{unit}",)


def _called(found: re.Match[str]) -> tuple[str, ...]:
    if found["name"] == "log":
        return (f"log10({found['x']})", f"ln({found['x']})")
    return (f"{_FUNCTIONS[found['name']]} {found['x']}",)


def _joined(found: re.Match[str]) -> tuple[str, ...]:
    """Two words as one name, unless one of them is a name of its own or a word of the language."""
    name = f"{found['x']}_{found['y']}"
    if re.search(rf"\b{name}\b", found.string):
        return (name,)
    alone = any(
        word in _WORDS or _UNIT_OF_TIME.fullmatch(word) or _declared(word, found.string)
        for word in (found["x"], found["y"])
    )
    return () if alone else (name,)


def _declared(name: str, text: str) -> bool:
    return re.search(rf"\b(?:fact|define)\s+{name}\b|^\s*{name}\s+\"", text, re.MULTILINE) is not None


def _small(found: re.Match[str]) -> tuple[str, ...]:
    return (found[0].lower(),)


def _sex(found: re.Match[str]) -> tuple[str, ...]:
    letter = found["who"].lower()
    return ("female" if letter.startswith("wom") else _SEXES[letter[0]],)


def _value(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(f"{found['x']} {sign} {found['n']}" for sign in (">=", "<=", "="))


CONDITIONS: tuple[Habit, ...] = (
    habit(r"\b(?P<x>[A-Za-z_]\w*) (?P=x)\b", r"\g<x>", "it stands twice", frozenset()),
    habit(rf"\b(?:{'|'.join(_SMALL)})\b", _small, "words of the language are written small", frozenset()),
    habit(r"(?P<deny>not )?\b(?P<x><X>) (?:is|==?|=) " + _YES + r"\b", _yes, "a condition is true by itself"),
    habit(
        r"(?P<deny>not )?\b(?P<x><X>) (?:is|==?|=) " + _NO + r"\b", _no, "a condition is denied with `not`"
    ),
    habit(
        r"\b(?P<x><X>) (?P<deny>not )?(?:in|IN) ?[{(\[](?P<list>[^{}()\[\]\n]{1,200})[})\]]",
        _listed,
        "a choice among several is named with `is one of`, a span of numbers with `between`",
    ),
    habit(
        r"\b(?P<x><X>) (?P<deny>(?!))?(?:is|=|==) (?P<list>(?:[A-Za-z_]\w*|<N>)(?: ?, ?(?:[A-Za-z_]\w*|<N>))*"
        r",? or (?!not\b)(?:[A-Za-z_]\w*|<N>))\b(?! ?(?:[<>=!.]|is\b|ever\b|within\b|ongoing\b|between\b))",
        _listed,
        "each side of `or` is a whole condition",
    ),
    habit(
        r"\b(?P<x><X>) (?:in |is |of |= |from |between )?(?P<a><N>)(?: ?(?:-|–|—|\.\.+) ?| to )(?P<b><N>)"
        r"(?P<unit> ?<T>(?: old| of age)?)?",
        _range,
        "a range is written with `between` and `and`",
    ),
    habit(
        r"\b(?P<x><X>) (?P<c>[<>=]+ [\d.]+(?: [^\s{}]{1,20})?) (?P<j>and|or) (?P<d>[<>]=?)(?= ?\d)",
        r"\g<x> \g<c> \g<j> \g<x> \g<d>",
        "each side of `and` names what it compares",
    ),
    *(
        habit(rf"(?P<it>\b(?:is )?(?:{words})) <N>", sign, f"a comparison is written with its sign, `{sign}`")
        for sign, words in _COMPARISONS.items()
    ),
    habit(
        r"(?P<it>\b(?:is )?(?:(?P<deny>not ))?(?:null|NULL|None|nil|missing|NA|NaN|unavailable))\b",
        "",
        _MISSING,
        advice=_SAY_MISSING,
    ),
    habit(
        r"(?P<it>\b(?:is )?(?:not )?(?:known|unknown|available|recorded|measured))\b",
        "",
        _MISSING,
        advice=_SAY_MISSING,
    ),
    habit(r"\bexists ?\(? ?(?P<x><X>)(?: ?\))?", r"some \g<x> ever", "an event is asked about with its time"),
    habit(
        r"(?P<it>\b(?:patient|subject|participant|self|row|p)\.)(?=[A-Za-z])",
        "",
        "a fact stands by its name alone: all are the patient's",
    ),
    habit(
        rf"\b(?P<name>{'|'.join(_FUNCTIONS)})\( ?(?P<x><X>) ?\)",
        _called,
        "what is taken of a series of values is said in words",
    ),
    habit(
        r"\bsex (?:is|=|==) (?:not )?[\"']?(?P<it>(?P<who>F|f|M|m|W|w|[Ww]om[ae]n|[Mm][ae]n|[Ff]emales?|[Mm]ales?))\b",
        _sex,
        "`sex` is `female` or `male`",
    ),
    habit(r"[\"'`](?P<x><X>)[\"'`](?= ?(?:[<>=!]|is\b))", r"\g<x>", "a fact stands without quotes"),
    habit(r"\bis (?:not )?(?P<it>[\"'`](?P<x><X>)[\"'`])", r"\g<x>", "a choice stands without quotes"),
    habit(r"\b(?P<x><X>) (?P<n><N>)(?![\w.])", _value, "a value is compared with a sign"),
    habit(
        r"(?P<it>\b(?P<x>[A-Za-z_]\w*)-(?P<y>[A-Za-z_]\w*))\b",
        r"\g<x>_\g<y>",
        "a name has no hyphen",
        frozenset(),
    ),
    habit(
        r"(?P<it>(?<![\w#])(?P<x>[A-Za-z_]\w*) (?P<y>[A-Za-z_]\w*))(?= ?(?:[<>=]|is\b|ever\b|within\b|ongoing\b))",
        _joined,
        "a name has no blank",
    ),
)
