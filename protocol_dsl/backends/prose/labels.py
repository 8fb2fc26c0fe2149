"""Names of facts, units and definitions as they stand inside a sentence."""

from __future__ import annotations

from protocol_dsl.ir.facts import Fact
from protocol_dsl.vocabulary.calendar import Duration
from protocol_dsl.vocabulary.quantities import everyday


def in_sentence(label: str) -> str:
    """A label inside a sentence: its first letter is lowered unless it starts an abbreviation or stands alone
    ("INR", "HBsAg", "C-reactive protein", "T cells", and names such as "Crohn's disease" keep theirs)."""
    if len(label) < 2 or not label[0].isupper():
        return label
    second = label[1]
    if second.isupper() or second.isdigit() or second == "-" or (second == " " and label[0] != "A"):
        return label
    word = label.split(maxsplit=1)[0]
    if any(letter.isupper() for letter in word[1:]) or word.endswith(("'s", "’s")):
        return label
    return label[0].lower() + label[1:]


def fact_label(fact: Fact) -> str:
    """A fact inside a sentence: its label, or its name with spaces when it has none."""
    return in_sentence(fact.label.strip()) or fact.name.replace("_", " ")


def fact_unit(fact: Fact) -> str:
    """A fact's unit, in the spelling of its author; empty for a plain number."""
    return unit_words(fact.unit_text or fact.unit) if fact.unit != "1" else ""


def unit_words(unit: str) -> str:
    """A unit as it is printed: `mL/min/1.73 m²`, `10^9/L`; empty for a plain number."""
    if unit in {"", "1"}:
        return ""
    return everyday(unit).replace("1.73m2", "1.73 m²").replace("1.73 m2", "1.73 m²")


def duration(length: Duration) -> str:
    """ "2 months", "1 day", whatever the sign."""
    count = abs(length.count)
    return f"{count} {length.unit}" if count == 1 else f"{count} {length.unit}s"
