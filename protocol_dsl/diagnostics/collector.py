"""Gathers what one stage finds, so that one run reports everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from protocol_dsl.diagnostics.diagnostic import Diagnostic, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Collector:
    """A growing list of diagnostics. Adding is one append; texts are made only for `sorted`."""

    __slots__ = ("_found", "has_errors")

    def __init__(self, found: Iterable[Diagnostic] = ()) -> None:
        self._found: list[Diagnostic] = []
        self.has_errors = False
        self.extend(found)

    def add(self, diagnostic: Diagnostic) -> None:
        """Record one diagnostic."""
        self._found.append(diagnostic)
        if diagnostic.severity is Severity.ERROR:
            self.has_errors = True

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Record several, in their order."""
        for diagnostic in diagnostics:
            self.add(diagnostic)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors, in the order found."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings, in the order found."""
        return self._of(Severity.WARNING)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """All by place in the file (those without a place first), each said once.

        Two are the same when code, place and words are; at one place the order found is kept.
        """
        unique: dict[tuple[str, int, int, str], Diagnostic] = {}
        for found in self._found:
            key = (found.code, found.span.start, found.span.end, found.message_text)
            unique.setdefault(key, found)
        return tuple(sorted(unique.values(), key=lambda found: (found.span.start, found.span.end)))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(tuple(self._found))

    def __len__(self) -> int:
        return len(self._found)

    def _of(self, severity: Severity) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self._found if found.severity is severity)
