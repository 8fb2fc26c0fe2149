"""Two versions of a protocol as one, so that both judge the same patient.

What both versions say alike is one thing: features by what they read, definitions by what they hold, questions by their
words. What the new version says otherwise under an old name gets a name of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import attrs
from attrs import define, evolve, field, frozen

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Answer, Feature
from protocol_dsl.ir.formulas import Contains, NamedTruth, OneOf, Truth
from protocol_dsl.ir.numbers import Named, Value
from protocol_dsl.ir.protocol import Criterion, Definition, Protocol, Question, Stage
from protocol_dsl.ir.walk import FORMULAS, NUMBERS, Node, facts_of, transform

_MEANING = ("kind", "unit", "choices", "ordered", "closed", "normals", "attributes")
"""What of a fact decides how its records are read."""


@frozen
class Joined:
    """`protocol` holds the old criteria in its first stage and the new in its second; `apart` names the facts that the
    versions keep otherwise, and `unlike` the criteria, by id, that rest on one."""

    protocol: Protocol
    old: Stage
    new: Stage
    apart: tuple[str, ...]
    unlike: frozenset[str]


def joined(old: Protocol, new: Protocol, stage: str = "eligibility") -> Joined:
    """The two versions as one protocol; of their stages, those called `stage`."""
    into = _Joining(old, new)
    before, after = _stage(old, stage), evolve(_stage(new, stage), name="amended")
    after = into.renamed(after)
    apart = tuple(name for name in into.facts if _apart(into.old_facts.get(name), into.new_facts.get(name)))
    into.finish()
    protocol = evolve(
        old,
        facts=tuple(into.facts.values()),
        features=tuple(into.features.values()),
        definitions=tuple(into.definitions.values()),
        questions=tuple(into.questions.values()),
        anchors=tuple({one.name: one for one in (*new.anchors, *old.anchors)}.values()),
        assumptions=tuple(dict.fromkeys((*old.assumptions, *(into.renamed(one) for one in new.assumptions)))),
        stages=(before, after),
    )
    return Joined(
        protocol, before, after, apart, _resting(protocol, (*before.criteria, *after.criteria), apart)
    )


def _stage(protocol: Protocol, name: str) -> Stage:
    return next(one for one in protocol.stages if one.name == name)


def _apart(old: Fact | None, new: Fact | None) -> bool:
    if old is None or new is None:
        return False
    return any(getattr(old, name) != getattr(new, name) for name in _MEANING)


def _resting(protocol: Protocol, criteria: tuple[Criterion, ...], apart: tuple[str, ...]) -> frozenset[str]:
    lines = ((one.id, facts_of(protocol, *(line.passes for line in one.lines))) for one in criteria)
    return frozenset(name for name, facts in lines if not set(apart).isdisjoint(facts))


@define
class _Joining:
    old: Protocol
    new: Protocol
    features: dict[str, Feature] = field(init=False)
    definitions: dict[str, Definition] = field(init=False)
    questions: dict[str, Question] = field(init=False)
    facts: dict[str, Fact] = field(init=False)
    _names: dict[tuple[str, str], str] = field(factory=dict)
    """What each feature, definition and question of the new version is called here."""

    def __attrs_post_init__(self) -> None:
        self.features = {one.id: one for one in self.old.features}
        self.definitions = {one.id: one for one in self.old.definitions}
        self.questions = {one.id: one for one in self.old.questions}
        self.facts = self.old_facts | {
            name: fact for name, fact in self.new_facts.items() if name not in self.old_facts
        }

    @property
    def old_facts(self) -> dict[str, Fact]:
        return {fact.name: fact for fact in self.old.facts}

    @property
    def new_facts(self) -> dict[str, Fact]:
        return {fact.name: fact for fact in self.new.facts}

    def finish(self) -> None:
        """Take in what no criterion reads, so that the whole of the new version is there."""
        for feature in self.new.features:
            self.feature(feature.id)
        for question in self.new.questions:
            self.question(question.id)

    def feature(self, name: str) -> str:
        """The name here of a feature of the new version."""
        mine = next(one for one in self.new.features if one.id == name)
        return self._named("feature", name, self.features, evolve(mine, node=self.renamed(mine.node)), "node")

    def definition(self, name: str) -> str:
        """The name here of a definition of the new version."""
        mine = next(one for one in self.new.definitions if one.id == name)
        return self._named(
            "definition", name, self.definitions, evolve(mine, body=self.renamed(mine.body)), "body"
        )

    def question(self, name: str) -> str:
        """The name here of a question of the new version."""
        mine = next(one for one in self.new.questions if one.id == name)
        return self._named("question", name, self.questions, mine, "text")

    def _named(self, kind: str, name: str, known: dict[str, Any], mine: Any, by: str) -> str:
        if (kind, name) not in self._names:
            alike = (one.id for one in known.values() if getattr(one, by) == getattr(mine, by))
            found = next(alike, None)
            if found is None:
                found = name
                while found in known:
                    found += "_amended"
                known[found] = evolve(mine, id=found)
            self._names[kind, name] = found
        return self._names[kind, name]

    def renamed(self, value: Any) -> Any:
        """Anything of the new version, by the names used here."""
        if isinstance(value, (*FORMULAS, *NUMBERS)):
            return transform(cast(Node, value), self._node)
        if isinstance(value, Answer):
            return evolve(value, question=self.question(value.question))
        if isinstance(value, tuple):
            return tuple(self.renamed(part) for part in value) if type(value) is tuple else value
        if attrs.has(type(value)):
            parts = {
                one.name: getattr(value, one.name) for one in attrs.fields(type(value)) if one.eq and one.init
            }
            changed: Mapping[str, Any] = {
                name: fresh for name, part in parts.items() if (fresh := self.renamed(part)) is not part
            }
            return evolve(value, **changed) if changed else value
        return value

    def _node(self, node: Node) -> Node:
        match node:
            case Truth() | Value() | Contains():
                return evolve(node, feature=self.feature(node.feature))
            case OneOf() if not node.item:
                return evolve(node, subject=self.feature(node.subject))
            case NamedTruth() | Named():
                return evolve(node, definition=self.definition(node.definition))
        return node
