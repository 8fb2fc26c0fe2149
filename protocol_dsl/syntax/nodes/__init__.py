"""The syntax tree, one class per construct; each docstring is the concrete syntax it stands for.

Spans are outside equality. Nothing here carries meaning: `semantics` keeps its results beside the tree.
"""

from __future__ import annotations

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.syntax.nodes.criteria import Assume, Criterion, Example, OutOfScope, ProtocolBlock, Stage
from protocol_dsl.syntax.nodes.facts import (
    Anchor,
    Cohort,
    Define,
    Fact,
    Facts,
    LibraryHeader,
    Note,
    Use,
    ValueSet,
)
from protocol_dsl.syntax.nodes.schedule import Arm, DayOne, DaysFrom, Intervention, Regimen
from protocol_dsl.syntax.nodes.visits import Assess, Epoch, Escalation, Randomize, Timeline, Visit, Visits

Item = (
    LibraryHeader
    | Use
    | ProtocolBlock
    | Fact
    | Facts
    | ValueSet
    | Define
    | Anchor
    | Cohort
    | Assume
    | Criterion
    | Stage
    | OutOfScope
    | Note
    | DayOne
    | DaysFrom
    | Intervention
    | Regimen
    | Arm
    | Epoch
    | Visit
    | Visits
    | Assess
    | Timeline
    | Randomize
    | Escalation
    | Example
)


@frozen
class Tree:
    """A whole file, in the author's order."""

    items: tuple[Item, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)
