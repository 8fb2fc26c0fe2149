"""The generated schedule of a protocol, loaded from its own text, and what the command line gives it."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from types import ModuleType

from protocol_dsl.artifacts import build_schedule
from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.cli.sources import compiled
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.schedule.layout import names_of_day_one
from protocol_dsl.runtime.schedule.program import Cycles, Element, Line, Program
from protocol_dsl.runtime.schema import Schema
from protocol_dsl.vocabulary.calendar import DAY, DateError, parse_when

_DATE = "write it as `--anchor first_dose=2026-01-05`"


def schedule_of(file: str) -> tuple[Protocol, ModuleType]:
    """A protocol and its `schedule.py` as a module. Raises CouldNotRun where it has no arms."""
    protocol = compiled(file)
    made = build_schedule(protocol)
    if not made:
        raise CouldNotRun(f"`{file}` declares no arms, so there is no schedule", "declare an `arm`")
    return protocol, _loaded(f"schedule_of_{protocol.header.id.lower()}", made[0].text)


def program_in(module: ModuleType) -> Program:
    """The program of a loaded schedule."""
    program: Program = module.PROGRAM
    return program


def schema_in(module: ModuleType) -> Schema:
    """How its records are read; nothing is known of any where the schedule asks nothing."""
    schema: Schema = getattr(module, "SCHEMA", Schema({}))
    return schema


def anchors_of(words: Iterable[str]) -> Mapping[str, date]:
    """Dates by name from `NAME=DATE`. Raises CouldNotRun."""
    found: dict[str, date] = {}
    for word in words:
        name, sign, text = word.partition("=")
        if not sign or not name.strip():
            raise CouldNotRun(f"`{word}` is no anchor", _DATE)
        found[name.strip()] = day_of(text, "--anchor")
    return found


def anchor_names(program: Program) -> frozenset[str]:
    """Every name that something in the schedule hangs on, with `_` for blanks."""
    return frozenset(name.replace(" ", "_") for name in _known_anchors(program))


def _known_anchors(program: Program) -> list[str]:
    lines = [line for arm in program.arms for element in arm.elements for line in _lines(element)]
    known = [*names_of_day_one(program), *(f"first {line.what}" for line in lines)]
    known += [step.limit.event for line in lines for step in line.steps]
    known += [name for epoch in program.epochs for name in (epoch.start, epoch.end)]
    known += [visit.at.of for visit in program.visits if visit.at is not None]
    known += [place for one in program.assessments for place in one.at]
    return [name for name in known if name]


def check_anchors(program: Program, names: Iterable[str]) -> None:
    """Raises CouldNotRun for a name that nothing in the schedule hangs on: a misspelt one must not pass in silence."""
    known, spelled = _known_anchors(program), anchor_names(program)
    for name in names:
        if name.replace(" ", "_") not in spelled:
            near = get_close_matches(name, sorted(spelled), 1)
            fix = (
                f"did you mean `{near[0]}`?" if near else f"give {', '.join(f'`{one}`' for one in known[:3])}"
            )
            raise CouldNotRun(f"nothing in the schedule hangs on `{name}`", fix)


def _lines(element: Element) -> Iterator[Line]:
    for part in element.parts:
        yield from part.lines if isinstance(part, Cycles) else (part,)


def day_of(text: str, option: str) -> date:
    """One full day. Raises CouldNotRun."""
    try:
        when = parse_when(text)
    except DateError as error:
        raise CouldNotRun(f"{option}: `{error.text}`: {error.reason}", error.fix) from None
    if when.first // DAY != when.last // DAY:
        raise CouldNotRun(f"{option}: `{text}` is not one day", "write a full date such as `2026-01-05`")
    return date.fromordinal(when.first // DAY)


def _loaded(name: str, text: str) -> ModuleType:
    place = f"<{name}>"
    # Dataclasses look their module up, and tracebacks look up its lines.
    linecache.cache[place] = (len(text), None, text.splitlines(keepends=True), place)
    module = sys.modules[name] = ModuleType(name)
    exec(compile(text, place, "exec"), module.__dict__)
    return module
