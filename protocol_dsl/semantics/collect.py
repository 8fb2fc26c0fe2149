"""Gathers every declaration of a file into one scope, and reads the libraries it uses."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

from attrs import define, evolve

from protocol_dsl.diagnostics import Collector, suggest
from protocol_dsl.ir.facts import Code, Fact
from protocol_dsl.ir.protocol import AnchorDeclaration, ValueSet
from protocol_dsl.semantics.builtins import builtin_facts
from protocol_dsl.semantics.errors import names as errors
from protocol_dsl.semantics.facts import KIND_WORDS, declare_fact
from protocol_dsl.semantics.scope import Library, Scope
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax import nodes as syntax
from protocol_dsl.syntax.nodes import facts as fact_nodes
from protocol_dsl.syntax.nodes import schedule, visits, words
from protocol_dsl.syntax.parser import parse
from protocol_dsl.vocabulary import quantities

LIBRARIES = Path(__file__).parent.parent / "library"


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
    for item in tree.items:
        if isinstance(item, fact_nodes.Use):
            _use(item, into)
    for name, fact in scope.facts.items():
        scope.facts[name] = _with_value_sets(fact, scope)
    return scope


def _with_value_sets(fact: Fact, scope: Scope) -> Fact:
    """The fact with the codes of its value sets; one that is not declared is a finding of the rules."""
    sets = [scope.value_sets[name] for name in fact.value_sets if name in scope.value_sets]
    codes = tuple(Code(system, code) for each in sets for system, code, _ in each.codes)
    return evolve(fact, codes=(*fact.codes, *codes)) if codes else fact


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
            resolved = _value_set(item, source, into.found)
            if resolved is not None:
                scope.value_sets[item.name.text] = resolved
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


def library_names() -> tuple[str, ...]:
    """The libraries shipped with the package."""
    return tuple(sorted(path.stem for path in LIBRARIES.glob("*.trial")))


def library_source(name: str) -> SourceFile:
    """The text of a shipped library."""
    path = LIBRARIES / f"{name}.trial"
    return SourceFile(f"library/{name}.trial", path.read_text(encoding="utf-8"))


def _use(node: fact_nodes.Use, into: _Declarations) -> None:
    name = node.library.text
    if name not in library_names():
        into.found.add(errors.UnknownLibrary(node.library.span, name, suggest(name, library_names())))
        return
    if not into.take(node.library, "library"):
        return
    tree = parse(library_source(name)).tree
    unheard = Collector()
    facts = dict(_library_facts(tree, unheard))
    definitions = {item.name.text: item for item in tree.items if isinstance(item, fact_nodes.Define)}
    bindings = _bindings(node, facts, into)
    into.scope.libraries[name] = Library(name, facts, definitions, bindings)


def _library_facts(tree: syntax.Tree, found: Collector) -> Iterable[tuple[str, Fact]]:
    for item in tree.items:
        if isinstance(item, fact_nodes.Fact):
            yield item.name.text, declare_fact(item, found)
        elif isinstance(item, fact_nodes.Facts):
            for entry in item.entries:
                yield entry.name.text, declare_fact(entry, found)


def _bindings(node: fact_nodes.Use, facts: dict[str, Fact], into: _Declarations) -> dict[str, str]:
    library, scope, found = node.library.text, into.scope, into.found
    bindings = {
        name: name
        for name in facts
        if name in scope.facts and _misfit(facts[name], scope.facts[name]) is None
    }
    for binding in node.bindings:
        parameter, target = binding.parameter.text, binding.target.text
        if parameter not in facts:
            close = suggest(parameter, facts)
            found.add(errors.UnknownBinding(binding.parameter.span, parameter, library, close))
        elif target not in scope.facts:
            if target not in scope.damaged:
                found.add(errors.UnknownName(binding.target.span, target, suggest(target, scope.facts)))
        elif reason := _misfit(facts[parameter], scope.facts[target]):
            found.add(errors.UnfitBinding(binding.span, target, parameter, library, reason))
        else:
            bindings[parameter] = target
    return bindings


def _misfit(wanted: Fact, given: Fact) -> str | None:
    """Why `given` cannot stand for the library's fact, or nothing."""
    if wanted.kind != given.kind and {wanted.kind, given.kind} != {"lab", "measure"}:
        return f"it is {KIND_WORDS[given.kind]}, the library needs {KIND_WORDS[wanted.kind]}"
    if wanted.choices and not set(wanted.choices) <= set(given.choices):
        missing = ", ".join(choice for choice in wanted.choices if choice not in given.choices)
        return f"it lacks the choices {missing}"
    mass = given.molar_mass or wanted.molar_mass
    if not quantities.commensurable(_unit(wanted), _unit(given), mass):
        return f"it is in {given.unit_text or 'no unit'}, the library's in {wanted.unit_text or 'no unit'}"
    return None


def _unit(fact: Fact) -> quantities.Unit:
    return quantities.parse_unit(fact.unit)


def _value_set(node: fact_nodes.ValueSet, source: SourceFile, found: Collector) -> ValueSet | None:
    label = node.label.text if node.label else node.name.text.replace("_", " ")
    if node.file is None:
        codes = tuple((code.system.text, code.code.text, "") for code in node.codes)
        if not codes:
            found.add(errors.UnresolvedValueSet(node.name.span, node.name.text, "it holds no code"))
            return None
        return ValueSet(node.name.text, label, codes)
    path = Path(source.path).parent / node.file.text
    try:
        data = path.read_bytes()
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error):
        found.add(_unresolved(node.file.span, node, f"`{node.file.text}` cannot be read"))
        return None
    codes = tuple((row["system"], row["code"], row.get("display") or "") for row in rows if _whole(row))
    if not codes or len(codes) != len(rows):
        found.add(
            _unresolved(node.file.span, node, f"`{node.file.text}` has a row without system or code, or none")
        )
        return None
    return ValueSet(node.name.text, label, codes, node.file.text, hashlib.sha256(data).hexdigest())


def _whole(row: dict[str, str]) -> bool:
    return bool(row.get("system")) and bool(row.get("code"))


def _unresolved(span: Span, node: fact_nodes.ValueSet, reason: str) -> errors.UnresolvedValueSet:
    return errors.UnresolvedValueSet(span, node.name.text, reason)
