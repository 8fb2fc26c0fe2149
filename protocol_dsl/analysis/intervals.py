"""Intervals of doubles: what arithmetic can make of them, and what its operands may then still be.

Forward, an interval holds every double that the evaluator's own arithmetic gives. Sums, products and quotients of
doubles are rounded, but rounding keeps order, so the ends suffice; functions of the mathematical library are
widened. Backward, inverses are widened, so that no operand that counts is ever lost.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from protocol_dsl.ir.numbers import ArithmeticOperator, FunctionName

Interval = tuple[float, float]
"""From the first to the last, both included; `EMPTY` when the first is greater."""

INF = math.inf
ALL: Interval = (-INF, INF)
EMPTY: Interval = (INF, -INF)
_SLACK = 4e-15


def meet(one: Interval, other: Interval) -> Interval:
    """What both hold."""
    return max(one[0], other[0]), min(one[1], other[1])


def wide(interval: Interval) -> Interval:
    """A little more than `interval`, for ends worked out with rounding."""
    low, high = interval
    return low - abs(low) * _SLACK - 5e-324 if low > -INF else low, high + abs(
        high
    ) * _SLACK + 5e-324 if high < INF else high


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def plus(x: Interval, y: Interval) -> Interval:
    """Sums."""
    return x[0] + y[0], x[1] + y[1]


def minus(x: Interval, y: Interval) -> Interval:
    """Differences."""
    return x[0] - y[1], x[1] - y[0]


def times(x: Interval, y: Interval) -> Interval:
    """Products."""
    if x[0] >= 0 and y[0] >= 0:
        return _product(x[0], y[0]), _product(x[1], y[1])
    ends = [_product(a, b) for a in x for b in y]
    return min(ends), max(ends)


def over(x: Interval, y: Interval) -> Interval:
    """Quotients; by zero there is none."""
    if y == (0.0, 0.0):
        return EMPTY
    if y[0] < 0 < y[1]:
        return ALL
    if y[0] == 0 or y[1] == 0:
        return _over_to_zero(x, y)
    ends = [0.0 if a == 0 or (math.isinf(b) and not math.isinf(a)) else _quotient(a, b) for a in x for b in y]
    return min(ends), max(ends)


def _over_to_zero(x: Interval, y: Interval) -> Interval:
    if y[1] == 0:
        x, y = (-x[1], -x[0]), (-y[1], -y[0])
    # y goes from 0 to a positive number: quotients grow without end as it nears 0.
    least = _quotient(x[0], y[1]) if x[0] >= 0 else -INF
    most = _quotient(x[1], y[1]) if x[1] <= 0 else INF
    return least, most


def _quotient(a: float, b: float) -> float:
    if math.isinf(b):
        return 0.0 if not math.isinf(a) else math.copysign(INF, a) * math.copysign(1.0, b)
    try:
        return a / b
    except ZeroDivisionError:  # pragma: no cover - callers keep zero out
        return math.copysign(INF, a)


def power(x: Interval, y: Interval) -> Interval:
    """Powers, worked out for bases that are not negative; of others anything may come."""
    if x[0] < 0:
        return ALL
    ends = [_raised(a, b) for a in x for b in y]
    if x[0] <= 1 <= x[1] or y[0] <= 0 <= y[1]:
        ends.append(1.0)
    return (-INF, INF) if any(math.isnan(end) for end in ends) else wide((min(ends), max(ends)))


def _raised(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except OverflowError:
        return INF
    except ValueError:
        return INF  # zero to a negative power: its neighbours grow without end


FORWARD: dict[ArithmeticOperator, Callable[[Interval, Interval], Interval]] = {
    "+": plus,
    "-": minus,
    "*": times,
    "/": over,
    "^": power,
}


def undo(
    operator: ArithmeticOperator, result: Interval, x: Interval, y: Interval
) -> tuple[Interval, Interval]:
    """What the operands may be when the result is known to lie in `result`."""
    match operator:
        case "+":
            return meet(x, _loose(minus(result, y), result, y)), meet(y, _loose(minus(result, x), result, x))
        case "-":
            return meet(x, _loose(plus(result, y), result, y)), meet(y, _loose(minus(x, result), result, x))
        case "*":
            return meet(x, _factor(result, y)), meet(y, _factor(result, x))
        case "/":
            return meet(x, wide(times(result, y))), meet(y, _divisor(result, x))
        case "^":
            return x, y


def _loose(found: Interval, *parts: Interval) -> Interval:
    """Cancellation leaves an error of the size of the parts, not of the difference."""
    if any(math.isnan(end) for end in found):
        return ALL
    size = max((abs(end) for part in parts for end in part if not math.isinf(end)), default=0.0) * _SLACK
    return found[0] - size - 5e-324, found[1] + size + 5e-324


def _factor(result: Interval, other: Interval) -> Interval:
    if other[0] <= 0 <= other[1]:
        return ALL
    # A product that rounds to nothing has factors that are not nothing.
    return wide(over((result[0] - 1e-300, result[1] + 1e-300), other))


def _divisor(result: Interval, dividend: Interval) -> Interval:
    if result[0] <= 0 <= result[1]:
        return ALL
    return wide(over((dividend[0] - 1e-300, dividend[1] + 1e-300), result))


def _rounded(value: float) -> float:
    if math.isinf(value) or abs(value) >= 2**52:
        return value
    down = math.floor(abs(value))
    return math.copysign(down + 1 if abs(value) - down >= 0.5 else down, value)


def _log(value: float, of: Callable[[float], float]) -> float:
    return -INF if value <= 0 else of(value)


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return INF


def _whole(value: float, of: Callable[[float], int]) -> float:
    return value if math.isinf(value) else float(of(value))


_GROWING: dict[FunctionName, Callable[[float], float]] = {
    "ln": lambda value: _log(value, math.log),
    "log10": lambda value: _log(value, math.log10),
    "exp": _exp,
    "sqrt": lambda value: math.sqrt(max(value, 0.0)),
    "round": _rounded,
    "floor": lambda value: _whole(value, math.floor),
    "ceil": lambda value: _whole(value, math.ceil),
}
_EXACT = {"round", "floor", "ceil", "sqrt"}


def called(function: FunctionName, arguments: list[Interval]) -> Interval:
    """Values of a function."""
    match function:
        case "max":
            return max(low for low, _ in arguments), max(high for _, high in arguments)
        case "min":
            return min(low for low, _ in arguments), min(high for _, high in arguments)
        case "negate":
            return -arguments[0][1], -arguments[0][0]
        case "abs":
            low, high = arguments[0]
            return (max(low, -high, 0.0), max(abs(low), abs(high)))
        case _:
            low, high = arguments[0]
            if (high < 0 and function in {"ln", "log10", "sqrt"}) or (
                high == 0 and function in {"ln", "log10"}
            ):
                return EMPTY
            found = _GROWING[function](low), _GROWING[function](high)
            return found if function in _EXACT else wide(found)


def undo_call(function: FunctionName, result: Interval, arguments: list[Interval]) -> list[Interval]:
    """What the arguments may be when the result is known to lie in `result`."""
    low, high = result
    match function:
        case "max":
            return _undo_max(result, arguments)
        case "min":
            flipped = _undo_max((-high, -low), [(-b, -a) for a, b in arguments])
            return [(-b, -a) for a, b in flipped]
        case "negate":
            return [meet(arguments[0], (-high, -low))]
        case "abs":
            return [meet(arguments[0], (-high, high))]
        case _:
            return [meet(arguments[0], _inverse(function, result))]


def _undo_max(result: Interval, arguments: list[Interval]) -> list[Interval]:
    capped = [(a, min(b, result[1])) for a, b in arguments]
    able = [position for position, (_, b) in enumerate(capped) if b >= result[0]]
    if len(able) == 1:
        a, b = capped[able[0]]
        capped[able[0]] = (max(a, result[0]), b)
    return capped if able else [EMPTY for _ in arguments]


def _inverse(function: FunctionName, result: Interval) -> Interval:
    low, high = result
    match function:
        case "ln":
            return wide(wide((max(_exp(low), 0.0), _exp(high))))
        case "log10":
            return wide(wide((0.0 if low == -INF else _raised(10.0, low), _raised(10.0, high))))
        case "exp":
            return wide(wide((_log(low, math.log), _log(high, math.log))))
        case "sqrt":
            return (
                (0.0, wide(wide((0.0, high * high)))[1]) if low <= 0 else wide(wide((low * low, high * high)))
            )
        case "round":
            return low - 0.5, high + 0.5
        case "floor":
            return low, high + 1
        case "ceil":
            return low - 1, high
        case _:
            return ALL
