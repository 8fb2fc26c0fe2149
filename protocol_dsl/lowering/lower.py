"""Tree and scope to the compiled protocol.

Assumes a scope in which every name is declared once. Ensures, when nothing is reported as an error, a protocol
that satisfies the invariants of the ir.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Literal, cast

from attrs import evolve, frozen

from protocol_dsl.diagnostics import Collector
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import FeatureNode
from protocol_dsl.ir.protocol import OutOfScope, Protocol, UsedLibrary, ValueSet
from protocol_dsl.ir.walk import Node, features_of, filters_of
from protocol_dsl.lowering.criteria import assumptions, citations, stages
from protocol_dsl.lowering.definitions import definition_value
from protocol_dsl.lowering.examples import examples
from protocol_dsl.lowering.expressions import value_of
from protocol_dsl.lowering.header import header
from protocol_dsl.lowering.normals import declared_normals
from protocol_dsl.lowering.plan import schedule_of
from protocol_dsl.lowering.session import Abandon, Context, Session
from protocol_dsl.semantics.errors import names as errors
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax import nodes
from protocol_dsl.syntax.nodes import criteria as syntax
from protocol_dsl.syntax.nodes import expressions, facts, visits, words


@frozen
class Lowered:
    """The protocol (None for a library, or when there is no protocol block) and the names it makes use of."""

    protocol: Protocol | None
    used: frozenset[str]


def lower(tree: nodes.Tree, scope: Scope, source: SourceFile, found: Collector) -> Lowered:
    """The compiled protocol of a file; faults go to `found`."""
    session = Session(source, scope, found, value_of)
    _normals(session)
    block = _block(tree, found)
    judged = stages(tree, session)
    _strata(tree, session)
    background = assumptions(tree, session)
    _definitions(session)
    judging = set(session.features)
    plan = schedule_of(tree, session)
    judging |= _features_of_definitions(session)
    eligibility = tuple(each for key, each in session.features.items() if key in judging)
    later = tuple(each for key, each in session.features.items() if key not in judging)
    told = examples(tree, judged, session)
    if block is None:
        return Lowered(None, frozenset(session.used))
    kept = _facts(session)
    protocol = Protocol(
        header(block),
        kept,
        eligibility,
        tuple(session.definitions.values()),
        judged,
        tuple(session.questions.values()),
        tuple(scope.anchors.values()),
        _value_sets(kept, session),
        tuple(_out_of_scope(tree)),
        _notes(tree, block),
        evolve(plan, features=later),
        told,
        _libraries(session),
        background,
        source.path.rpartition("/")[2],
        hashlib.sha256(source.text.encode()).hexdigest(),
    )
    return Lowered(protocol, frozenset(session.used))


def _block(tree: nodes.Tree, found: Collector) -> syntax.ProtocolBlock | None:
    blocks = [item for item in tree.items if isinstance(item, syntax.ProtocolBlock)]
    for extra in blocks[1:]:
        found.add(errors.SecondProtocol(extra.name.span))
    judged = [
        item for item in tree.items if isinstance(item, syntax.Criterion | syntax.Stage | syntax.Example)
    ]
    if not blocks and judged:
        at = judged[0].name.span
        found.add(errors.NoProtocol(Span(at.start, at.end)))
    for item in tree.items:
        if blocks and isinstance(item, facts.LibraryHeader):
            at = Span(item.span.start, item.name.span.end)
            found.add(errors.LibraryBesideProtocol(at, f"library {item.name.text}", blocks[0].name.span))
    return blocks[0] if blocks else None


def _normals(session: Session) -> None:
    scope = session.scope
    for name, nodes_ in scope.normals.items():
        session.declared_normals[name] = declared_normals(scope.facts[name], nodes_, session)


def _strata(tree: nodes.Tree, session: Session) -> None:
    """A definition that patients are stratified by enters the protocol, though no criterion asks for it."""
    named = [
        clause.strata
        for item in tree.items
        if isinstance(item, visits.Randomize)
        for clause in item.clauses
        if isinstance(clause, visits.Strata)
    ]
    for name in (stratum.by for strata in named for stratum in strata):
        scope = session.scope
        if name.text in scope.facts or name.text not in scope.expression_names():
            continue
        with suppress(Abandon):
            value_of(expressions.Reference(name, name.span), Context(session))


def _definitions(session: Session) -> None:
    """Definitions nothing has used yet are checked all the same, without entering the protocol."""
    scope = session.scope
    for name, node in scope.definitions.items():
        if node.parameters or name in session.used:
            continue
        before = (
            dict(session.features),
            set(session.feature_ids),
            dict(session.definitions),
            dict(session.values),
            set(session.used),
        )
        try:
            value = definition_value(words.Name(name, node.name.span), Context(session))
            del value
        except Abandon:
            pass
        session.features, session.feature_ids, session.definitions, session.values, session.used = before


def _features_of_definitions(session: Session) -> set[FeatureNode]:
    """What definitions rest on is worked out with them, though the schedule alone may ask for one."""
    nodes = {feature.id: node for node, feature in session.features.items()}
    waiting: list[Node] = [definition.body for definition in session.definitions.values()]
    found: set[FeatureNode] = set()
    for part in waiting:  # what a filter rests on joins the end
        for node in (nodes[name] for name in features_of(part)):
            found.add(node)
            waiting += filters_of(node)
    return found


def _facts(session: Session) -> tuple[Fact, ...]:
    """Those the file declares, and of those it took over from a library the ones it makes use of."""
    normals = session.declared_normals
    idle = {name for name in session.scope.taken_over if not {name, f"example:{name}"} & session.used}
    return tuple(
        evolve(fact, normals=normals.get(name, ()))
        for name, fact in session.scope.facts.items()
        if name not in idle
    )


def _libraries(session: Session) -> tuple[UsedLibrary, ...]:
    """Those the file names, in its order, then those they rest on in turn."""
    found = dict(session.scope.libraries)
    waiting = list(found.values())
    for library in waiting:
        fresh = {name: one for name, one in library.uses.items() if name not in found}
        found |= fresh
        waiting += fresh.values()
    return tuple(
        UsedLibrary(one.name, one.title, one.version, hashlib.sha256(one.source.text.encode()).hexdigest())
        for one in found.values()
    )


def _value_sets(kept: tuple[Fact, ...], session: Session) -> tuple[ValueSet, ...]:
    """Those of the facts that are kept, and all that the file declares."""
    wanted = {name for fact in kept for name in fact.value_sets}
    own = session.scope.places
    return tuple(
        one for name, one in session.scope.value_sets.items() if name in wanted or f"value set:{name}" in own
    )


def _out_of_scope(tree: nodes.Tree) -> list[OutOfScope]:
    kept = [item for item in tree.items if isinstance(item, syntax.OutOfScope)]
    return [_accounted(item) for item in kept]


def _accounted(item: syntax.OutOfScope) -> OutOfScope:
    notes = tuple(one.text.text for one in item.remarks if isinstance(one, facts.Note))
    because = cast(Literal["advice", "conduct", "site"], item.because.text)
    return OutOfScope(item.text.text, because, tuple(citations(item.remarks)), notes, item.span)


def _notes(tree: nodes.Tree, block: syntax.ProtocolBlock) -> tuple[str, ...]:
    own = [entry.text.text for entry in block.entries if isinstance(entry, facts.Note)]
    return (*own, *(item.text.text for item in tree.items if isinstance(item, facts.Note)))
