"""The state of one lowering: the scope it reads, the features it has met, and what it has found wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from attrs import Factory, define, evolve, field, frozen

from protocol_dsl.diagnostics import Collector, Diagnostic
from protocol_dsl.ir.facts import Fact, Normal
from protocol_dsl.ir.features import (
    Anchor,
    Edge,
    Feature,
    FeatureNode,
    FeatureType,
    Moment,
    NamedAnchor,
    Window,
)
from protocol_dsl.ir.protocol import Definition, Question
from protocol_dsl.lowering.values import Value
from protocol_dsl.semantics.scope import Library, Scope
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax.nodes.expressions import Expression
from protocol_dsl.vocabulary.calendar import Duration

SCREENING = NamedAnchor("screening")
NOW = NamedAnchor("now")
"""In a schedule, the moment a rule is asked."""


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


class Abandon(Exception):  # noqa: N818 - control flow: the fault is already reported
    """This expression cannot be given a meaning; its diagnostic has been recorded."""


@define
class Times:
    """A time phrase that binds a predicate: a window asked about in one of four ways. `used` is set by the
    record it comes to bind, so that one which binds nothing is an error. `words` are the author's."""

    window: Window
    words: str = ""
    moment: Moment = "overlaps"
    used: bool = False


@frozen
class ItemScope:
    """Inside a filter: the record looked at is an occurrence or sample of `fact`."""

    fact: Fact


@define
class Session:
    """One protocol being lowered."""

    source: SourceFile
    scope: Scope
    found: Collector
    evaluate: Callable[[Expression, Context], Value]
    features: dict[FeatureNode, Feature] = Factory(dict)
    feature_ids: set[str] = Factory(set)
    definitions: dict[str, Definition] = Factory(dict)
    values: dict[str, Value] = Factory(dict)
    in_progress: list[str] = Factory(list)
    circles: set[frozenset[str]] = Factory(set)
    questions: dict[str, Question] = Factory(dict)
    used: set[str] = Factory(set)
    declared_normals: dict[str, tuple[Normal, ...]] = Factory(dict)
    atoms: int = 0
    criterion: str = ""

    def feature(
        self, node: FeatureNode, id_: str, type_: FeatureType, unit: str, words: str, span: Span
    ) -> str:
        """The id of the feature `node`, made once; `id_` is the id it would like."""
        known = self.features.get(node)
        if known is not None:
            return known.id
        wanted = re.sub(r"\W+", "_", id_).strip("_").lower()
        if not wanted.isidentifier():
            wanted = f"with_{wanted}"
        unique, n = wanted, 1
        while unique in self.feature_ids:
            n += 1
            unique = f"{wanted}_{n}"
        self.feature_ids.add(unique)
        self.features[node] = Feature(unique, node, type_, unit, words, span)
        return unique

    def atom(self) -> str:
        """The next atom's id within its criterion or definition."""
        self.atoms += 1
        return f"{self.criterion}.{self.atoms}"

    def normals(self, fact: str) -> tuple[Normal, ...]:
        """The limits of normal the protocol declares for a lab."""
        return self.declared_normals.get(fact, ())

    def begin(self, criterion: str) -> None:
        """Atoms that follow belong to `criterion`."""
        self.criterion, self.atoms = criterion, 0


@frozen
class Context:
    """Where an expression stands: the anchor its dates are judged at, the time phrase round it, the filter it is
    in, the parameters of the definition it belongs to, and the library it was written in. `kind` is what a
    name nobody declared would have to be here."""

    session: Session
    anchor: Anchor = SCREENING
    times: Times | None = None
    item: ItemScope | None = None
    parameters: Mapping[str, Value] = field(factory=dict)
    library: Library | None = None
    source: SourceFile | None = None
    site: Span | None = None
    since: Anchor | None = None
    kind: str = "lab in …"

    def value(self, node: Expression) -> Value:
        """What `node` is here. Raises Abandon when it has no meaning."""
        return self.session.evaluate(node, self)

    def span(self, node: _Placed) -> Span:
        """Where to point for `node`: its own place, or, inside a library, the place that uses it."""
        return node.span if self.site is None else self.site

    def words(self, node: _Placed) -> str:
        """The author's own words, on one line."""
        source = self.source or self.session.source
        return " ".join(source.slice(node.span).split())

    def report(self, diagnostic: Diagnostic) -> Abandon:
        """Record a fault; the caller raises what this returns."""
        self.session.found.add(diagnostic)
        return Abandon()

    def bound(self, times: Times | None) -> Context:
        """The same place under a time phrase (or under none)."""
        return evolve(self, times=times)

    def target(self, name: str) -> str:
        """The protocol's name for a fact: inside a library, what its own name is bound to."""
        return name if self.library is None else self.session.scope.bindings.get(name, name)

    def filtering(self, fact: Fact) -> Context:
        """Inside a filter over the records of `fact`."""
        return evolve(self, item=ItemScope(fact), times=None)

    def default_window(self, valid: Duration | None = None) -> Window:
        """Everything up to the day of judging, or as far back as a value stays valid."""
        start = None if valid is None else Edge((Duration(-valid.count, valid.unit),))
        if start is None and self.since is not None:
            return Window(self.since, Edge(()), None)
        return Window(self.anchor, start, Edge(()))
