"""Random questions, small enough to try every answer: the engine of `analysis` against the reference evaluator.

`python -m protocol_dsl.testing.solving 50000` compares that many.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations, product
from random import Random

from attrs import frozen

from protocol_dsl.analysis.goals import BITS
from protocol_dsl.analysis.grids import Grid, whole_grid
from protocol_dsl.analysis.network import ChoiceLeaf, Leaf, Network, NumberLeaf, SetLeaf, TruthLeaf
from protocol_dsl.analysis.realise import value_of
from protocol_dsl.analysis.search import Search, propagate
from protocol_dsl.analysis.state import Conflict, State
from protocol_dsl.ir.evaluate import Scalar
from protocol_dsl.ir.evaluate.formulas import truth
from protocol_dsl.ir.evaluate.patient import Patient
from protocol_dsl.ir.formulas import (
    All,
    Any,
    AtLeast,
    Compare,
    Comparison,
    Constant,
    Contains,
    Formula,
    Known,
    Not,
    OneOf,
    Truth,
)
from protocol_dsl.ir.numbers import (
    Arithmetic,
    ArithmeticOperator,
    Call,
    Choose,
    Const,
    FunctionName,
    IfMissing,
    Number,
    Value,
)
from protocol_dsl.runtime.records import Range, Records
from protocol_dsl.vocabulary.calendar import days

LEAVES: Mapping[str, Leaf] = {
    "p": TruthLeaf(),
    "q": TruthLeaf(),
    "c": ChoiceLeaf(("a", "b", "c")),
    "s": SetLeaf(("k", "l")),
    "x": NumberLeaf(whole_grid(0, 4), bounded=True),
    "y": NumberLeaf(Grid(0.5, 2.5, 5, 5, 10, 4)),
}
_COMPARISONS: tuple[Comparison, ...] = ("<", "<=", "=", "!=", ">=", ">")
_OPERATORS: tuple[ArithmeticOperator, ...] = ("+", "-", "*", "/", "^")
_CALLS: tuple[FunctionName, ...] = (
    "ln", "log10", "exp", "sqrt", "abs", "round", "floor", "ceil", "negate", "max", "min",
)  # fmt: skip
_WANTED = ("T", "F", "U", "TU", "FU", "TF")
_ENOUGH = 2_000


@frozen
class Question:
    """Formulas over `LEAVES`, and what each is to come out as."""

    goals: tuple[tuple[Formula, str], ...]


def random_question(rng: Random) -> Question:
    """One to three formulas over two or three of the leaves."""
    maker = _Maker(rng, rng.sample(sorted(LEAVES), rng.choice((1, 2, 2, 3))))
    return Question(
        tuple((maker.formula(rng.randint(1, 3)), rng.choice(_WANTED)) for _ in range(rng.randint(1, 3)))
    )


@frozen
class _Maker:
    rng: Random
    names: list[str]

    def formula(self, depth: int) -> Formula:
        """A formula of at most `depth` connectives one inside the other."""
        if depth == 0 or self.rng.random() < 0.2:
            return self.atom()
        operands = tuple(self.formula(depth - 1) for _ in range(self.rng.randint(1, 3)))
        match self.rng.randrange(7):
            case 0 | 1:
                return All(operands)
            case 2 | 3:
                return Any(operands)
            case 4:
                return Not(operands[0])
            case 5:
                return AtLeast(self.rng.randint(0, len(operands) + 1), operands)
            case _:
                return Known(operands[0])

    def atom(self) -> Formula:
        """A condition on one of the leaves, or on numbers worked out from them."""
        name = self.rng.choice(self.names)
        match LEAVES[name]:
            case TruthLeaf():
                return Truth(name) if self.rng.random() < 0.95 else Constant(True)
            case ChoiceLeaf(choices):
                return OneOf(name, tuple(self.rng.sample(choices, self.rng.randint(1, 2))))
            case SetLeaf(choices):
                return Contains(name, tuple(self.rng.sample(choices, self.rng.randint(1, 2))))
            case NumberLeaf():
                left = Value(name) if self.rng.random() < 0.5 else self.number(2)
                right = self.literal() if self.rng.random() < 0.7 else self.number(1)
                return Compare(self.rng.choice(_COMPARISONS), left, right)

    def literal(self) -> Const:
        """A number on, between or beside those of the leaves."""
        return Const(Fraction(self.rng.choice((-1, 0, 1, 2, 3, 4, 5))) / self.rng.choice((1, 1, 2)))

    def number(self, depth: int) -> Number:
        """A number of at most `depth` operations one inside the other."""
        numbers = [name for name in self.names if isinstance(LEAVES[name], NumberLeaf)]
        if depth == 0 or self.rng.random() < 0.2:
            return Value(self.rng.choice(numbers)) if numbers and self.rng.random() < 0.7 else self.literal()
        left, right = self.number(depth - 1), self.number(depth - 1)
        match self.rng.randrange(6):
            case 0 | 1 | 2:
                return Arithmetic(self.rng.choice(_OPERATORS), left, right)
            case 3:
                return Choose(self.formula(0), left, right)
            case 4:
                return IfMissing(left, right)
            case _:
                function = self.rng.choice(_CALLS)
                return Call(function, (left, right) if function in {"max", "min"} else (left,))


def outcome(formula: Formula, values: Mapping[str, Scalar]) -> str:
    """What the reference says of a formula for given values."""
    today = days(730_000, 730_000)
    patient = Patient({}, Records("", {}), today, values.__getitem__, values.get)
    return {True: "T", False: "F", None: "U"}[truth(formula, patient)]


def every_value(leaf: Leaf) -> list[Scalar]:
    """All that a leaf can be."""
    match leaf:
        case TruthLeaf():
            return [True, False, None]
        case ChoiceLeaf(choices):
            return [*choices, None]
        case SetLeaf(choices):
            some = chain.from_iterable(combinations(choices, size) for size in range(len(choices) + 1))
            return [*(frozenset(one) for one in some), None]
        case NumberLeaf(grid, bounded):
            assert grid.count is not None
            exact = [grid.at(place) for place in range(grid.count + 1)]
            ends = [(low, high) for low in (-math.inf, *exact[1:]) for high in (*exact[:-1], math.inf)]
            ranges = [
                Range(low, high) for low, high in ends if low < high and (low, high) != (-math.inf, math.inf)
            ]
            return [*exact, None, *(ranges if bounded else ())]


def solvable(question: Question) -> bool:
    """Whether some values of the leaves answer the question, by trying all."""
    used = sorted(_leaves_of(question))
    for chosen in product(*(every_value(LEAVES[name]) for name in used)):
        values = dict(zip(used, chosen, strict=True))
        if all(outcome(formula, values) in wanted for formula, wanted in question.goals):
            return True
    return False


def _leaves_of(question: Question) -> set[str]:
    network = _network()
    nodes = [network.of(formula) for formula, _ in question.goals]
    named = {node: name for name, node in network.leaves.items()}
    return {named[leaf] for node in nodes for leaf in network.leaves_of(node)}


def _network() -> Network:
    network = Network({})
    for name, kind in LEAVES.items():
        network.leaf(name, kind)
    return network


def answer(question: Question) -> tuple[str, Mapping[str, Scalar]]:
    """What the engine says: `witness` with its values, `impossible` or `undecided`."""
    network = _network()
    roots = [
        (network.of(formula), sum(BITS[letter] for letter in wanted)) for formula, wanted in question.goals
    ]
    state = network.state()
    actives = network.active([root for root, _ in roots], False)
    state.attend(actives, len(network.constraints))
    state.queue.extend(actives)
    for place in actives:
        state.queued[place] = 1
    search = Search(network, {}, _ENOUGH)
    found = _solved(network, state, roots, search, actives)
    if found is None:
        return ("undecided" if search.gave_up else "impossible"), {}
    return "witness", {name: value_of(network, found, name) for name in network.leaves}


def _solved(
    network: Network, state: State, roots: list[tuple[int, int]], search: Search, actives: Sequence[int]
) -> State | None:
    try:
        for root, mask in roots:
            state.narrow(root, mask)
        propagate(network, state)
    except Conflict:
        return None
    return search.solve(state, actives, [root for root, _ in roots])


def fault(question: Question) -> str:
    """How the engine errs on a question; empty when it does not."""
    said, values = answer(question)
    if said == "witness":
        wrong = [one for one, wanted in question.goals if outcome(one, values) not in wanted]
        return f"the witness {dict(values)} does not stand: {wrong}" if wrong else ""
    if said == "impossible" and solvable(question):
        return "said to be impossible, and is not"
    return ""


def compare_answers(count: int, seed: int = 0) -> tuple[dict[str, int], str]:
    """Ask `count` questions: how often each answer came, and the first fault (empty: none)."""
    answers: dict[str, int] = {}
    for number in range(count):
        question = random_question(Random(f"{seed}/{number}"))
        found = fault(question)
        if found:
            return answers, f"question {number} of seed {seed}: {found}\n{question}"
        said = answer(question)[0]
        answers[said] = answers.get(said, 0) + 1
    return answers, ""


if __name__ == "__main__":
    tally, first = compare_answers(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
    sys.stdout.write(f"{first or 'no fault'}\n{tally}\n")
    sys.exit(1 if first else 0)
