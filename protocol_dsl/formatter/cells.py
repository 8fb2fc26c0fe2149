"""Where the columns of a table of statements begin: facts, doses and one-line examples are read downwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocol_dsl.syntax.concrete import Branch, Leaf


@frozen
class Table:
    """The columns that statements of a kind may have, in their usual order; a cell out of order stays where it is."""

    columns: tuple[str, ...]
    gap: int = 2
    """Spaces between the columns of a table, at the least."""
    alone: int = 1
    """The same in a statement that stands by itself."""
    close: frozenset[str] = frozenset()
    """Columns that stand one space after what they belong to."""

    def place(self, column: str) -> int:
        """Where the column stands among the others."""
        return self.columns.index(column)


GRID = "grid"
GRID_COLUMNS = tuple(str(number) for number in range(200))
"""Statements of one kind side by side, as codes often are; no line is wide enough for more."""

_NAMED = Table(("label", "value", "body"), close=frozenset({"label", "value"}))

TABLES: Mapping[str, Table] = {
    "fact": Table(
        ("kind", "plausible", "recorded", "normal", "molar_mass", "valid", "label", "body"),
        alone=2,
        close=frozenset({"kind", "recorded"}),
    ),
    "fact_entry": Table(("label", "body"), alone=2),
    "define": _NAMED,
    "intervention": Table(("label", "body", "background"), close=frozenset({"label"})),
    "anchor": _NAMED,
    "cohort": _NAMED,
    "valueset_file": _NAMED,
    "valueset_inline": _NAMED,
    "give": Table(("dose", "timing", "limit")),
    "epoch": Table(("label", "from", "until")),
    "visit": Table(("label", "at", "window", "body")),
    "assess": Table(("at",)),
    "example": Table(("label", "expect"), close=frozenset({"label"})),
    "code": Table(("unit",), gap=1),
    "example_answer": Table(("to",), gap=1),
    "words": Table(("value",), gap=1),
    GRID: Table(GRID_COLUMNS, alone=2),
}
"""By kind of statement; the first column, that of the statement's first words, has no name."""

_KEYWORD_AND_VALUE = frozenset({"domain", "note", "source_text", "source_pointer", "variant"})

_LEAVES = {
    ("fact", ":"): "kind",
    ("fact", "{"): "body",
    ("plausible", "recorded"): "recorded",
    ("fact_entry", "{"): "body",
    ("define", "="): "value",
    ("intervention", "{"): "body",
    ("intervention", "background"): "background",
    ("code", "in"): "unit",
    ("visit", "{"): "body",
    ("epoch", "from"): "from",
    ("epoch", "until"): "until",
    ("assess", "at"): "at",
    ("example", "like"): "label",
    ("example_answer", "to"): "to",
}
_LABELLED = frozenset(
    {"fact", "fact_entry", "define", "intervention", "anchor", "cohort", "valueset_file", "valueset_inline", "epoch",
     "visit"}
)  # fmt: skip
_BRANCHES = {
    **{
        ("fact", rule): column
        for column, rules in {
            "plausible": ("plausible",),
            "normal": ("normal",),
            "molar_mass": ("molar_mass",),
            "valid": ("valid", "absent"),
        }.items()
        for rule in rules
    },
    **{
        ("give", rule): column
        for column, rules in {
            "dose": ("dose_case",),
            "timing": (
                *("once", "frequency", "every", "on_days", "with_each", "offset_each", "continuously"),
                *("prescribed", "as_needed"),
            ),
            "limit": (
                *("for_duration", "for_doses", "from_to", "until", "give_while", "give_if", "skip", "delay"),
                *("reduce_to", "reduce_level", "stop"),
            ),
        }.items()
        for rule in rules
    },
    **{("visit", rule): "at" for rule in ("visit_day", "visit_point", "visit_offset")},
    **{("visit", rule): "window" for rule in ("symmetric", "asymmetric")},
    ("example", "expect_verdict"): "expect",
    ("example", "expect_criteria"): "expect",
    ("example", "expect_stage"): "expect",
}


def kind(rule: str) -> str:
    """The table that a statement of this rule belongs in, under a name that its neighbours share."""
    return "words" if rule.startswith("header") or rule in _KEYWORD_AND_VALUE else rule


def cell(rule: str, place: int, child: Branch | Leaf, seen: set[str]) -> str | None:
    """The column that a part of a statement begins, if any; each but once (`seen`)."""
    column = _column(rule, place, child)
    if column is None or column in seen:
        return None
    seen.add(column)
    return column


def _column(rule: str, place: int, child: Branch | Leaf) -> str | None:
    if child.text is None:
        return _BRANCHES.get((rule, child.rule))
    if kind(rule) == "words":
        return "value" if place == 1 else None
    if rule in _LABELLED and child.text.startswith('"'):
        return "label"
    return _LEAVES.get((rule, child.text))
