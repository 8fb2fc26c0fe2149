"""Habits of windows, ages and lengths of time."""

from __future__ import annotations

import re

from protocol_dsl.syntax.habits.habit import Habit, habit

_UNITS = {"y": "years", "mo": "months", "w": "weeks", "d": "days", "h": "hours", "mi": "minutes"}
_WINDOW = "a window names its direction and what it is counted from"
_OTHERS = r"(?:within|in|during|over)(?: the)?(?: (?:last|past|previous|preceding|prior))"


def _spelled(found: re.Match[str]) -> tuple[str, ...]:
    short = found["u"].lower()
    unit = _UNITS[short[:2] if short[0] == "m" else short[0]]
    return (f"{found['n']} {unit}",)


def _whole(found: re.Match[str]) -> tuple[str, ...]:
    unit = found["u"] if found["n"] == "1" else found["u"] + "s"
    return (f"{found['n']} {unit}",)


TIMES: tuple[Habit, ...] = (
    habit(
        r"\b(?P<a><X>) or (?P<b><X>) (?P<w>(?:(?:started |ended )?within|since|ever|ongoing)\b[^{}\n]{0,100})",
        r"any of { \g<a>, \g<b> } \g<w>",
        "a time belongs to the one event before it, or to a group in braces",
    ),
    habit(
        rf"{_OTHERS} (?P<n><N>) (?P<t><T>)(?: (?:before|prior to) screening)?",
        r"within \g<n> \g<t> before screening",
        _WINDOW,
    ),
    habit(
        rf"{_OTHERS} (?P<t>minute|hour|day|week|month|year)\b(?: (?:before|prior to) screening)?",
        r"within 1 \g<t> before screening",
        _WINDOW,
    ),
    habit(
        r"within (?P<n><N>) (?P<t><T>) of (?P<a><X>)",
        r"within \g<n> \g<t> before \g<a>||within \g<n> \g<t> before or after \g<a>",
        _WINDOW,
    ),
    habit(
        r"(?P<it>\b(?:prior to|previous to|preceding|in advance of))(?= \w)",
        "before",
        "a window is `before` or `after`",
        frozenset(),
    ),
    habit(
        r"(?P<it>\b(?:following|subsequent to|from))(?= [A-Za-z])", "after", "a window is `before` or `after`"
    ),
    habit(r"(?P<it>\b(?:ago|earlier|previously))\b", "before screening", _WINDOW),
    habit(
        r"(?P<it>(?:the|an?) (?P<n>\d{1,4})[- ](?P<u>day|week|month|year|hour)s?"
        r"(?: (?:period|window|interval|time))?)\b",
        _whole,
        "a length of time is a number and its unit",
    ),
    habit(
        r"(?P<it>(?P<n><N>)[- ]?(?P<u>[Yy]rs?|YRS?|[Yy]o|[Yy]|[Mm]os?|[Ww]ks?|[Ww]|[Dd]|[Hh]rs?|[Hh]|[Mm]ins?|Years?"
        r"|Months?|Weeks?|Days?|Hours?|YEARS?|MONTHS?|WEEKS?|DAYS?)\b\.?)(?P<o>(?: (?:old|of age))?)",
        _spelled,
        "units of time are written out",
        frozenset(),
    ),
    habit(
        r"(?P<it>\b(?P<t>years|months|weeks|days|year) (?:old|of age))\b",
        r"\g<t>",
        "an age is a number and its unit",
    ),
    habit(
        r"(?P<it>\b(?:history of|prior|previous|any(?! of\b)|past) (?P<x><X>))(?! ?(?:ever|within|ongoing|since)\b)",
        r"\g<x> ever",
        "an event is asked about with its time",
    ),
    habit(
        r"(?P<it>\b(?:at|on|during))(?= (?:screening|baseline|enrol?lment|randomization|<X>))",
        "ongoing at||on the day of",
        "what goes on then is `ongoing at`, what is measured that day `on the day of`",
    ),
    habit(
        r"(?P<w>(?:within|more than|at least|less than) <N> <T> (?:before|after) <X>) (?P<x><X>)",
        r"\g<x> \g<w>",
        "a time stands behind what it is about",
    ),
    habit(
        r"\b(?P<x><X>) (?P<t>ever|ongoing|within <N> <T> (?:before|after) <X>) except ?\{?(?P<l>[^{}\n]{1,100})\}?",
        r"some \g<x> except { \g<l> } \g<t>",
        "an exception stands before the time, in braces",
    ),
)
