"""Names of facts, units and definitions as they stand inside a sentence."""

from __future__ import annotations

from protocol_dsl.ir.facts import Fact
from protocol_dsl.vocabulary.calendar import Duration


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
    """A fact's unit as its author wrote it; empty for a plain number."""
    return "" if fact.unit in {"", "1"} else fact.unit_text or fact.unit


def duration(length: Duration) -> str:
    """ "2 months", "1 day", whatever the sign."""
    count = abs(length.count)
    return f"{count} {length.unit}" if count == 1 else f"{count} {length.unit}s"
