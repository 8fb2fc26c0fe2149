"""A .trial file as a pytest collector, each of its examples an item, judged by the reference evaluator."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from protocol_dsl.diagnostics import Severity, render
from protocol_dsl.ir.protocol import Example, Protocol
from protocol_dsl.pipeline import CheckResult, check
from protocol_dsl.source import SourceError, read_source
from protocol_dsl.testing.coverage import coverage
from protocol_dsl.testing.covering import coverage_text
from protocol_dsl.testing.examples import differences, judge_example

_RAN = pytest.StashKey[dict[Path, tuple[Protocol, list[str]]]]()
"""The examples of each file that were run."""


def covered(config: pytest.Config) -> Iterator[tuple[str, Iterator[str]]]:
    """Each file whose examples were run, and what they show of its criteria, in lines."""
    for path, (protocol, names) in config.stash.get(_RAN, {}).items():
        yield path.name, coverage_text(protocol, read_source(path), coverage(protocol, names))


class TrialFile(pytest.File):
    """The examples of one file; a library has none, and one with errors cannot be collected."""

    def collect(self) -> Iterator[TrialExample]:
        """An item for each example, in the order of the file.

        Raises:
            CollectError: the file cannot be read or has errors; the text is that of `trialc check`.
        """
        result = self._checked()
        if result.protocol is None:
            return
        for example in result.protocol.examples:
            line = result.source.position(example.span.start).line
            yield TrialExample.from_parent(
                self, name=example.name, protocol=result.protocol, example=example, line=line
            )

    def _checked(self) -> CheckResult:
        try:
            result = check(read_source(self.path))
        except SourceError as error:
            raise self.CollectError(f"{error}; {error.fix}") from None
        errors = [one for one in result.diagnostics if one.severity is Severity.ERROR]
        if errors:
            raise self.CollectError(render("text", errors, result.source).rstrip("\n"))
        return result


class NotAsExpected(Exception):  # noqa: N818 - says what came of it
    """An example came out otherwise than the file expects; the text says how, one difference a line."""


class TrialExample(pytest.Item):
    """One example; `line` counts from 1."""

    def __init__(self, *, protocol: Protocol, example: Example, line: int, **more: Any) -> None:
        super().__init__(**more)
        self.protocol, self.example, self.line = protocol, example, line

    def runtest(self) -> None:
        """Judge the example. Raises NotAsExpected."""
        ran = self.config.stash.setdefault(_RAN, {})
        ran.setdefault(self.path, (self.protocol, []))[1].append(self.example.name)
        differs = differences(self.example, judge_example(self.protocol, self.example))
        if differs:
            raise NotAsExpected("\n".join(differs))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The place and what differs, without the frames of the compiler."""
        if not isinstance(excinfo.value, NotAsExpected):
            return super().repr_failure(excinfo, style)
        place = f'{self._shown()}:{self.line}: example "{self.name}"'
        return "\n".join([place, *(f"  {line}" for line in str(excinfo.value).splitlines())])

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Where the example stands, the line counted from 0 as pytest wants it."""
        return self.path, self.line - 1, f'example "{self.name}"'

    def _shown(self) -> Path:
        root = self.config.invocation_params.dir
        return self.path.relative_to(root) if self.path.is_relative_to(root) else self.path
