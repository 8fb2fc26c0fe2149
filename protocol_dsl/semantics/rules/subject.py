"""What a rule looks at: the tree, what its names stand for, and what it was lowered to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeVar, cast

import attrs

from protocol_dsl.diagnostics import Diagnostic
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Feature
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Give, Regimen, Schedule
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.nodes import criteria, facts, words

N = TypeVar("N")


@attrs.frozen(slots=False)
class Subject:
    """One file to be checked. `protocol` is None for a library; `used` holds the names some condition or score
    makes use of; `errors` is what was reported so far and may be the cause of what is missing."""

    tree: nodes.Tree
    scope: Scope
    protocol: Protocol | None
    used: frozenset[str]
    source: SourceFile
    errors: tuple[Diagnostic, ...] = ()

    def all(self, kind: type[N]) -> tuple[N, ...]:
        """Every node of one class, in the author's order."""
        return cast("tuple[N, ...]", tuple(self._by_class.get(kind, ())))

    def sound(self, span: Span) -> bool:
        """Whether nothing inside `span` was already reported: what is missing there may be what did not parse."""
        return not any(span.start <= fault.span.start and fault.span.end <= span.end for fault in self.errors)

    def words(self, span: Span) -> str:
        """The author's own words, on one line."""
        return " ".join(self.source.slice(span).split())

    @property
    def criteria(self) -> tuple[criteria.Criterion, ...]:
        """Every criterion of every stage."""
        return self.all(criteria.Criterion)

    def criterion_name(self, criterion: Span) -> Span:
        """Where the id of the criterion at a place is written."""
        return self._criterion_names.get(criterion, criterion)

    @cached_property
    def _criterion_names(self) -> dict[Span, Span]:
        return {node.span: node.name.span for node in self.criteria}

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """The facts of the protocol by name."""
        return self.scope.facts

    @cached_property
    def features(self) -> dict[str, Feature]:
        """Every feature by id, those of the schedule included."""
        if self.protocol is None:
            return {}
        found = (*self.protocol.features, *self.protocol.schedule.features)
        return {feature.id: feature for feature in found}

    @cached_property
    def gives(self) -> tuple[tuple[Give, CycleBlock | None], ...]:
        """Every give of the schedule with the block of cycles it is held in; none for a library."""
        schedule = Schedule() if self.protocol is None else self.protocol.schedule
        owners: tuple[Regimen | Arm, ...] = (*schedule.regimens, *schedule.arms)
        parts = [part for owner in owners for part in owner.parts]
        blocks = [part if isinstance(part, CycleBlock) else None for part in parts]
        return tuple(
            (give, block)
            for part, block in zip(parts, blocks, strict=True)
            for give in (part.gives if isinstance(part, CycleBlock) else (part,))
            if isinstance(give, Give)
        )

    @cached_property
    def suggested(self) -> frozenset[str]:
        """Names that were suggested in place of misspelled ones: they are probably meant."""
        return frozenset(name for fault in self.errors for name in getattr(fault, "suggestions", ()))

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """Every name written anywhere but where it is declared, bound to a library, or given in an example; a name
        suggested for a misspelled one counts too, and while something does not parse any that is written twice."""
        kept = [item for item in self.tree.items if not isinstance(item, _UNMENTIONING)]
        return (
            frozenset(node.text for item in kept for node in _referring(item))
            | self.suggested
            | self._unparsed
        )

    @cached_property
    def _unparsed(self) -> frozenset[str]:
        """What the lines that do not parse may speak of."""
        if not any(error.code.startswith("S") for error in self.errors):
            return frozenset()
        written = Counter(re.findall(r"\w+", self.source.text))
        return frozenset(word for word, count in written.items() if count > 1)

    @cached_property
    def _by_class(self) -> dict[type, list[object]]:
        found: dict[type, list[object]] = {}
        for node in inside(self.tree):
            found.setdefault(type(node), []).append(node)
        return found


_UNMENTIONING = criteria.Example | facts.Use
_FIELDS: dict[type, tuple[str, ...] | None] = {}


def inside(node: object) -> Iterator[object]:
    """`node` and every node inside it, each before what it holds, in the author's order."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        kind = type(here)
        if kind is tuple:
            waiting.extend(reversed(here))  # type: ignore[call-overload]
            continue
        fields = _FIELDS[kind] if kind in _FIELDS else _fields(kind)
        if fields is not None:
            yield here
            waiting.extend([getattr(here, name) for name in fields])


def _fields(kind: type) -> tuple[str, ...] | None:
    """The fields of a node, last first, its span apart; None for anything that is no node."""
    if kind not in _FIELDS:
        node = attrs.has(kind) and kind is not Span
        _FIELDS[kind] = (
            tuple(each.name for each in reversed(attrs.fields(kind)) if each.name != "span") if node else None
        )
    return _FIELDS[kind]


def _referring(item: object) -> Iterator[words.Name]:
    """The names inside `item` that are not the ones it declares itself."""
    own = getattr(item, "name", None)
    declared = {id(own)} | {
        id(entry.name) for entry in getattr(item, "entries", ()) if hasattr(entry, "name")
    }
    for node in inside(item):
        if isinstance(node, words.Name) and id(node) not in declared:
            yield node


def repeated(names: Iterable[words.Name]) -> Iterator[tuple[words.Name, words.Name]]:
    """Each name that was there before, with the one that was there first."""
    first: dict[str, words.Name] = {}
    for name in names:
        if name.text in first:
            yield name, first[name.text]
        first.setdefault(name.text, name)
