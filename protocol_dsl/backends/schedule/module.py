"""The text of `schedule.py`: what conditions ask, the program of the arms, and how to call them."""

from __future__ import annotations

from protocol_dsl.backends.schedule.amounts import dose_units
from protocol_dsl.backends.schedule.literal import names_in, write_value
from protocol_dsl.backends.schedule.program import program_of
from protocol_dsl.backends.writer import Writer, string
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.runtime.schedule.program import Arm, Program

Imports = tuple[tuple[str, tuple[str, ...]], ...]

_PROGRAM = "protocol_dsl.runtime.schedule.program"
_FIXED: Imports = (
    ("collections.abc", ("Mapping",)),
    ("datetime", ("date",)),
    ("protocol_dsl.runtime.conformance.deviations", ("Conformance",)),
    ("protocol_dsl.runtime.conformance.treatments", ("STRICT", "Terms")),
    ("protocol_dsl.runtime.records", ("Records",)),
    ("protocol_dsl.runtime.schedule.actions", ("Action",)),
    ("protocol_dsl.runtime.schedule.calling", ("Calls",)),
    ("protocol_dsl.runtime.schedule.course", ("Administration",)),
    ("protocol_dsl.runtime.schedule.doses", ("Body",)),
    ("protocol_dsl.runtime.schedule.program", ("Arm", "Program")),
    ("protocol_dsl.runtime.schedule.simulate", ("Row",)),
    ("protocol_dsl.runtime.schedule.slots", ("Plan",)),
    ("typing", ("Any",)),
)
_DAYS = "Mapping[str, date]"


def module_text(protocol: Protocol, conditions: str, imports: Imports) -> str:
    """The whole module; `conditions` is the code that defines `conditions` and `SCHEMA` (empty: nothing is asked)."""
    program = program_of(protocol)
    parts = [_head(protocol), _imports((*_FIXED, *imports), program), conditions.rstrip("\n")]
    parts += [_arm(arm) for arm in program.arms]
    parts += [_program(program, bool(conditions)), _calls()]
    return "\n\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def _head(protocol: Protocol) -> str:
    writer = Writer()
    source = f" Compiled from {protocol.source_name}" if protocol.source_name else ""
    digest = f" (sha256 {protocol.source_digest})" if protocol.source_digest else ""
    writer.docstring(
        f"{protocol.header.id}: {protocol.header.title}",
        "Arms and schedule of this protocol as a program, generated; do not edit."
        + (f"{source}{digest}." if source else ""),
        "`plan(arm, anchors)` gives the planned calendar of an arm, `next_actions(arm, given, records, on)` what is"
        " to be done on a day given what has happened, `simulate` a whole course of days.",
        "`conformance(patient, on)` holds what happened to a patient against the plan.",
        "Read each arm beside the sentences of the source that stand above it.",
    )
    return writer.text()


def _imports(wanted: Imports, program: Program) -> str:
    found: dict[str, set[str]] = {}
    for module, names in wanted:
        found.setdefault(module, set()).update(names)
    used = names_in(program)
    found.setdefault(_PROGRAM, set()).update(used - {"Fraction", "Duration"})
    if "Fraction" in used:
        found.setdefault("fractions", set()).add("Fraction")
    if "Duration" in used:
        found.setdefault("protocol_dsl.vocabulary.calendar", set()).add("Duration")
    writer = Writer()
    writer.line("from __future__ import annotations")
    for own in (False, True):
        writer.blank()
        for module in sorted(found):
            if module.startswith("protocol_dsl") == own:
                _import(writer, module, sorted(found[module], key=_order))
    return writer.text()


