"""The examples written in the file: one row each, one column for each criterion."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from protocol_dsl.backends.docs.anchors import Anchors
from protocol_dsl.backends.docs.words import Link
from protocol_dsl.ir.protocol import Eligibility, Example, Outcome, Protocol

Outcomes = Mapping[str, Mapping[str, Outcome]]
"""What each example came out as when it was run: example name, then criterion id."""

SIGNS: dict[Outcome, str] = {"passes": "✓", "fails": "✗", "unknown": "?"}


_BY_INTEREST: tuple[Outcome, ...] = ("fails", "unknown", "passes")


@frozen
class Cell:
    """One outcome: `sign` and `word` (empty: not stated), whether the file expects it, and whether it came out
    otherwise than expected."""

    outcome: str
    sign: str
    word: str
    expected: bool
    differs: str


@frozen
class ExampleRow:
    """One example: `stages` are (stage, expected verdict) pairs."""

    name: str
    anchor: str
    on: str
    verdicts: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]


@frozen
class ExamplesView:
    """The table. `computed` tells whether cells are outcomes of a run or only what the file says, `expected` how many
    outcomes the file states, `differing` how many of those came out otherwise; `on` is the day of judging when all
    share one."""

    columns: tuple[Link, ...]
    rows: tuple[ExampleRow, ...]
    computed: bool
    expected: int
    differing: int
    on: str


def examples(protocol: Protocol, outcomes: Outcomes | None, anchors: Anchors) -> ExamplesView:
    """Every example with its outcome per criterion; without `outcomes` only what the file expects."""
    ids = [criterion.id for stage in protocol.stages for criterion in stage.criteria]
    rows = tuple(_row(example, protocol, ids, outcomes, anchors) for example in protocol.examples)
    return ExamplesView(
        columns=tuple(Link(name, anchors("criterion", name)) for name in ids),
        rows=rows,
        computed=outcomes is not None,
        expected=sum(cell.expected for row in rows for cell in row.cells),
        differing=sum(bool(cell.differs) for row in rows for cell in row.cells),
        on=protocol.examples[0].on if len({example.on for example in protocol.examples}) == 1 else "",
    )


def expected(example: Example, protocol: Protocol) -> dict[str, Outcome]:
    """What the file says of each criterion: eligible is that every criterion of the stage passes."""
    stages = {stage.name: [criterion.id for criterion in stage.criteria] for stage in protocol.stages}
    found: dict[str, Outcome] = {}
    for expectation in example.expectations:
        if expectation.verdict == "eligible":
            found |= dict.fromkeys(stages.get(expectation.stage, ()), "passes")
    for expectation in example.expectations:
        found |= dict(expectation.criteria)
    return found


def touching(protocol: Protocol, outcomes: Outcomes | None, criterion: str) -> dict[Outcome, tuple[str, ...]]:
    """Names of the examples by what the criterion comes out as in them (or, without a run, is expected to)."""
    found: dict[Outcome, tuple[str, ...]] = {}
    for example in protocol.examples:
        known = (outcomes or {}).get(example.name) or expected(example, protocol)
        if criterion in known:
            found[known[criterion]] = (*found.get(known[criterion], ()), example.name)
    return {outcome: found[outcome] for outcome in _BY_INTEREST if outcome in found}


def _row(
    example: Example, protocol: Protocol, ids: list[str], outcomes: Outcomes | None, anchors: Anchors
) -> ExampleRow:
    said = expected(example, protocol)
    ran = outcomes.get(example.name, {}) if outcomes is not None else None
    verdicts = [(one.stage, one.verdict) for one in example.expectations if one.verdict]
    return ExampleRow(
        name=example.name,
        anchor=anchors("example", example.name),
        on=example.on,
        verdicts=tuple(_verdict(stage, verdict, protocol) for stage, verdict in verdicts),
        cells=tuple(
            _cell(said.get(name), None if ran is None else ran.get(name), ran is None) for name in ids
        ),
    )


def _verdict(stage: str, verdict: Eligibility, protocol: Protocol) -> tuple[str, str]:
    return ("" if len(protocol.stages) == 1 else stage.replace("_", " "), verdict)


def _cell(said: Outcome | None, ran: Outcome | None, unrun: bool) -> Cell:
    outcome = said if unrun else ran
    if outcome is None:
        return Cell("", "", "not stated" if unrun else "not judged", False, "")
    differs = said if said is not None and said != outcome else ""
    return Cell(outcome, SIGNS[outcome], outcome, said is not None, differs)
