"""Every diagnostic of every stage, by code and by name."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from protocol_dsl.diagnostics import all_diagnostics, suggest

if TYPE_CHECKING:
    from protocol_dsl.diagnostics import Diagnostic


_ERRORS = ("protocol_dsl.syntax.errors", "protocol_dsl.semantics.errors", "protocol_dsl.analysis.errors")
"""The packages that hold the diagnostics of a stage, one module a concern."""


class UnknownCode(LookupError):  # noqa: N818 - says what is wrong
    """No diagnostic has this code or name; `suggestions` are the nearest."""

    def __init__(self, word: str, suggestions: tuple[str, ...]) -> None:
        super().__init__(f"`{word}` is no diagnostic code or name")
        self.word = word
        self.suggestions = suggestions


def all_codes() -> tuple[type[Diagnostic], ...]:
    """Every diagnostic class, by code."""
    for package in map(import_module, _ERRORS):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    return all_diagnostics()


def find(code_or_name: str) -> type[Diagnostic]:
    """The diagnostic with this code (`N001`, in any case) or name (`unknown-name`). Raises UnknownCode."""
    word = code_or_name.strip()
    for cls in all_codes():
        if word.upper() == cls.code or word.lower() == cls.name:
            return cls
    names = [name for cls in all_codes() for name in (cls.code, cls.name)]
    raise UnknownCode(word, suggest(word.upper(), names) or suggest(word, names))