def _order(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _import(writer: Writer, module: str, names: list[str]) -> None:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= writer.width:
        writer.line(line)
        return
    with writer.block(f"from {module} import ("):
        writer.lines(*(f"{name}," for name in names))
    writer.line(")")


def _arm(arm: Arm) -> str:
    writer = Writer()
    writer.comment(f"{arm.label} ({arm.name}).")
    for sentence in arm.sources:
        writer.comment(f"Source: {sentence}", rest="  ")
    writer.line("# fmt: off")
    write_value(writer, f"{_constant(arm)} = ", arm)
    writer.line("# fmt: on")
    return writer.text()


def _constant(arm: Arm) -> str:
    return f"ARM_{arm.name.upper()}"


def _program(program: Program, asks: bool) -> str:
    writer = Writer()
    writer.line("# fmt: off")
    with writer.block("PROGRAM = Program("):
        for name, value in program._asdict().items():
            if name == "arms":
                inner = "".join(f"{_constant(arm)}, " for arm in program.arms).rstrip()
                writer.line(f"arms=({inner}),")
            elif value != program._field_defaults.get(name):
                write_value(writer, f"{name}=", value, ",")
    writer.line(")")
    writer.comment("Spellings of units that convert to the unit of a dose, exactly: a value times n / d.")
    with writer.block("DOSE_UNITS: dict[str, dict[str, tuple[int, int]]] = {"):
        for unit, known in dose_units(program):
            inner = ", ".join(f"{string(text)}: ({one.numerator}, {one.denominator})" for text, one in known)
            writer.line(f"{string(unit)}: {{{inner}}},")
    writer.lines("}", "# fmt: on")
    with writer.block("ARMS: dict[str, Arm] = {"):
        writer.lines(*(f"{string(arm.name)}: {_constant(arm)}," for arm in program.arms))
    writer.line("}")
    writer.line(f"_CALLS = Calls(PROGRAM, {'conditions, SCHEMA' if asks else 'None'}, units=DOSE_UNITS)")
    return writer.text()


def _calls() -> str:
    writer = Writer()
    with writer.block("def plan("):
        writer.lines(f"arm: str, anchors: {_DAYS}, until: date | None = None, body: Body | None = None")
    with writer.block(") -> Plan:"):
        writer.docstring(
            "The planned calendar of an arm; `anchors` are dates by name, that of day 1 among them.",
            "Open-ended runs are planned to `until`, else to the last day on which anything bounded falls. `body`"
            " (weight in kg, height in cm, surface in m2, gfr in mL/min) sizes doses. Raises ScheduleError for an"
            " arm or a day 1 there is not.",
        )
        writer.line("return _CALLS.plan(arm, anchors, until, body)")
    writer.blank(2)
    with writer.block("def next_actions("):
        writer.lines("arm: str,", "given: tuple[Administration, ...],", "records: Records,", "on: date,")
        writer.line(f"anchors: {_DAYS} | None = None,")
    with writer.block(") -> tuple[Action, ...]:"):
        writer.docstring(
            "What is to be done on a day, one action for each line of the arm that has days: give, reduce, ask, delay,"
            " skip, stop, wait or done.",
            "`given` is what was administered so far. Raises ScheduleError as `plan` does.",
        )
        writer.line("return _CALLS.next_actions(arm, given, records, on, anchors)")
    writer.blank(2)
    with writer.block("def next_action("):
        writer.lines("arm: str,", "given: tuple[Administration, ...],", "records: Records,", "on: date,")
        writer.lines(f"anchors: {_DAYS} | None = None,", "what: str | None = None,")
    with writer.block(") -> Action:"):
        writer.docstring("The most pressing of `next_actions`, or that of one drug.")
        writer.line("return _CALLS.next_action(arm, given, records, on, anchors, what)")
    writer.blank(2)
    with writer.block("def simulate("):
        writer.lines("arm: str,", "records: Records,", f"anchors: {_DAYS},", "until: date,")
        writer.line("given: tuple[Administration, ...] = (),")
    with writer.block(") -> tuple[Row, ...]:"):
        writer.docstring(
            "The days from day 1 to `until`, each with its actions, as if every dose were given on the day it is called"
            " for, `given` apart."
        )
        writer.line("return _CALLS.simulate(arm, records, anchors, until, given)")
    writer.blank(2)
    with writer.block("def conformance("):
        writer.lines("patient: Mapping[str, Any],", "on: date,", 'arm: str = "",', "terms: Terms = STRICT,")
        writer.line("names: Mapping[str, str] | None = None,")
    with writer.block(") -> Conformance:"):
        writer.docstring(
            "What happened to a patient against the plan, as at the day `on`: missed, early, late, extra, wrong dose,"
            " wrong arm, given though a rule said otherwise, and what cannot be decided.",
            "`patient` is plain data: `id`, `arm`, `anchors`, `administrations` (treatment, on, to, dose, unit),"
            " `visits` (visit, on), `assessments` (assessment, on), `ended`, and facts. `arm` is that of a patient who"
            " names none, `names` leads the records' words to declared names. Raises ScheduleError for an arm there is"
            " not.",
        )
        writer.line("return _CALLS.conformance(patient, on, arm, terms, names)")
    return writer.text()
