"""What each criterion makes of records that are not there, said in words."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from protocol_dsl.backends.docs.words import series
from protocol_dsl.backends.prose import Prose, fact_unit
from protocol_dsl.ir import walk
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import (
    Age,
    Answer,
    FeatureNode,
    Given,
    Held,
    NamedAnchor,
    SampleValue,
    Unchanged,
    Unsettled,
)
from protocol_dsl.ir.formulas import Formula, Known
from protocol_dsl.ir.numbers import Const, IfMissing, Value
from protocol_dsl.ir.protocol import Criterion, Protocol
from protocol_dsl.runtime.phrases import exact_text, with_unit


@frozen
class _Asked:
    """What a criterion rests on: feature nodes by id, and every formula and number it looks through."""

    nodes: dict[str, FeatureNode]
    parts: tuple[walk.Node, ...]


class Missing:
    """The readings of missing data of one protocol."""

    def __init__(self, protocol: Protocol, prose: Prose) -> None:
        self._protocol = protocol
        self._prose = prose
        self._facts = {fact.name: fact for fact in protocol.facts}
        self._features = {feature.id: feature.node for feature in protocol.features}
        self._definitions = {definition.id: definition.body for definition in protocol.definitions}
        self._questions = {question.id: question for question in protocol.questions}

    def of(self, criterion: Criterion) -> tuple[str, ...]:
        """Sentences that say how missing records are read for a criterion."""
        lines = tuple(line.passes for line in criterion.lines)
        used = walk.all_features_of(self._protocol, *lines)
        asked = _Asked({name: self._features[name] for name in used}, tuple(self._parts(lines)))
        recorded = (self._unknown, self._lasting, self._silent, self._closed)
        others = (self._unanswered, self._ahead, self._replaced, _known)
        return tuple(sentence for say in (*recorded, *others) for sentence in say(asked))

    def _parts(self, lines: tuple[Formula, ...]) -> Iterator[walk.Node]:
        """Every node under the lines, through the definitions they name."""
        waiting: list[walk.Node] = list(lines)
        seen: set[str] = set()
        while waiting:
            root = waiting.pop(0)
            yield from walk.preorder(root)
            fresh = [name for name in walk.definitions_of(root) if name not in seen]
            seen.update(fresh)
            waiting += [self._definitions[name] for name in fresh]

    def _unknown(self, asked: _Asked) -> Iterator[str]:
        """Values that must be on record, but for those with a fallback of their own."""
        replaced = {name for name, _ in _fallbacks(asked)}
        needs = [
            need
            for name, node in asked.nodes.items()
            if name not in replaced and (need := self._needed(node))
        ]
        if needs:
            unless = "" if len(asked.nodes) == 1 else ", unless the rest decides,"
            yield f"Unknown{unless} if {series(needs, 'or')} is not recorded."

    def _needed(self, node: FeatureNode) -> str:
        match node:
            case Age():
                return "date of birth (or age)"
            case SampleValue(fact, _, _, "upper" | "lower" as part):
                return f"the {part} limit of normal of {self._prose.fact(fact)}"
            case Held(fact) | Unchanged(fact) if self._facts[fact].kind != "event":
                return ""
            case Given(fact) if self._facts[fact].closed:
                return ""
            case Unsettled():
                return ""
            case _:
                names = [name for name in _own_facts(node) if self._facts[name].kind != "event"]
                return series((self._recorded(name) for name in names), "or")

    def _recorded(self, name: str) -> str:
        """A fact as a thing on record: a yes/no is quoted, for its label says what holds (“pregnant”)."""
        label = self._prose.fact(name)
        return f"“{label}”" if self._facts[name].kind == "yes_no" else label

    def _lasting(self, asked: _Asked) -> Iterator[str]:
        """A state over time needs records at both ends of it."""
        states = (node for node in asked.nodes.values() if isinstance(node, Held | Unchanged))
        names = [self._prose.fact(node.fact) for node in states if self._facts[node.fact].kind != "event"]
        if names:
            unless = "" if len(asked.nodes) == 1 else ", unless the rest decides,"
            yield (
                f"Unknown{unless} if {series(names, 'or')} is not recorded both recently and by the start of the time"
                " asked about."
            )

    def _silent(self, asked: _Asked) -> Iterator[str]:
        open_events = [fact for fact in self._events(asked) if not fact.closed]
        if open_events:
            names = series((self._prose.fact(fact.name) for fact in open_events), "or")
            yield f"A record that does not mention {names} leaves it unknown; it must say that there was none."

    def _closed(self, asked: _Asked) -> Iterator[str]:
        facts = dict.fromkeys(name for node in asked.nodes.values() for name in walk.feature_facts(node))
        closed = [self._prose.fact(name) for name in facts if self._facts[name].closed]
        if closed:
            yield f"Stated by the protocol: where nothing is recorded of {series(closed, 'or')}, it counts as absent."

    def _events(self, asked: _Asked) -> list[Fact]:
        names = dict.fromkeys(name for node in asked.nodes.values() for name in walk.feature_facts(node))
        return [self._facts[name] for name in names if self._facts[name].kind == "event"]

    def _unanswered(self, asked: _Asked) -> Iterator[str]:
        people = [
            self._questions[node.question].by for node in asked.nodes.values() if isinstance(node, Answer)
        ]
        if people:
            yield f"Unknown until the {series(people)} has answered."

    def _ahead(self, asked: _Asked) -> Iterator[str]:
        anchors = (anchor for node in asked.nodes.values() for anchor in walk.anchors_of(node))
        named = (one for one in anchors if isinstance(one, NamedAnchor) and one.name != "screening")
        names = [self._prose.anchor(one) for one in dict.fromkeys(named)]
        if names:
            yield f"While the date of {series(names, 'or')} is still to come, what depends on it may be unknown."

    def _replaced(self, asked: _Asked) -> Iterator[str]:
        """Declared limits of normal used where the record has none."""
        for name, value in _fallbacks(asked):
            node = asked.nodes.get(name)
            if isinstance(node, SampleValue) and node.part != "value":
                limit = with_unit(exact_text(value.exact), fact_unit(self._facts[node.fact]))
                label = self._prose.fact(node.fact)
                yield f"Where {label} is recorded without its {node.part} limit of normal, {limit} is used."


def _fallbacks(asked: _Asked) -> list[tuple[str, Const]]:
    """Ids of features read with a fixed fallback, and the fallback."""
    return [
        (value.feature, fallback)
        for part in asked.parts
        if isinstance(part, IfMissing)
        for value, fallback in [(part.value, part.fallback)]
        if isinstance(value, Value) and isinstance(fallback, Const)
    ]


def _known(asked: _Asked) -> Iterator[str]:
    if any(isinstance(part, Known) for part in asked.parts):
        yield (
            "Where it says “a record shows”, the lack of a record decides; one that nobody can read leaves it"
            " unknown."
        )


def _own_facts(node: FeatureNode) -> tuple[str, ...]:
    """The facts a node reads by itself or through a date it is anchored to."""
    return () if isinstance(node, Answer) else walk.feature_facts(node)
