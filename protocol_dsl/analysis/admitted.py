"""Findings that the file itself owns up to: a source disagrees with itself or repeats itself, and a note says so.

What admits a finding is a word that its note can hardly lack: `header` where ages differ, and `sex` beside it where
that does, `nobody` where a
criterion excludes nobody, the other's name (`I1`) where one criterion says again what another says. Nothing admits
that no patient can be eligible, or that cases leave a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from protocol_dsl.analysis.errors.coverage import HeaderTooWide, OutsideHeader
from protocol_dsl.analysis.errors.criteria import CriterionImplied, EveryonePasses, ExclusionNegates
from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.protocol import Protocol

_SEX = re.compile(r"^sex\b")
"""Where sexes differ a note has to say so; of a header's limits it is enough to speak."""


def admitted(protocol: Protocol, finding: Diagnostic) -> bool:
    """Whether a note of the criterion, or for the header any note, says what the finding does."""
    notes = {one.id: one.notes for stage in protocol.stages for one in stage.criteria}
    match finding:
        case OutsideHeader(header=said) | HeaderTooWide(header=said):
            everywhere = (*protocol.notes, *(note for kept in notes.values() for note in kept))
            return any(_said((one,), ("header", *_SEX.findall(said))) for one in everywhere)
        case EveryonePasses(criterion=name):
            return _said(notes[name], ("nobody",))
        case CriterionImplied(criterion=name, implying=others):
            return _said(notes[name], others)
        case ExclusionNegates(exclusion=name, inclusion=other):
            return _said(notes[name], (other,))
        case _:
            return False


def _said(notes: Iterable[str], words: Iterable[str]) -> bool:
    text = " ".join(notes)
    return all(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)
