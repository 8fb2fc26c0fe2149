"""The order of everything, stated once: text, tree, scope, ir, findings; then artifacts."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.backends import docs, python, schedule
from protocol_dsl.backends.base import Artifact
from protocol_dsl.diagnostics import Collector, Diagnostic
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.to_json import to_json
from protocol_dsl.lowering.lower import lower
from protocol_dsl.semantics.collect import collect
from protocol_dsl.semantics.rules import Subject, check_rules
from protocol_dsl.source import SourceFile
from protocol_dsl.syntax.parser import parse
from protocol_dsl.testing.examples import example_outcomes


@frozen
class CheckResult:
    """What checking one file found. `protocol` is there when no error was, and the file is no library."""

    source: SourceFile
    diagnostics: tuple[Diagnostic, ...]
    protocol: Protocol | None


def check(source: SourceFile) -> CheckResult:
    """Parse and check one file; every finding of every stage that could run, sorted by place."""
    parsed = parse(source)
    found = Collector(parsed.diagnostics)
    scope = collect(parsed.tree, source, parsed.damaged_names, found)
    lowered = lower(parsed.tree, scope, source, found)
    faults = tuple(fault.span for fault in found.errors)
    subject = Subject(parsed.tree, scope, lowered.protocol, lowered.used, source, faults)
    found.extend(check_rules(subject))
    protocol = None if found.has_errors else lowered.protocol
    return CheckResult(source, tuple(found.sorted()), protocol)


def build(protocol: Protocol, *, standalone: bool = False) -> tuple[Artifact, ...]:
    """Everything made from a protocol; `standalone` writes a checker that needs no package beside it."""
    checker = (python.emit_standalone(protocol),) if standalone else python.emit(protocol)
    described = docs.emit(protocol, example_outcomes(protocol))
    return (*checker, *build_schedule(protocol), Artifact("protocol.json", to_json(protocol)), *described)


def build_schedule(protocol: Protocol) -> tuple[Artifact, ...]:
    """`schedule.py`, where the protocol has arms."""
    asked = python.emit_conditions(protocol, schedule.dose_facts(protocol))
    return schedule.emit(protocol) if asked is None else schedule.emit(protocol, asked.text, asked.imports)
