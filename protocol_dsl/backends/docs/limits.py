"""Values on both sides of the limits of a criterion, as its card shows them: "17: met, 16: not met"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from attrs import frozen

from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.formulas import Compare
from protocol_dsl.ir.numbers import Value
from protocol_dsl.ir.protocol import Criterion
from protocol_dsl.runtime.phrases import value_text


class Limit(NamedTuple):
    """A limit of a criterion: `atom` compares with it, `cases` are neighbouring values and whether the criterion
    passes; `multiple_of` the limit of normal it is a multiple of, and what that was (feature, value)."""

    atom: Compare
    cases: tuple[tuple[float, bool], ...]
    multiple_of: tuple[str, float] | None = None


Limits = Mapping[str, Sequence[Limit]]
"""The limits of each criterion by its id, found and judged elsewhere."""

_WORDS = {
    "inclusion": {True: "met", False: "not met"},
    "exclusion": {True: "does not apply", False: "applies"},
}


@frozen
class LimitView:
    """One value and its limits: `cases` are (value, outcome in words, whether the criterion passes)."""

    subject: str
    cases: tuple[tuple[str, str, bool], ...]


def limit_views(limits: Limits, criterion: Criterion, prose: Prose) -> tuple[LimitView, ...]:
    """The limits of a criterion, those of one value together and in order."""
    found: dict[tuple[str, str], dict[float, bool]] = {}
    for limit in limits.get(criterion.id, ()):
        key = (_subject(limit, prose), _unit(limit, prose))
        known = found.setdefault(key, {})
        if any(known.get(value, outcome) is not outcome for value, outcome in limit.cases):
            continue  # limits of different patients: each is told, but not in one row
        known.update(limit.cases)
    words = _WORDS[criterion.kind]
    return tuple(
        LimitView(
            subject,
            tuple((value_text(one, unit), words[cases[one]], cases[one]) for one in sorted(cases)),
        )
        for (subject, unit), cases in found.items()
    )


def _subject(limit: Limit, prose: Prose) -> str:
    subject = prose.predicate(limit.atom)[0]
    if limit.multiple_of is not None:
        feature, value = limit.multiple_of
        name = prose.feature(feature).replace(f" of {subject}", "")
        subject = f"{subject} at an {name} of {value_text(value, _unit(limit, prose))}"
    return subject[0].upper() + subject[1:]


def _unit(limit: Limit, prose: Prose) -> str:
    left = limit.atom.left
    return prose.feature_unit(left.feature) if isinstance(left, Value) else ""
