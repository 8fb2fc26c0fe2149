"""Coverage of criteria: what of each condition the examples have shown, and whether they show that it decides.

A condition is shown true, false and unknown. It is shown to decide (MC/DC, the masking form) by two examples, one whose
line passes and one whose line fails: in each, with all else as it is, turning the condition turns the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from protocol_dsl.analysis.replay import Lookup, lookup_of
from protocol_dsl.ir.evaluate.formulas import truth
from protocol_dsl.ir.evaluate.kleene import Truth
from protocol_dsl.ir.formulas import Atom, Constant, Formula
from protocol_dsl.ir.protocol import Criterion, Line, Protocol
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.ir.walk import ATOMS, Node, atoms, transform
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.vocabulary.calendar import parse_when

OUTCOMES: Mapping[Truth, str] = {True: "true", False: "false", None: "unknown"}


@frozen
class Condition:
    """One condition of a line: what it was `seen` as, the names of the examples by outcome; `decides` are two examples,
    one where the line passes because of it and one where it fails, as far as there are any."""

    atom: Atom
    seen: Mapping[Truth, tuple[str, ...]]
    decides: tuple[str | None, str | None]

    @property
    def missing(self) -> tuple[str, ...]:
        """The outcomes that no example shows."""
        return tuple(word for outcome, word in OUTCOMES.items() if not self.seen.get(outcome))

    @property
    def paired(self) -> bool:
        """Whether it is shown to decide."""
        return None not in self.decides


@frozen
class LineCoverage:
    """The conditions of one line."""

    criterion: Criterion
    line: Line
    conditions: tuple[Condition, ...]


@frozen
class Coverage:
    """All lines of a protocol."""

    lines: tuple[LineCoverage, ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition."""
        return tuple(one for line in self.lines for one in line.conditions)

    @property
    def shown(self) -> tuple[int, int]:
        """How many outcomes of conditions were shown, of how many; that it decides is one more of each."""
        done = sum(len(OUTCOMES) - len(one.missing) + one.paired for one in self.conditions)
        return done, len(self.conditions) * (len(OUTCOMES) + 1)

    @property
    def percent(self) -> float:
        """The share that was shown."""
        done, whole = self.shown
        return 100 * done / whole if whole else 100.0


def coverage(protocol: Protocol, names: Iterable[str] | None = None) -> Coverage:
    """What the examples show, all of them or those with these names."""
    wanted = None if names is None else set(names)
    schema = schema_of(protocol)
    patients = []
    for example in protocol.examples:
        if wanted is None or example.name in wanted:
            on = parse_when(example.on)
            records = read_patient(example.record, schema, on).records
            patients.append((example.name, lookup_of(protocol, records, on)))
    criteria = (one for stage in protocol.stages for one in stage.criteria)
    lines = (
        LineCoverage(criterion, line, tuple(_conditions(line, patients)))
        for criterion in criteria
        for line in criterion.lines
    )
    return Coverage(tuple(lines))


def _conditions(line: Line, patients: list[tuple[str, Lookup]]) -> Iterator[Condition]:
    """The conditions written in a line; what the compiler put there has no name."""
    written = (atom for atom in atoms(line.passes) if atom.atom)
    for atom in dict.fromkeys(written):
        turned = {value: _with(line.passes, atom, value) for value in (True, False)}
        seen: dict[Truth, tuple[str, ...]] = {}
        decides: dict[Truth, str] = {}
        for name, lookup in patients:
            outcome = truth(atom, lookup.patient)
            seen[outcome] = (*seen.get(outcome, ()), name)
            if outcome is not None and _turns(turned, lookup):
                decides.setdefault(truth(line.passes, lookup.patient), name)
        yield Condition(atom, seen, (decides.get(True), decides.get(False)))


def _with(formula: Formula, atom: Atom, value: bool) -> Formula:
    """The formula with a condition taken for true or false."""

    def change(node: Node) -> Node:
        return Constant(value) if isinstance(node, ATOMS) and node == atom else node

    return transform(formula, change)


def _turns(turned: Mapping[bool, Formula], lookup: Lookup) -> bool:
    """Whether the line would come out the other way if the condition did."""
    yes, no = (truth(turned[value], lookup.patient) for value in (True, False))
    return yes is not None and no is not None and yes is not no
