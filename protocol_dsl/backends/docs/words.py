"""Small pieces of English that several sections share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import frozen

from protocol_dsl.backends.prose import Phrase
from protocol_dsl.runtime.phrases import exact_text, listed
from protocol_dsl.vocabulary.calendar import Duration

_FREQUENCY = {"hour": "hourly", "day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}
_TIMES = {1: "once", 2: "twice", 3: "three times", 4: "four times"}


@frozen
class Clause:
    """A condition laid out: a sentence, or a heading (`any of`) over its members."""

    text: str
    members: tuple[Clause, ...] = ()


@frozen
class Link:
    """Words that lead to a place in the document (`target` is an anchor's id)."""

    text: str
    target: str


def clause(phrase: Phrase) -> Clause:
    """A phrase of the controlled English as a nested list."""
    if isinstance(phrase, str):
        return Clause(sentence(phrase))
    return Clause(sentence(phrase.heading), tuple(clause(member) for member in phrase.members))


def sentence(text: str) -> str:
    """`text` with a capital, unless its first word is spelled with one inside ("eGFR", "pH")."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    plain = first.rstrip(",;:.").replace("-", "")
    return text[:1].upper() + text[1:] if plain.islower() else text


def title_of(name: str) -> str:
    """A name of the file as a heading: `healthy_volunteers` is "Healthy volunteers"."""
    return sentence(name.replace("_", " ").strip())


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a text (parted by empty lines), each on one line."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
    return tuple(part for part in parts if part)


def series(words: Iterable[str], word: str = "and") -> str:
    """ "a", "a and b", "a, b, and c", each of them once; parted by semicolons where one holds a comma itself."""
    names = list(dict.fromkeys(words))
    if len(names) > 1 and any("," in name for name in names):
        return f"{'; '.join(names[:-1])}; {word} {names[-1]}"
    return listed(names, word)


def count(number: int, one: str, several: str = "") -> str:
    """ "1 visit", "3 visits"."""
    return f"{number} {one if number == 1 else several or one + 's'}"


def length(duration: Duration) -> str:
    """ "8 weeks", "1 day", whatever the sign."""
    return count(abs(duration.count), duration.unit)


def every(interval: Duration, times: int = 1) -> str:
    """How often: "daily", "twice daily", "every 3 weeks"."""
    if abs(interval.count) != 1:
        often = "" if times == 1 else f"{_TIMES.get(times, f'{times} times')} "
        return f"{often}every {length(interval)}"
    frequency = _FREQUENCY.get(interval.unit, f"every {interval.unit}")
    return frequency if times == 1 else f"{_TIMES.get(times, f'{times} times')} {frequency}"


def span_of_days(days: Sequence[int], shown: int = 4) -> str:
    """Days in a row: "6 to 12" when none is left out between, else with the middle left out when they are many
    ("1, 8, 15, …, 50")."""
    if len(days) > 3 and days[-1] - days[0] == len(days) - 1:
        return f"{days[0]} to {days[-1]}"
    if len(days) <= shown + 1:
        return series(str(day) for day in days)
    return f"{', '.join(str(day) for day in days[: shown - 1])}, …, {days[-1]}"


def number_range(low: Fraction, high: Fraction, unit: str = "") -> str:
    """ "200 to 400 mL", "10 g"."""
    shown = exact_text(low) if low == high else f"{exact_text(low)} to {exact_text(high)}"
    return f"{shown} {unit}" if unit not in {"", "1"} else shown
