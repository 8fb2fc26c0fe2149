"""`strategies.py`: patients of one protocol for property tests, its criteria and facts as names a type checker knows.
It holds no second account of the protocol: it reads `protocol.json` beside it and asks the one engine."""

from __future__ import annotations

from collections.abc import Sequence

from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.writer import Writer, string
from protocol_dsl.ir.protocol import Protocol

_HEAD = '''\
"""Patients made from the protocol, as strategies of hypothesis.

Generated; do not edit. It reads `protocol.json`, which stands beside it, and needs two packages:
`pip install protocol-dsl hypothesis`.

    from hypothesis import given
    from strategies import only_fails

    @given(only_fails({first}))
    def test_my_checker(patient):
        assert my_checker(patient.data) == "ineligible"

`patient.data` is the patient in JSON form, `patient.on` the day of judging. Nothing is filtered by its verdict; a
failing patient shrinks to what differs from the typical one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from hypothesis.strategies import SearchStrategy

from protocol_dsl.ir.to_json import from_json
from protocol_dsl.testing.strategies import MadePatient, Strategies

Patients = SearchStrategy[MadePatient]
'''
_BODY = '''

@cache
def made() -> Strategies:
    """The strategies of this protocol, made when first asked for."""
    return Strategies(from_json(Path(__file__).with_name("protocol.json").read_text(encoding="utf-8")))


def suite() -> tuple[MadePatient, ...]:
    """The explicit suite: the same patients on every run, to be asked about before any is drawn."""
    return made().suite()


def patients() -> Patients:
    """Patients of every kind."""
    return made().patients()


def eligible() -> Patients:
    """Patients who pass every criterion."""
    return made().eligible()


def ineligible() -> Patients:
    """Patients who fail some criterion."""
    return made().ineligible()


def undetermined() -> Patients:
    """Patients who fail no criterion, with one at least unknown."""
    return made().undetermined()


def only_fails(criterion: Criterion) -> Patients:
    """Patients who fail one criterion and pass all others."""
    return made().only_fails(criterion)


def boundary(criterion: Criterion) -> Patients:
    """Patients with a value on, or one recording step beside, a threshold of one criterion."""
    return made().boundary(criterion)


def missing(*facts: Fact) -> Patients:
    """Eligible patients, then without these facts."""
    return made().missing(*facts)
'''


def emit(protocol: Protocol) -> tuple[Artifact, ...]:
    """`strategies.py`, for a protocol with criteria."""
    criteria = protocol.stages[0].criteria if protocol.stages else ()
    if not criteria:
        return ()
    first = string(criteria[-1].id)
    facts = [(fact.name, fact.label) for fact in protocol.facts]
    parts = (
        _HEAD.replace("{first}", first),
        _names("Criterion", [(one.id, one.title) for one in criteria]),
        _names("Fact", facts),
    )
    return (Artifact("strategies.py", "".join(parts) + _BODY),)


def _names(kind: str, named: Sequence[tuple[str, str]]) -> str:
    """A type of the names, each under what it stands for."""
    writer = Writer()
    writer.blank()
    writer.line(f"{kind} = Literal[")
    with writer.indented():
        for name, words in named:
            writer.comment(words)
            writer.line(f"{string(name)},")
    writer.line("]")
    return writer.text()
