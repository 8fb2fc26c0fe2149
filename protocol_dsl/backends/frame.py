"""The frame of features: one row a patient, one column a feature (a few have more). Queries make it from records, the
columns back end judges it; both name its columns as here.

A truth or choice is one column of its feature's name. A number is one column when its values are exact, else two,
`…_low` and `…_high`: equal where it is known exactly, null where it is unknown. A set is a column of truth for each
choice that may be asked, `…_has_<choice>`. Null is unknown.
"""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.backends.names import Scope, identifier
from protocol_dsl.ir.features import Feature, Given, SampleChange, SampleMean
from protocol_dsl.ir.protocol import Protocol

TABLE_WORDS = frozenset(
    {
        "patients", "givens", "members", "anchors", "answers", "histories", "samples", "occurrences", "attributes",
        "patient", "judged_from", "judged_to", "patient_row", "p", "r", "o", "a",
    }
)  # fmt: skip
"""Names that queries use themselves: tables of records, columns of the patient, what rows are called."""
LONGEST = 48
"""Characters of a name before anything is added: PostgreSQL cuts names at 63."""


@frozen
class Frame:
    """Names of columns: `plain` of truths, choices and numbers that are always exact, `low` and `high` of numbers that
    may be bounded, `has` by feature and choice of sets."""

    plain: dict[str, str]
    low: dict[str, str]
    high: dict[str, str]
    has: dict[tuple[str, str], str]


def always_exact(feature: Feature) -> bool:
    """Whether a number is never just bounded."""
    return isinstance(feature.node, SampleMean | SampleChange)


def frame_scope() -> Scope:
    """The scope in which every engine names its columns, so that all give them the same names."""
    return Scope(TABLE_WORDS)


def frame_of(protocol: Protocol, scope: Scope) -> Frame:
    """The columns of a protocol's features, their names claimed in `scope`."""
    frame = Frame({}, {}, {}, {})
    choices = {fact.name: fact.choices for fact in protocol.facts}
    for feature in protocol.features:
        name = short(feature.id)
        if feature.type == "set":
            held = choices[feature.node.fact] if isinstance(feature.node, Given) else ()
            for choice in held:
                frame.has[feature.id, choice] = scope.fresh(f"{name}_has_{short(choice)[:10]}")
        elif feature.type == "number":
            frame.plain[feature.id] = scope.fresh(name)
            if not always_exact(feature):
                frame.low[feature.id] = scope.fresh(f"{name}_low")
                frame.high[feature.id] = scope.fresh(f"{name}_high")
        else:
            frame.plain[feature.id] = scope.fresh(name)
    return frame


def short(text: str) -> str:
    """`text` as an identifier, no longer than the longest name that can be added to."""
    name = identifier(text)
    if len(name) <= LONGEST:
        return name
    return name[: LONGEST + 1].rpartition("_")[0] or name[:LONGEST]
