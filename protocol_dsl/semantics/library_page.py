"""What a library holds, as a page of Markdown: its definitions with their sources, its facts, its value sets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from protocol_dsl.ir.facts import Fact
from protocol_dsl.semantics.builtins import builtin_facts
from protocol_dsl.semantics.facts import KIND_WORDS
from protocol_dsl.semantics.libraries import library_names, load_library
from protocol_dsl.semantics.rules.subject import inside
from protocol_dsl.semantics.scope import Library
from protocol_dsl.syntax.nodes import facts as syntax
from protocol_dsl.syntax.nodes.words import Name
from protocol_dsl.syntax.parser import parse

_BUILTIN = tuple(fact.name for fact in builtin_facts())


def index() -> str:
    """The shipped libraries, one a row."""
    libraries = [load_library(name) for name in library_names()]
    rows = ((f"[`{one.name}`]({one.name}.md)", one.version, one.title) for one in libraries)
    return "\n".join(["# The libraries", "", *_table(("use", "version", "holds"), rows)]) + "\n"


def page(name: str) -> str:
    """The page of one shipped library; `name` is one of `library_names()`."""
    library = load_library(name)
    lines = [f"# `{name}` {library.version}", "", f"{library.title}."]
    if library.uses:
        lines += ["", f"Rests on {_codes(library.uses)}, whose facts it lends as well."]
    for definition in library.definitions.values():
        lines += ["", *_definition(definition, library)]
    borrowed = {fact for used in library.uses.values() for fact in used.facts}
    own = [fact for fact in library.facts.values() if fact.name not in borrowed]
    if own:
        heads = ("fact", "what", "kind", "range", "codes")
        lines += ["", "## Facts", "", *_table(heads, (_fact(fact) for fact in own))]
    sets = [item for item in parse(library.source).tree.items if isinstance(item, syntax.ValueSet)]
    if sets:
        lines += ["", "## Value sets"]
    for node in sets:
        lines += ["", *_value_set(node, library)]
    return "\n".join(lines).rstrip() + "\n"


def _definition(node: syntax.Define, library: Library) -> Iterator[str]:
    parameters = ", ".join(each.text for each in node.parameters)
    yield f"## `{library.name}.{node.name.text}" + (f"({parameters})`" if parameters else "`")
    yield ""
    label = node.label.text if node.label else node.name.text.replace("_", " ")
    yield f"{label}. {node.variant.text}." if node.variant else f"{label}."
    yield ""
    yield f"* rests on {_codes(_rests_on(node, library))}"
    if node.domain is not None:
        made_for = " ".join(library.source.slice(node.domain.condition.span).split())
        yield f"* made for `{made_for}`, unknown elsewhere"
    yield from (f"* source: {text}" for text in _texts(node.sources))
    yield from (f"* {note.text.text}" for note in node.notes)


def _rests_on(node: syntax.Define, library: Library) -> tuple[str, ...]:
    """The facts a definition reads, itself or through others, in the order it names them."""
    found: dict[str, None] = {}
    waiting = [(node, library)]
    while waiting:
        here, home = waiting.pop()
        for each in inside((here.body, here.domain)):
            if not isinstance(each, Name):
                continue
            stem, _, short = each.text.rpartition(".")
            where = home.uses[stem] if stem else home
            if short in where.definitions and short != here.name.text:
                waiting.append((where.definitions[short], where))
            elif short in where.facts or short in _BUILTIN:
                found[short] = None
    return tuple(found)


def _fact(fact: Fact) -> tuple[str, ...]:
    kind = ("ordered " if fact.ordered else "") + KIND_WORDS[fact.kind].split()[1]
    if fact.unit_text:
        kind += f" in {fact.unit_text}"
    if fact.choices:
        kind += f": {', '.join(fact.choices)}"
    if fact.attributes:
        kind += f" with {', '.join(one.name for one in fact.attributes)}"
    codes = [f"{one.system} {one.code}" for one in fact.codes] if not fact.value_sets else fact.value_sets
    what = ". ".join((fact.label, *(note.rstrip(".") for note in fact.notes)))
    return f"`{fact.name}`", what, kind, _range(fact), ", ".join(codes)


def _range(fact: Fact) -> str:
    if fact.plausible is None:
        return ""
    step = f", to {_number(fact.plausible.step)}" if fact.plausible.step is not None else ""
    return f"{_number(fact.plausible.low)} to {_number(fact.plausible.high)}{step}"


def _number(value: Fraction) -> str:
    return f"{float(value):.12g}"


def _value_set(node: syntax.ValueSet, library: Library) -> Iterator[str]:
    held = library.value_sets[node.name.text]
    codes = (
        f"{system} {code}" + (f" ({display})" if display else "") for system, code, display in held.codes
    )
    yield f"**`{held.name}`** {held.label}: {', '.join(codes)}."
    yield ""
    yield from (f"* source: {text}" for text in _texts(node.clauses))
    yield from (f"* {clause.text.text}" for clause in node.clauses if isinstance(clause, syntax.Note))


def _texts(sources: Iterable[object]) -> Iterator[str]:
    return (each.text.text for each in sources if isinstance(each, syntax.SourceText))


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "| " + " | ".join("---" for _ in heads) + " |"
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
