"""The order of everything, stated once: text, tree, scope, ir, findings. `artifacts` goes on from there."""

from __future__ import annotations

from pathlib import Path

import attrs
from attrs import frozen

from protocol_dsl.diagnostics import Collector, Diagnostic, render
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.lowering.lower import lower
from protocol_dsl.semantics.collect import collect
from protocol_dsl.semantics.rules import Subject, check_rules
from protocol_dsl.semantics.scope import Scope
from protocol_dsl.source import SourceFile, read_source
from protocol_dsl.syntax.nodes import Tree
from protocol_dsl.syntax.parser import parse
from protocol_dsl.syntax.rewording import reworded


@frozen
class CheckResult:
    """What checking one file found. `protocol` is there when no error was, and the file is no library."""

    source: SourceFile
    diagnostics: tuple[Diagnostic, ...]
    protocol: Protocol | None
    tree: Tree = attrs.field(repr=False)
    """All that could be read."""
    scope: Scope = attrs.field(repr=False)
    """All that is declared."""


class NotCompiled(ValueError):  # noqa: N818 - says what came of it
    """A file has errors; the text shows them all, as the command line does."""

    def __init__(self, result: CheckResult) -> None:
        super().__init__(render("text", result.diagnostics, result.source))
        self.result = result


def load(path: str | Path) -> Protocol:
    """The compiled protocol of a file.

    Raises:
        SourceError: the file cannot be read.
        NotCompiled: it has errors, or is a library.
    """
    result = check(read_source(path))
    if result.protocol is None:
        raise NotCompiled(result)
    return result.protocol


def check(source: SourceFile) -> CheckResult:
    """Parse and check one file; every finding of every stage that could run, sorted by place."""
    parsed = parse(source)
    found = Collector(parsed.diagnostics)
    scope = collect(parsed.tree, source, parsed.damaged_names, found)
    lowered = lower(parsed.tree, scope, source, found)
    subject = Subject(parsed.tree, scope, lowered.protocol, lowered.used, source, found.errors)
    found.extend(check_rules(subject))
    protocol = None if found.has_errors else lowered.protocol
    return CheckResult(source, reworded(source, found.sorted()), protocol, parsed.tree, scope)
