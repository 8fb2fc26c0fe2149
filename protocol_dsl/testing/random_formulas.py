"""Formulas and numbers at random over given features."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from protocol_dsl.ir.features import Age, AgeUnit, Feature
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Compare,
    Constant,
    Contains,
    Formula,
    Known,
    NamedTruth,
    Not,
    OneOf,
    Truth,
)
from protocol_dsl.ir.numbers import (
    Arithmetic,
    Call,
    Choose,
    Const,
    FunctionName,
    IfMissing,
    Named,
    Number,
    Value,
)
from protocol_dsl.testing.random_windows import COMPARISONS, WindowMaker

_CALLS: tuple[FunctionName, ...] = (
    "ln",
    "log10",
    "exp",
    "sqrt",
    "abs",
    "round",
    "floor",
    "ceil",
    "negate",
    "max",
    "min",
)
_AGES: dict[AgeUnit, tuple[int, ...]] = {
    "year": (2, 18, 65),
    "month": (6, 216, 780),
    "week": (104, 939, 3391),
    "day": (28, 6574, 6575, 23741),
}


class FormulaMaker:
    """Draws formulas whose atoms are numbered as they are made; definitions made so far may be named."""

    def __init__(self, rng: Random, windows: WindowMaker, features: tuple[Feature, ...]) -> None:
        self.rng = rng
        self.windows = windows
        self.features = {
            kind: [feature for feature in features if feature.type == kind]
            for kind in ("truth", "number", "choice", "set")
        }
        self.named_truths: list[str] = []
        self.named_numbers: list[str] = []
        self.atoms = 0

    def formula(self, depth: int) -> Formula:
        """A formula of at most `depth` connectives one inside the other."""
        if depth == 0 or self.rng.random() < 0.25:
            return self.atom()
        operands = tuple(self.formula(depth - 1) for _ in range(self.rng.randint(1, 3)))
        match self.rng.randrange(8):
            case 0 | 1:
                return All(operands)
            case 2 | 3:
                return Any(operands)
            case 4:
                return Not(operands[0])
            case 5:
                return AtLeast(self.rng.randint(0, len(operands) + 1), operands)
            case 6:
                return Known(operands[0], operands[-1] if self.rng.random() < 0.7 else Constant(False))
            case _:
                return All((*operands, Constant(self.rng.random() < 0.8)))

    def atom(self) -> Formula:
        """An atom of any kind that the features allow, or a definition."""
        if self.named_truths and self.rng.random() < 0.1:
            return NamedTruth(self.rng.choice(self.named_truths))
        kind = self.rng.choices(("number", "truth", "choice", "set"), weights=(6, 5, 2, 1))[0]
        if not self.features[kind]:
            return self._compare() if self.features["number"] else Constant(True)
        if kind == "number":
            return self._compare()
        feature = self.rng.choice(self.features[kind])
        if kind == "truth":
            return Truth(feature.id, atom=self._id())
        choices = self._choices(feature)
        some = tuple(self.rng.sample(choices, self.rng.randint(1, len(choices) - 1)))
        if kind == "choice":
            return OneOf(feature.id, some, atom=self._id())
        return Contains(feature.id, some, atom=self._id())

    def _choices(self, feature: Feature) -> tuple[str, ...]:
        return self.windows.facts[getattr(feature.node, "fact", "")].choices

    def _compare(self) -> Compare:
        comparison = self.rng.choice(COMPARISONS)
        feature = self.rng.choice(self.features["number"])
        if self.rng.random() < 0.6:
            return Compare(comparison, Value(feature.id), self._threshold(feature), atom=self._id())
        return Compare(comparison, self.plain_number(2), self.plain_number(1), atom=self._id())

    def _threshold(self, feature: Feature) -> Const:
        if isinstance(feature.node, Age):
            return Const(Fraction(self.rng.choice(_AGES[feature.node.unit])))
        fact = getattr(feature.node, "fact", "")
        if feature.unit == "1" and fact != "inr":
            return Const(Fraction(self.rng.choice((-1, 0, 1, 2, 3))))
        return self.windows.threshold(fact)

    def plain_number(self, depth: int) -> Number:
        """A number whose unit does not matter: every feature in it is first multiplied by a literal."""
        if depth == 0 or self.rng.random() < 0.2:
            return self._leaf()
        left, right = self.plain_number(depth - 1), self.plain_number(depth - 1)
        match self.rng.randrange(6):
            case 0 | 1 | 2:
                return Arithmetic(self.rng.choice(("+", "-", "*", "/", "^")), left, right)
            case 3:
                return Choose(self.formula(0), left, right)
            case 4:
                return IfMissing(left, right)
            case _:
                function = self.rng.choice(_CALLS)
                return Call(function, (left, right) if function in {"max", "min"} else (left,))

    def _leaf(self) -> Number:
        if self.named_numbers and self.rng.random() < 0.15:
            return Named(self.rng.choice(self.named_numbers))
        literal = Const(Fraction(self.rng.choice((-2, 0, 1, 2, 3, 10))) / self.rng.choice((1, 1, 2, 3)))
        if not self.features["number"] or self.rng.random() < 0.3:
            return literal
        value = Value(self.rng.choice(self.features["number"]).id)
        match self.rng.randrange(3):
            case 0:
                return Arithmetic("*", literal, value)
            case 1:
                return Arithmetic("/", value, literal)
            case _:
                return Arithmetic("*", value, literal)

    def _id(self) -> str:
        self.atoms += 1
        return f"a{self.atoms}"
