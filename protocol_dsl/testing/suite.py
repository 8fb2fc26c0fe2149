"""The explicit suite: patients that between them show every condition true, false and unknown, each value at, below and
above every threshold, each choice, each way of recording, and each fact alone missing.

Where it can be, all other criteria pass, so that the condition in question decides the verdict.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, field

from protocol_dsl.analysis.network import NumberLeaf
from protocol_dsl.analysis.replay import Lookup, lookup_of
from protocol_dsl.analysis.state import FALSE, TRUE, UNKNOWN
from protocol_dsl.ir.evaluate.formulas import truth
from protocol_dsl.ir.formulas import Compare, Contains, Formula, OneOf
from protocol_dsl.ir.numbers import Const, Value
from protocol_dsl.ir.protocol import Criterion
from protocol_dsl.ir.walk import ATOMS, Node, atoms, definitions_of
from protocol_dsl.testing.making import MadePatient, Maker, Roots
from protocol_dsl.testing.moving import moved

MOST_ROWS = 12
"""Ways of recording one group of facts that are shown."""


def suite(maker: Maker) -> tuple[MadePatient, ...]:
    """The patients of the suite, each once, the typical one first."""
    shown = Shown(maker)
    shown.add(maker.made(maker.engine.typical))
    for one in (*_solved(maker, shown), *moved(maker, shown.patients), *_without_one(maker)):
        shown.add(one)
    return tuple(shown.patients)


@define
class Shown:
    """Patients who have been made, and what each node of the engine comes out as for them."""

    maker: Maker
    _found: dict[str, MadePatient] = field(factory=dict)
    _known: list[tuple[Lookup, dict[int, int]]] = field(factory=list)

    @property
    def patients(self) -> tuple[MadePatient, ...]:
        """All of them, as they came."""
        return tuple(self._found.values())

    def add(self, made: MadePatient) -> None:
        """One more patient, unless he is there."""
        if repr(made) not in self._found:
            self._found[repr(made)] = made
            lookup = lookup_of(made.protocol, made.records, made.on)
            self._known.append((lookup, {}))

    def covers(self, roots: Roots) -> bool:
        """Whether the roots are so of one of the patients."""
        formulas = self.maker.formulas
        if not all(node in formulas for node, _ in roots):
            return False
        return any(all(self._bit(one, node) & mask for node, mask in roots) for one in self._known)

    def _bit(self, patient: tuple[Lookup, dict[int, int]], node: int) -> int:
        lookup, known = patient
        if node not in known:
            outcome = truth(self.maker.formulas[node], lookup.patient)
            known[node] = UNKNOWN if outcome is None else TRUE if outcome else FALSE
        return known[node]


def _solved(maker: Maker, shown: Shown) -> Iterator[MadePatient]:
    wanted = [_ways(maker, roots, about) for roots, about in obligations(maker)]
    for ways in wanted:  # all are known to the engine before the first is solved: what is solved stays good
        if shown.covers(ways[0]):
            continue
        made = next((one for roots in ways if (one := maker.plain(roots)) is not None), None)
        if made is not None:
            shown.add(made)
            yield made


def _ways(maker: Maker, roots: Roots, about: Criterion | None) -> tuple[Roots, ...]:
    """With all other criteria passed, else anyhow."""
    if about is None:
        return (roots, roots[-1:])
    return ((*maker.outcomes({about.id: 0}), *roots), roots)


def obligations(maker: Maker) -> Iterator[tuple[Roots, Criterion | None]]:
    """What has to be shown, and the criterion that it is about."""
    for criterion in maker.criteria:
        for formula in dict.fromkeys(_conditions(maker, criterion)):
            for mask in (TRUE, FALSE, UNKNOWN):
                (root,) = maker.roots([(formula, mask)])
                yield from _deciding(maker, criterion, root)
                yield (root,), criterion
        yield from ((roots, criterion) for roots in boundaries(maker, criterion))
    yield from (((*maker.outcomes({}), *roots), None) for roots in _rows(maker))


def _deciding(maker: Maker, criterion: Criterion, root: tuple[int, int]) -> Iterator[tuple[Roots, None]]:
    """The condition one way and the criterion each way, all others passed: what it takes to see that it decides."""
    for outcome in (TRUE, FALSE):
        yield (*maker.outcomes({criterion.id: outcome}), root), None


def _conditions(maker: Maker, criterion: Criterion) -> Iterator[Formula]:
    """The atoms of a criterion and of the definitions it names."""
    definitions = maker.engine.network.definitions
    waiting: list[Node] = [line.passes for line in criterion.lines]
    seen: set[str] = set()
    for body in waiting:
        yield from (atom for atom in atoms(body) if isinstance(atom, ATOMS))  # type: ignore[arg-type]
        for name in definitions_of(body):
            if name not in seen:
                seen.add(name)
                waiting.append(definitions[name].body)


def boundaries(maker: Maker, criterion: Criterion) -> Iterator[Roots]:
    """Values at and beside every threshold of a criterion, and every choice of the values it asks of."""
    for formula in dict.fromkeys(_conditions(maker, criterion)):
        yield from _beside(maker, formula)


def _beside(maker: Maker, formula: Formula) -> Iterator[Roots]:
    """Values at and one recording step beside the threshold of a condition; every choice of a value."""
    network = maker.engine.network
    match formula:
        case Compare(_, Value(feature), Const() as limit):
            kind = network.kinds[network.leaves[feature]]
            assert isinstance(kind, NumberLeaf)
            for steps in (-1, 0, 1):
                value = Const(maker.engine.exactly(kind.grid.beside(limit.double, steps)))
                yield maker.roots([(Compare("=", Value(feature), value), TRUE)])
        case OneOf(feature, _, False):
            choices = getattr(network.kinds[network.leaves[feature]], "choices", ())
            for choice in choices:
                yield maker.roots([(OneOf(feature, (choice,)), TRUE)])
        case Contains(feature, choices):
            for choice in choices:
                yield maker.roots([(Contains(feature, (choice,)), TRUE)])
        case _:
            return


def _rows(maker: Maker) -> Iterator[Roots]:
    for node, rows in maker.engine.tables.values():
        for place in range(min(len(rows), MOST_ROWS)):
            yield ((node, 1 << place),)


def _without_one(maker: Maker) -> Iterator[MadePatient]:
    """The typical patient without each thing that is recorded."""
    typical = maker.engine.typical
    for name in typical.facts:
        yield maker.made(typical._replace(facts={k: v for k, v in typical.facts.items() if k != name}))
    for name in typical.answers:
        yield maker.made(typical._replace(answers={k: v for k, v in typical.answers.items() if k != name}))
