"""The states a patient can be in, as far as some conditions can tell them apart.

A number is taken at each threshold and once between any two, on the grid it is recorded to and within its plausible
range; a choice takes each of its values; anything else asked, such as whether an event happened, is true or false.
Every combination counts as a state, so that what no state shows cannot happen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, floor, prod
from operator import eq, ge, gt, le, lt, ne
from typing import cast

from attrs import frozen

from protocol_dsl.ir.features import Given, SampleValue
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Compare,
    Comparison,
    Constant,
    Formula,
    Known,
    NamedTruth,
    Not,
    OneOf,
    Truth,
)
from protocol_dsl.ir.numbers import Const, Value
from protocol_dsl.ir.walk import FORMULAS
from protocol_dsl.semantics.rules.conjuncts import key_of
from protocol_dsl.semantics.rules.domains import choices_of, named, numbers_of, whole_only
from protocol_dsl.semantics.rules.intervals import Interval
from protocol_dsl.semantics.rules.spoken import plain, unit_words
from protocol_dsl.semantics.rules.subject import Subject

_COMPARED: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    "<": lt,
    "<=": le,
    "=": eq,
    "!=": ne,
    ">=": ge,
    ">": gt,
}
Key = object
"""The id of a feature, or what stands for a condition that is only true or false."""
Setting = Fraction | str | bool
State = Mapping[Key, Setting]


@frozen
class States:
    """The states that `conditions` tell apart. `axes` holds the settings of each key, `asked` the condition behind one
    that is true or false."""

    subject: Subject
    axes: Mapping[Key, tuple[Setting, ...]]
    asked: Mapping[Key, Formula]

    @property
    def number(self) -> int:
        """How many there are."""
        return prod(len(settings) for settings in self.axes.values())

    def __iter__(self) -> Iterator[State]:
        for settings in product(*self.axes.values()):
            yield dict(zip(self.axes, settings, strict=True))

    def words(self, state: State, keys: Iterable[Key]) -> str:
        """What some keys are in a state: `inr = 2.01` and `progression ever`."""
        return " and ".join(filter(None, (self._setting(key, state[key]) for key in keys)))

    def _setting(self, key: Key, setting: Setting) -> str:
        if isinstance(setting, bool):
            words = self._asked_words(self.asked[key])
            return words if setting else f"not {words}"
        name = named(str(key), self.subject)
        if isinstance(setting, str):
            return f"`{name} is {setting}`"
        return f"`{name} = {plain(setting)}{unit_words(str(key), self.subject)}`"

    def _asked_words(self, condition: Formula) -> str:
        if isinstance(condition, Truth):
            return self.subject.features[condition.feature].words
        return f"`{self.subject.words(getattr(condition, 'span', self.subject.tree.span))}`"


def states_of(conditions: Iterable[Formula], subject: Subject) -> States:
    """The states that matter to some conditions."""
    thresholds: dict[str, set[Fraction]] = {}
    axes: dict[Key, tuple[Setting, ...]] = {}
    asked: dict[Key, Formula] = {}
    for atom in (atom for condition in conditions for atom in _atoms(condition, subject)):
        match atom:
            case Compare(_, Value(feature), Const(limit)):
                thresholds.setdefault(feature, set()).add(limit)
                axes[feature] = ()
            case OneOf(feature, _, False) if choices_of(feature, subject):
                axes[feature] = choices_of(feature, subject)
            case _:
                axes[key_of(atom)], asked[key_of(atom)] = (False, True), atom
    for feature, limits in thresholds.items():
        axes[feature] = _numbers(feature, limits, subject)
    return States(subject, axes, asked)


def holds(formula: Formula, state: State, subject: Subject) -> bool:
    """Whether a condition is true in a state in which everything is known."""
    match formula:
        case Constant(value):
            return value
        case All(operands):
            return all(holds(each, state, subject) for each in operands)
        case Any(operands):
            return any(holds(each, state, subject) for each in operands)
        case AtLeast(count, operands):
            return sum(holds(each, state, subject) for each in operands) >= count
        case Not(operand):
            return not holds(operand, state, subject)
        case Known(operand):
            return holds(operand, state, subject)
        case NamedTruth(name) if (body := _body(name, subject)) is not None:
            return holds(body, state, subject)
        case Compare(comparison, Value(feature), Const(limit)):
            return _COMPARED[comparison](cast("Fraction", state[feature]), limit)
        case OneOf(feature, choices, False) if choices_of(feature, subject):
            return state[feature] in choices
        case _:
            return bool(state[key_of(formula)])


def _atoms(formula: Formula, subject: Subject) -> Iterator[Formula]:
    match formula:
        case All(operands) | Any(operands) | AtLeast(_, operands):
            for operand in operands:
                yield from _atoms(operand, subject)
        case Not(operand) | Known(operand):
            yield from _atoms(operand, subject)
        case NamedTruth(name) if (body := _body(name, subject)) is not None:
            yield from _atoms(body, subject)
        case Constant():
            return
        case _:
            yield formula


def _body(name: str, subject: Subject) -> Formula | None:
    """What a yes/no definition says."""
    definitions = () if subject.protocol is None else subject.protocol.definitions
    body = next((one.body for one in definitions if one.id == name), None)
    return cast("Formula", body) if isinstance(body, FORMULAS) else None


def _numbers(feature: str, limits: Iterable[Fraction], subject: Subject) -> tuple[Fraction, ...]:
    """Each limit and a number between any two, beyond the first and beyond the last, as far as they can be recorded."""
    (possible,) = numbers_of(feature, subject)
    step = recorded_to(feature, subject)
    cuts = sorted(limits)
    found = {limit for limit in cuts if not possible.meet(Interval(limit, False, limit, False)).empty}
    for low, high in pairwise((None, *cuts, None)):
        within = possible.meet(Interval(low, True, high, True))
        found |= set() if within.empty else {_inside(within, step)}
    on_grid = (one for one in found if step is None or one % step == 0)
    return tuple(sorted(one for one in on_grid if not possible.meet(Interval(one, False, one, False)).empty))


def recorded_to(feature: str, subject: Subject) -> Fraction | None:
    """The step that values of a feature are recorded to; None where they can be anything."""
    node = subject.features[feature].node
    if whole_only(feature, subject):
        return Fraction(1)
    if not isinstance(node, Given | SampleValue):
        return None
    plausible = subject.facts[node.fact].plausible if node.fact in subject.facts else None
    return None if plausible is None else plausible.step


def _inside(within: Interval, step: Fraction | None) -> Fraction:
    """A number of an interval; with a step, the one on the grid that is nearest to an end of it."""
    low, high = within.low, within.high
    if low is None:
        return Fraction(0) if high is None else (ceil(high / (step or 1)) - 1) * (step or Fraction(1))
    if step is not None:
        return (floor(low / step) + 1 if within.low_open else ceil(low / step)) * step
    return low + 1 if high is None else (low + high) / 2
