"""What the names of a file stand for: one scope for a file, and the libraries joined to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import Factory, define, frozen

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.protocol import AnchorDeclaration, ValueSet
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax.nodes import visits
from protocol_dsl.syntax.nodes.facts import Define, Normal
from protocol_dsl.syntax.nodes.schedule import Arm, Intervention, Regimen


@frozen(eq=False)
class Library:
    """A library as it is shipped. `facts` and `value_sets` hold those of the libraries it uses too."""

    name: str
    title: str
    version: str
    source: SourceFile
    facts: Mapping[str, Fact]
    definitions: Mapping[str, Define]
    value_sets: Mapping[str, ValueSet]
    uses: Mapping[str, Library]


@define
class Scope:
    """Every declared name of a protocol, by kind. `places` remembers where each was declared.

    `bindings` says which fact of the protocol stands for each fact of the libraries, `unfit` why none does;
    facts `taken_over` are there because a library declares them.
    """

    facts: dict[str, Fact] = Factory(dict)
    normals: dict[str, tuple[Normal, ...]] = Factory(dict)
    definitions: dict[str, Define] = Factory(dict)
    libraries: dict[str, Library] = Factory(dict)
    bindings: dict[str, str] = Factory(dict)
    unfit: dict[str, str] = Factory(dict)
    taken_over: set[str] = Factory(set)
    anchors: dict[str, AnchorDeclaration] = Factory(dict)
    cohorts: dict[str, str] = Factory(dict)
    value_sets: dict[str, ValueSet] = Factory(dict)
    interventions: dict[str, Intervention] = Factory(dict)
    regimens: dict[str, Regimen] = Factory(dict)
    arms: dict[str, Arm] = Factory(dict)
    epochs: dict[str, visits.Epoch] = Factory(dict)
    visits: dict[str, visits.Visit | visits.Visits] = Factory(dict)
    damaged: frozenset[str] = frozenset()
    places: dict[str, Span] = Factory(dict)

    def expression_names(self) -> Iterable[str]:
        """Names that may stand in an expression, for did-you-mean."""
        yield from self.facts
        yield from self.definitions
        for library in self.libraries.values():
            for name in library.definitions:
                yield f"{library.name}.{name}"

    def anchor_names(self) -> Iterable[str]:
        """Names a window may be counted from."""
        yield "screening"
        yield from self.anchors
        yield from (fact.name for fact in self.facts.values() if fact.kind in {"event", "date"})
