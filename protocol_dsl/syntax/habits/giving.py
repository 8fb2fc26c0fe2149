"""Habits of prescriptions, and of the examples in the file."""

from __future__ import annotations

import re

from protocol_dsl.syntax.habits.habit import EXAMPLE, TREATMENT, Habit, habit

_OFTEN = {
    "twice daily": r"b\.?i\.?d\.?|BID|two times (?:a|per) day|q12h",
    "3 times daily": r"t\.?i\.?d\.?|TID|thrice a day|three times (?:a day|daily|per day)",
    "4 times daily": r"q\.?i\.?d\.?|QID|four times (?:a day|daily|per day)",
    "daily": r"q\.?d\.?|QD|o\.?d\.?|OD|every day|each day|per day|a day|once (?:a|per) day|qDay",
    "weekly": r"every week|each week|once (?:a|per) week|qw|QW",
    "monthly": r"every month|each month|once (?:a|per) month",
    "every 2 days": r"every other day|q\.?o\.?d\.?|QOD|on alternate days",
    "every 2 weeks": r"every other week|biweekly|fortnightly",
    "as needed": r"p\.?r\.?n\.?|PRN|if needed|when needed|as required",
    "once": r"stat|STAT|single dose|one time|as a single dose",
}
_ROUTES = {
    "by intravenous infusion": r"(?:i\.?v\.?|I\.?V\.?|intravenously)(?: infusion)?",
    "by intravenous injection": r"(?:i\.?v\.?|IV) (?:bolus|push)",
    "by mouth": r"p\.?o\.?|PO|P\.O\.|orally|per os|oral",
    "by subcutaneous injection": r"s\.?c\.?|SC|SQ|subcutaneously|subcutaneous",
    "by intramuscular injection": r"i\.?m\.?|IM|intramuscularly|intramuscular",
}
_PERIODS = {"h": "hours", "d": "days", "w": "weeks", "m": "months"}
_PER = {"a": "", "per": "", "each": "", "every": ""}
_ABSENT = r"(?:null|NULL|None|nil|unknown|missing|NA|N/A|n/a|nan|NaN|not known|not available|not recorded|\?)"


def _every(found: re.Match[str]) -> tuple[str, ...]:
    return (f"every {found['n']} {_PERIODS[found['u'].lower()]}",)


def _days(found: re.Match[str]) -> tuple[str, ...]:
    numbers = re.findall(r"\d+", found["l"])
    return (f"on day{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}",)


def _declared(found: re.Match[str], name: str) -> bool:
    return (
        re.search(rf"\bfact\s+{re.escape(name)}\b|^\s*{re.escape(name)}\s+\"", found.string, re.MULTILINE)
        is not None
    )


def _apart(found: re.Match[str]) -> tuple[str, ...]:
    return (f"{found['v']}  {found['x']}",) if _declared(found, found["x"]) else ()


def _no_event(found: re.Match[str]) -> tuple[str, ...]:
    event = re.search(rf"\bfact\s+{re.escape(found['x'])}\s*:\s*event\b", found.string)
    return (f"no {found['x']}",) if event else (f"{found['x']} no",)


def _verdict(found: re.Match[str]) -> tuple[str, ...]:
    return ("expect eligible" if found["good"] else "expect ineligible",)


GIVING: tuple[Habit, ...] = (
    *(
        habit(rf"(?P<it>(?<![\w.])(?:{words}))(?![\w.])", plain, "how often is said in words", TREATMENT)
        for plain, words in _OFTEN.items()
    ),
    habit(
        r"(?P<it>\b[qQ] ?(?P<n>\d{1,3}) ?(?P<u>[hdwmHDWM])(?:k|ks|eeks?|ays?|ours?|onths?)?)\b",
        _every,
        "how often is said in words",
        TREATMENT,
    ),
    habit(
        r"(?P<it>\b(?P<t>once|twice|thrice|\d{1,2} times|\d{1,2}x) (?:a|per|each|every) (?P<p>day|week|month))\b",
        lambda found: (
            f"{found['t'].replace('x', ' times')} {'daily' if found['p'] == 'day' else found['p'] + 'ly'}",
        ),
        "how often is said in words",
        TREATMENT,
    ),
    *(
        habit(rf"(?P<it>(?<![\w.])(?:{words}))(?![\w.])", plain, "the way in is said with `by`", TREATMENT)
        for plain, words in _ROUTES.items()
    ),
    habit(r"(?P<it>\b(?:via|through|per|using))(?= [a-z])", "by", "the way in is said with `by`", TREATMENT),
    habit(
        r"(?P<it>[x×*X] ?(?P<n>\d{1,4})\b(?: (?:doses|times))?)",
        r"for \g<n> doses",
        "how many doses is said with `for`",
        TREATMENT,
    ),
    habit(
        r"(?P<it>\bfor (?P<n>\d{1,4}) (?:times|administrations|infusions|injections)\b)",
        r"for \g<n> doses",
        "how many doses is said with `for`",
        TREATMENT,
    ),
    habit(
        r"(?P<it>\b(?:on )?(?:(?:[Dd]ays?|[Dd]) ?)"
        r"(?P<l>\d{1,4}(?:(?: ?, ?(?:and )?| and | & )(?:[Dd]ays? ?|[Dd])?\d{1,4})*))\b",
        _days,
        "the days of doses are listed with `on days`",
        TREATMENT,
    ),
)

EXAMPLES: tuple[Habit, ...] = (
    habit(
        r"(?P<it>\b(?P<x>[A-Za-z_]\w*)[ \t]*[:=] ?)", r"\g<x> ", "a record is the fact and its value", EXAMPLE
    ),
    habit(
        rf"(?P<it>\b(?P<x>[A-Za-z_]\w*) {_ABSENT})(?![\w])",
        r"unknown \g<x>",
        "what is not known is said before the fact",
        EXAMPLE,
    ),
    habit(
        r"(?P<it>\b(?P<x>[A-Za-z_]\w*) (?:no|none|never|false|False|FALSE|absent))\b",
        _no_event,
        "what did not happen is said before the event, and a yes/no fact is `yes` or `no`",
        EXAMPLE,
    ),
    habit(
        r"(?P<it>\b(?P<x>[A-Za-z_]\w*) (?:true|True|TRUE|present|y|Y))\b",
        r"\g<x> yes",
        "a yes/no fact is `yes` or `no`",
        EXAMPLE,
    ),
    habit(
        r"(?P<it>(?P<v><N>|[A-Za-z_]\w*)(?:[ \t]|[ \t]*,[ \t]*)(?P<x>[A-Za-z_]\w*))\b",
        _apart,
        "facts stand two blanks apart, or each on a line; a comma parts records of one fact",
        EXAMPLE,
    ),
    habit(
        r"(?P<it>\bexpect(?:ed)? (?:(?P<good>included|accepted|pass(?:es)?|true|yes|include|eligble|enrolled)"
        r"|excluded|rejected|fails?|false|no|exclude|not eligible))\b",
        _verdict,
        "a patient is `eligible`, `ineligible` or `undetermined`",
        EXAMPLE,
    ),
)
