"""Expressions: what is asked of a patient."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span
from protocol_dsl.syntax.nodes.time import AnchorRef, Duration, Temporal, Window
from protocol_dsl.syntax.nodes.words import Name, Numeral, Text, Unit


@frozen
class Logic:
    """`a and b and c` or `a or b`. `operators` has one fewer than `operands`; mixing them is an error found
    later.
    """

    operands: tuple[Expression, ...]
    operators: tuple[Literal["and", "or"], ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Negation:
    """`not x`"""

    operand: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Known:
    """`known x`"""

    operand: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Windowed:
    """`x within 2 months before screening`: a predicate and the times that bind it."""

    operand: Expression
    temporals: tuple[Temporal, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Compare:
    """`a >= b`; the comparison in its ASCII form."""

    left: Expression
    comparison: Literal["<", "<=", "=", "!=", ">=", ">"]
    right: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Between:
    """`x between 17 and 30 exclusive`"""

    subject: Expression
    low: Expression
    high: Expression
    negated: bool
    exclusive: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class IsChoice:
    """`x is positive`, `x is not one of {a, b}`"""

    subject: Expression
    choices: tuple[Name, ...]
    negated: bool
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Sum:
    """`a + b - c`; `operators` stand before the second and later operands."""

    operands: tuple[Expression, ...]
    operators: tuple[Literal["+", "-"], ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Product:
    """`a * b / c`"""

    operands: tuple[Expression, ...]
    operators: tuple[Literal["*", "/"], ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Power:
    """`a ^ b`"""

    base: Expression
    exponent: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Negative:
    """`-x`"""

    operand: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Converted:
    """`x in mg/dL`: the plain number of x in that unit."""

    operand: Expression
    unit: Unit
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Quantity:
    """`35 g/L`, `18 years`, `1.5`, `15 kg (33 [lb_av])`. A calendar unit comes as `Unit` too; `same` is the amount
    said again in another unit."""

    number: Numeral
    unit: Unit | None
    same: Quantity | None = field(default=None, kw_only=True)
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Multiple:
    """`10 ULN`, `0.5 LLN`"""

    number: Numeral
    limit: Literal["ULN", "LLN"]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Reference:
    """A name used as an expression."""

    name: Name
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Aged:
    """`age at first diagnosis`"""

    anchor: AnchorRef
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Call:
    """`ln(x)`, `adequate(alt)`"""

    function: Name
    arguments: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Extreme:
    """`larger of {a, b}`, `smaller of {a, b}`"""

    which: Literal["larger", "smaller"]
    operands: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Group:
    """`all of {…}`, `any of {…}`, `none of {…}`"""

    which: Literal["all", "any", "none"]
    operands: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Tally:
    """`at least 2 of {…}`, `at most …`, `exactly …`"""

    which: Literal["at least", "at most", "exactly"]
    number: Numeral
    operands: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Parenthesis:
    """`(x)`: kept, because it bounds what a window binds."""

    inner: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Conditional:
    """`if c then a else b`"""

    condition: Expression
    then: Expression
    otherwise: Expression
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Pick:
    """`first|last|latest|highest|lowest x [window]`; of an event, its first or last occurrence."""

    which: Literal["first", "last", "latest", "highest", "lowest"]
    name: Name
    window: Window | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Mean:
    """`mean of [last 3] x [window]`"""

    last: Numeral | None
    name: Name
    window: Window | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Count:
    """`count of E [where …] [window]`"""

    of: Filtered
    window: Window | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Change:
    """`[relative] change of x over 6 months`"""

    relative: bool
    name: Name
    over: Duration
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Consecutive:
    """`2 consecutive x >= …`, `2 consecutive x is positive`"""

    number: Numeral
    name: Name
    comparison: Literal["<", "<=", "=", "!=", ">=", ">"] | None
    right: Expression | None
    choice: Name | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Filtered:
    """`E [where a, b] [except {c, d}]`: occurrences of an event, or samples of a series."""

    name: Name
    where: tuple[Expression, ...]
    excepted: tuple[Expression, ...]
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Occurrence:
    """`some E`, `no E`, `every E`, or a filtered event without a quantifier (`quantifier` None)."""

    quantifier: Literal["some", "no", "every"] | None
    of: Filtered
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Answer:
    """`answer yes to "…" by investigator [because judgement]`"""

    expected: bool
    question: Text
    by: Literal["investigator", "participant", "sponsor"]
    because: Name | None
    span: Span = field(default=NOWHERE, eq=False, repr=False)


Expression = (
    Logic
    | Negation
    | Known
    | Windowed
    | Compare
    | Between
    | IsChoice
    | Sum
    | Product
    | Power
    | Negative
    | Converted
    | Quantity
    | Multiple
    | Reference
    | Aged
    | Call
    | Extreme
    | Group
    | Tally
    | Parenthesis
    | Conditional
    | Pick
    | Mean
    | Count
    | Change
    | Consecutive
    | Occurrence
    | Answer
)
