"""Gathers every declaration of a file into one scope, and joins the libraries it uses to it."""

from __future__ import annotations

from attrs import define

from protocol_dsl.diagnostics import Collector
from protocol_dsl.ir.protocol import AnchorDeclaration
from protocol_dsl.semantics.builtins import builtin_facts
from protocol_dsl.semantics.errors import names as errors
from protocol_dsl.semantics.facts import declare_fact
from protocol_dsl.semantics.libraries import use_libraries, with_value_sets
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.semantics.value_sets import resolved
from protocol_dsl.source import SourceFile
from protocol_dsl.syntax import nodes as syntax
from protocol_dsl.syntax.nodes import facts as fact_nodes
from protocol_dsl.syntax.nodes import schedule, visits, words


@define
class _Declarations:
    scope: Scope
    found: Collector

    def take(self, name: words.Name, space: str = "name") -> bool:
        """True when the name is new in its space; a second declaration is an error that shows both places."""
        key = f"{space}:{name.text}"
        first = self.scope.places.get(key)
        if first is not None:
            self.found.add(errors.DuplicateName(name.span, name.text, first))
            return False
        self.scope.places[key] = name.span
        return True


def collect(tree: syntax.Tree, source: SourceFile, damaged: frozenset[str], found: Collector) -> Scope:
    """The scope of a protocol or library file.

    Ensures every name is declared once; what fails is reported and left out. `damaged` names were declared by
    text that does not parse: asking for them is no further error.
    """
    scope = Scope(damaged=damaged)
    into = _Declarations(scope, found)
    cohorts = [item for item in tree.items if isinstance(item, fact_nodes.Cohort)]
    for fact in builtin_facts(tuple(cohort.name.text for cohort in cohorts)):
        scope.facts[fact.name] = fact
    for item in tree.items:
        _declare(item, source, into)
    own = tuple(scope.facts)
    use_libraries((item for item in tree.items if isinstance(item, fact_nodes.Use)), scope, found)
    for name in own:
        scope.facts[name] = with_value_sets(scope.facts[name], scope.value_sets)
    return scope


def _declare(item: syntax.Item, source: SourceFile, into: _Declarations) -> None:
    scope = into.scope
    match item:
        case fact_nodes.Fact():
            _fact(item, into)
        case fact_nodes.Facts():
            for entry in item.entries:
                _fact(entry, into)
        case fact_nodes.Define() if into.take(item.name):
            scope.definitions[item.name.text] = item
        case fact_nodes.Anchor() if into.take(item.name):
            label = item.label.text
            scope.anchors[item.name.text] = AnchorDeclaration(item.name.text, label, item.name.span)
        case fact_nodes.Cohort() if into.take(item.name, "cohort"):
            scope.cohorts[item.name.text] = item.label.text
        case fact_nodes.ValueSet() if into.take(item.name, "value set"):
            value_set = resolved(item, source, into.found)
            if value_set is not None:
                scope.value_sets[item.name.text] = value_set
        case fact_nodes.Use():
            into.take(item.library, "library")
        case _:
            _declare_treatment(item, into)


def _declare_treatment(item: syntax.Item, into: _Declarations) -> None:
    scope = into.scope
    match item:
        case schedule.Intervention() if into.take(item.name, "intervention"):
            scope.interventions[item.name.text] = item
        case schedule.Regimen() if into.take(item.name, "regimen"):
            scope.regimens[item.name.text] = item
        case schedule.Arm() if into.take(item.name, "arm"):
            scope.arms[item.name.text] = item
        case visits.Epoch() if into.take(item.name, "epoch"):
            scope.epochs[item.name.text] = item
        case visits.Visit() | visits.Visits() if into.take(item.name, "visit"):
            scope.visits[item.name.text] = item
        case _:
            pass


def _fact(node: fact_nodes.Fact, into: _Declarations) -> None:
    known = into.scope.facts.get(node.name.text)
    if known is not None and known.builtin:
        into.found.add(errors.ReservedName(node.name.span, node.name.text))
    elif into.take(node.name):
        into.scope.facts[node.name.text] = declare_fact(node, into.found)
        normals = tuple(clause for clause in node.clauses if isinstance(clause, fact_nodes.Normal))
        into.scope.normals[node.name.text] = normals
