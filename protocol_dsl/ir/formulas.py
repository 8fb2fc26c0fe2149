"""Second stage, logic: total three-valued (Kleene) formulas over features. Each atom has a stable id and a span."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from protocol_dsl.ir.numbers import Number
from protocol_dsl.source import NOWHERE, Span

Comparison = Literal["<", "<=", "=", "!=", ">=", ">"]


@frozen
class Constant:
    """Always true or always false."""

    value: bool


@frozen
class Truth:
    """A yes/no feature (`feature` is its id). An atom."""

    feature: str
    atom: str = field(default="", eq=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class NamedTruth:
    """A yes/no definition of the protocol (`Protocol.definitions`)."""

    definition: str


@frozen
class Compare:
    """`left comparison right`, both numbers of one unit; unknown when either side is. An atom."""

    comparison: Comparison
    left: Number
    right: Number
    atom: str = field(default="", eq=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class OneOf:
    """The choice is one of `choices` (ordered comparisons are lowered to this). An atom.

    `subject` is the id of a choice feature; with `item` true (inside a filter) it names a part of the record
    being looked at: `value` or an attribute.
    """

    subject: str
    choices: tuple[str, ...]
    item: bool = False
    atom: str = field(default="", eq=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Contains:
    """The set feature holds at least one of `choices`. An atom."""

    feature: str
    choices: tuple[str, ...]
    atom: str = field(default="", eq=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class ItemTruth:
    """Inside a filter only: a yes/no attribute of the occurrence being looked at. An atom."""

    part: str
    atom: str = field(default="", eq=False)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class All:
    """Kleene conjunction; true when empty."""

    operands: tuple[Formula, ...]


@frozen
class Any:
    """Kleene disjunction; false when empty."""

    operands: tuple[Formula, ...]


@frozen
class Not:
    """Kleene negation."""

    operand: Formula


@frozen
class AtLeast:
    """At least `count` of the operands: true when that many are true, false when too few can be."""

    count: int
    operands: tuple[Formula, ...]


@frozen
class Known:
    """True only when the operand is known true, else false: absence of a record decides. An operand that is unknown
    stays so unless `unsettled` is false, for a record that is there and leaves it open is no absence."""

    operand: Formula
    unsettled: Formula = Constant(False)


Atom = Truth | Compare | OneOf | Contains | ItemTruth
Formula = Constant | Atom | NamedTruth | All | Any | Not | AtLeast | Known
