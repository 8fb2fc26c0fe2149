"""A compiled protocol as readable, stable text: what golden files hold and `trialc show --ir` prints.

Sections come in a fixed order and only when they hold something; one fact, feature or definition a line;
formulas indented, one atom a line with its id in brackets; numbers infix. Spans are left out: they move with
every edit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

import attrs

from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.formulas import Formula
from protocol_dsl.ir.numbers import Number
from protocol_dsl.ir.protocol import Criterion, Definition, Protocol, Question, Stage
from protocol_dsl.ir.schedule import Schedule
from protocol_dsl.ir.show_features import anchor_words, duration_words, feature_words
from protocol_dsl.ir.show_formulas import formula_lines, inline, number_words, rational
from protocol_dsl.ir.walk import FORMULAS, NUMBERS, Node
from protocol_dsl.vocabulary.calendar import Duration

INDENT = "  "


def show(protocol: Protocol) -> str:
    """The text of a protocol's ir, with a final line end; equal protocols (but for spans) give equal text."""
    sections = [
        _header(protocol),
        _section("libraries", (f"{one.name} {one.version}".rstrip() for one in protocol.libraries)),
        _section("facts", (_fact(fact) for fact in protocol.facts if not fact.builtin)),
        _section("anchors", (f'{one.name} "{one.label}"' for one in protocol.anchors)),
        _section("questions", (_question(one) for one in protocol.questions)),
        _section("features", (feature_words(feature) for feature in protocol.features)),
        *([_definitions(protocol.definitions)] if protocol.definitions else []),
        _section("background", (inline(one.formula) for one in protocol.assumptions)),
        *[_stage(stage) for stage in protocol.stages],
        _section("value sets", (line for one in protocol.value_sets for line in _tree(one))),
        _section("out of scope", (f'because {one.because} "{one.text}"' for one in protocol.out_of_scope)),
        _section("notes", (f'"{note}"' for note in protocol.notes)),
        _section("schedule", _schedule(protocol.schedule)),
        _section("examples", (line for one in protocol.examples for line in _tree(one))),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _section(title: str, lines: Iterable[str]) -> str:
    body = [INDENT + line for line in lines]
    return "\n".join([title, *body]) if body else ""


def _header(protocol: Protocol) -> str:
    header = protocol.header
    lines = [f'protocol {header.id} "{header.title}"']
    lines += [f"{INDENT}{name} {value}" for name, value in header.entries]
    return "\n".join(lines)


def _question(question: Question) -> str:
    because = f" because {question.because}" if question.because else ""
    return f'{question.id} by {question.by}{because} "{question.text}"'


def _fact(fact: Fact) -> str:
    unit = f" in {fact.unit}" if fact.unit != "1" else ""
    ordered = "ordered " if fact.ordered else ""
    words = [f"{fact.name}: {ordered}{fact.kind}{unit}"]
    if fact.choices:
        words.append("{" + ", ".join(fact.choices) + "}")
    if fact.plausible:
        words.append(f"plausible {rational(fact.plausible.low)} to {rational(fact.plausible.high)}")
        words += [f"step {rational(fact.plausible.step)}"] if fact.plausible.step is not None else []
    if fact.units:
        words.append("units " + ", ".join(one.text for one in fact.units))
    words += [f"code {one.system} {one.code}" for one in fact.codes]
    words += [f"molar mass {rational(fact.molar_mass)} g/mol"] if fact.molar_mass is not None else []
    for one in fact.normals:
        when = f" when {inline(one.when)}" if one.when is not None else ""
        limits = [rational(limit) if limit is not None else "" for limit in (one.low, one.high)]
        words.append(f"normal {limits[0]}..{limits[1]}{when}")
    words += [f"valid {duration_words(fact.valid)}"] if fact.valid else []
    words += ["closed"] if fact.closed else []
    attributes = [f"{one.name}: {one.kind}" for one in fact.attributes]
    words += ["with " + ", ".join(attributes)] if attributes else []
    return " ".join([*words, f'"{fact.label}"'])


def _definitions(definitions: tuple[Definition, ...]) -> str:
    return "\n".join(["definitions", *(INDENT + line for one in definitions for line in _definition(one))])


def _definition(definition: Definition) -> Iterator[str]:
    if isinstance(definition.body, FORMULAS):
        yield f'{definition.id}: truth "{definition.words}"'
        yield from (INDENT + line for line in formula_lines(cast(Formula, definition.body)))
    else:
        body = number_words(cast(Number, definition.body))
        yield f'{definition.id}: number in {definition.unit} = {body} "{definition.words}"'


def _stage(stage: Stage) -> str:
    lines = [f"stage {stage.name} at {anchor_words(stage.anchor)}"]
    lines += [INDENT + line for criterion in stage.criteria for line in _criterion(criterion)]
    return "\n".join(lines)


def _criterion(criterion: Criterion) -> Iterator[str]:
    yield f'{criterion.kind} {criterion.id} "{criterion.title}"'
    for citation in criterion.citations:
        digest = f" #{citation.digest}" if citation.digest else ""
        yield INDENT + (
            f'source "{citation.text}"' if citation.text else f"source {citation.pointer}{digest}"
        )
    for note in criterion.notes:
        yield f'{INDENT}note "{note}"'
    for line in criterion.lines:
        yield f"{INDENT}{line.verb}"
        yield from (INDENT * 2 + text for text in formula_lines(line.passes))


def _schedule(schedule: Schedule) -> Iterator[str]:
    """The sections of the schedule that differ from an empty one."""
    if schedule != Schedule():
        yield from _tree(schedule)


def _tree(node: object) -> Iterator[str]:
    """Any other node: its name and plain fields on one line, the nodes inside it indented below; defaults are
    left out."""
    here, below = [type(node).__name__], []
    for field in attrs.fields(type(cast(attrs.AttrsInstance, node))):
        value = getattr(node, field.name)
        if field.name == "span" or value == field.default:
            continue
        if isinstance(value, tuple) and value and attrs.has(type(value[0])):
            below += [line for part in value for line in _nested(field.name, part)]
        elif attrs.has(type(value)):
            below += list(_nested(field.name, value))
        else:
            here.append(f"{field.name}={_plain(value)}")
    yield " ".join(here)
    yield from (INDENT + line for line in below)


def _nested(name: str, part: object) -> Iterator[str]:
    if isinstance(part, FORMULAS + NUMBERS):
        yield f"{name}: {inline(cast(Node, part))}"
    else:
        first, *rest = _tree(part)
        yield f"{name}: {first}"
        yield from rest


def _plain(value: object) -> str:
    match value:
        case Duration():
            return duration_words(value)
        case tuple():
            return "[" + ", ".join(_plain(part) for part in value) + "]"
        case dict():
            return "{" + ", ".join(f"{name}: {_plain(part)}" for name, part in value.items()) + "}"
        case str():
            return f'"{value}"'
        case _:
            return str(value)
