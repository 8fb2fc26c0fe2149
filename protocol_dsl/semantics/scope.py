"""What the names of a file stand for: one scope for the protocol, one for each library it uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import Factory, define

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.protocol import AnchorDeclaration, ValueSet
from protocol_dsl.source import Span
from protocol_dsl.syntax.nodes import visits
from protocol_dsl.syntax.nodes.facts import Define, Normal
from protocol_dsl.syntax.nodes.schedule import Arm, Intervention, Regimen


@define
class Library:
    """A library in use: its own declarations, and which fact of the protocol stands for each of its facts."""

    name: str
    facts: Mapping[str, Fact]
    definitions: Mapping[str, Define]
    bindings: Mapping[str, str]


@define
class Scope:
    """Every declared name of a protocol, by kind. `places` remembers where each was declared."""

    facts: dict[str, Fact] = Factory(dict)
    normals: dict[str, tuple[Normal, ...]] = Factory(dict)
    definitions: dict[str, Define] = Factory(dict)
    libraries: dict[str, Library] = Factory(dict)
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
