"""Libraries: reading the shipped ones, and joining what a file uses of them to what it declares itself.

A fact of the libraries is one fact of the protocol, however many libraries rest on it. It stands for the fact that
`with` binds it to, else for the file's own fact of that name, else the file takes it over as the library
declares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from attrs import evolve

from protocol_dsl.diagnostics import Collector, suggest
from protocol_dsl.ir.facts import Code, Fact
from protocol_dsl.ir.protocol import ValueSet
from protocol_dsl.semantics.errors import names as errors
from protocol_dsl.semantics.facts import KIND_WORDS, declare_fact
from protocol_dsl.semantics.scope import Library, Scope
from protocol_dsl.semantics.units import record_units
from protocol_dsl.semantics.value_sets import resolved
from protocol_dsl.source import SourceFile
from protocol_dsl.syntax.nodes import facts as syntax
from protocol_dsl.syntax.parser import parse
from protocol_dsl.vocabulary import quantities

LIBRARIES = Path(__file__).parent.parent / "library"


def library_names() -> tuple[str, ...]:
    """The libraries shipped with the package."""
    return tuple(sorted(path.stem for path in LIBRARIES.glob("*.trial")))


@cache
def load_library(name: str) -> Library:
    """A shipped library, read once, together with those it uses itself."""
    path = LIBRARIES / f"{name}.trial"
    source = SourceFile(f"library/{name}.trial", path.read_text(encoding="utf-8"))
    items = parse(source).tree.items
    unheard = Collector()
    header = next(item for item in items if isinstance(item, syntax.LibraryHeader))
    uses = [load_library(item.library.text) for item in items if isinstance(item, syntax.Use)]
    sets = [resolved(item, source, unheard) for item in items if isinstance(item, syntax.ValueSet)]
    value_sets = {each.name: each for each in sets if each is not None}
    declared = (with_value_sets(declare_fact(node, unheard), value_sets) for node in _fact_nodes(items))
    return Library(
        name,
        header.title.text,
        header.version.text if header.version else "",
        source,
        {name: fact for library in uses for name, fact in library.facts.items()}
        | {fact.name: fact for fact in declared},
        {item.name.text: item for item in items if isinstance(item, syntax.Define)},
        {name: one for library in uses for name, one in library.value_sets.items()} | value_sets,
        {library.name: library for library in uses},
    )


def library_of(name: str) -> str | None:
    """The shipped library that declares a fact of that name itself."""
    for library in map(load_library, library_names()):
        if name in library.facts and not any(name in each.facts for each in library.uses.values()):
            return library.name
    return None


def _fact_nodes(items: Iterable[object]) -> Iterator[syntax.Fact]:
    for item in items:
        if isinstance(item, syntax.Fact):
            yield item
        elif isinstance(item, syntax.Facts):
            yield from item.entries


def with_value_sets(fact: Fact, value_sets: Mapping[str, ValueSet]) -> Fact:
    """The fact with the codes of its value sets; one that is not declared is a finding of the rules."""
    sets = [value_sets[name] for name in fact.value_sets if name in value_sets]
    codes = tuple(Code(system, code) for each in sets for system, code, _ in each.codes)
    return evolve(fact, codes=(*fact.codes, *codes)) if codes else fact


def use_libraries(nodes: Iterable[syntax.Use], scope: Scope, found: Collector) -> None:
    """Join the libraries a file uses to its scope. Every declaration of the file itself must be in it already."""
    used = [(node, library) for node in nodes if (library := _library(node, scope, found)) is not None]
    for node, library in used:
        for binding in node.bindings:
            _bind(binding, library, scope, found)
    for node, library in used:
        for fact in library.facts.values():
            if fact.name not in scope.bindings:
                _join(evolve(fact, span=node.library.span), scope)
        for name, value_set in library.value_sets.items():
            scope.value_sets.setdefault(name, value_set)


def _library(node: syntax.Use, scope: Scope, found: Collector) -> Library | None:
    name = node.library.text
    if name not in library_names():
        found.add(errors.UnknownLibrary(node.library.span, name, suggest(name, library_names())))
        return None
    if name in scope.libraries:
        return None
    library = scope.libraries[name] = load_library(name)
    if node.version is not None and node.version.text != library.version:
        version = node.version
        found.add(errors.OtherVersion(version.span, name, version.text, library.version))
    return library


def _bind(binding: syntax.Binding, library: Library, scope: Scope, found: Collector) -> None:
    parameter, target = binding.parameter.text, binding.target.text
    if parameter not in library.facts:
        close = suggest(parameter, library.facts)
        found.add(errors.UnknownBinding(binding.parameter.span, parameter, library.name, close))
    elif target not in scope.facts:
        if target not in scope.damaged:
            found.add(errors.UnknownName(binding.target.span, target, suggest(target, scope.facts)))
        scope.unfit[parameter] = ""
    elif reason := _misfit(library.facts[parameter], scope.facts[target]):
        found.add(errors.UnfitBinding(binding.span, target, parameter, library.name, reason))
        scope.unfit[parameter] = ""
    elif parameter in scope.bindings and scope.bindings[parameter] != target:
        found.add(errors.BoundTwice(binding.span, parameter, target, scope.bindings[parameter]))
    else:
        _stand_for(library.facts[parameter], target, scope)


def _join(fact: Fact, scope: Scope) -> None:
    """A library's fact nobody bound: the file's own of that name, or the library's taken over."""
    name = fact.name
    if name in scope.unfit or name in scope.damaged:
        scope.unfit.setdefault(name, "")
    elif name not in scope.facts:
        if f"name:{name}" in scope.places:
            scope.unfit[name] = "it is no fact"
            return
        scope.facts[name] = fact
        scope.bindings[name] = name
        scope.taken_over.add(name)
    elif reason := _misfit(fact, scope.facts[name]):
        scope.unfit[name] = reason
    else:
        _stand_for(fact, name, scope)


def _stand_for(wanted: Fact, target: str, scope: Scope) -> None:
    """The file's fact is read wherever the library asks; a molar mass it does not state is the library's."""
    scope.bindings[wanted.name] = target
    given = scope.facts[target]
    if given.molar_mass is None and wanted.molar_mass is not None:
        units = record_units(_unit(given), wanted.molar_mass)
        scope.facts[target] = evolve(given, molar_mass=wanted.molar_mass, units=units)


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
