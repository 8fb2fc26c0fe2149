"""Protocols of any length, with every kind of line a long protocol has."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle, islice

FACTS = 30


def protocol_text(criteria: int) -> str:
    """A valid file of that many criteria over 90 facts, half of them exclusions."""
    header = 'protocol SYNTHETIC "A protocol of many criteria" { sex all  age 18 to 80 years }\n'
    return "\n".join([header, *_facts(), *islice(_criteria(), criteria)]) + "\n"


def _facts() -> Iterator[str]:
    for number in range(FACTS):
        yield f'fact lab_{number} : lab in umol/L plausible 0 to 1500, recorded to 0.1 "Laboratory value {number}" {{'
        yield "  molar_mass 100 g/mol\n}"
        yield f'fact event_{number} : event "Event {number}"'
        yield f'fact test_{number} : finding positive, negative "Test {number}"'


def _criteria() -> Iterator[str]:
    for number, (kind, verb) in enumerate(cycle((("inclusion", "require"), ("exclusion", "reject")))):
        lines = "\n".join(f"  {verb} {condition}" for condition in _conditions(number))
        yield (
            f'{kind} C{number} "Criterion number {number}" {{\n'
            f'  source "Number {number}: what the protocol says of it, in a sentence of the usual length of such"\n'
            f"{lines}\n}}"
        )


def _conditions(number: int) -> tuple[str, ...]:
    one, other = number % FACTS, (number + 3) % FACTS
    match number % 4:
        case 0:
            return (f"lab_{one} >= {2 + number % 9} ULN",)
        case 1:
            low = number % 400 + 1
            return (
                f"lab_{one} between {low}.5 and {low + 99} umol/L and lab_{other} < {number % 13 + 1} mg/dL",
            )
        case 2:
            window = f"within {number % 12 + 1} months before screening"
            return (f"any of {{ event_{one}, event_{other} }} {window}",)
        case _:
            return (
                f"test_{one} is positive for more than {number % 11 + 1} months",
                f"(lab_{one} in mg/dL) / (lab_{other} in mg/dL) > {number % 7 + 1}.25",
                f"highest lab_{one} within {number % 50 + 1} days before screening > 100 umol/L",
            )
