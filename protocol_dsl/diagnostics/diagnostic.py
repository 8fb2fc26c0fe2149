"""What the compiler says to its user: one frozen class per code, its words a template over typed fields.

A class lives beside the stage that finds the fault, and is about ten lines::

    @attrs.frozen
    class UnknownName(Diagnostic):
        '''A name is used that nothing declares.

        Why it matters: a criterion about an undeclared fact could never be decided.

        Example:
            inclusion I1 "INR" { require inrr >= 1.5 }

        Cure: declare the fact, or correct the spelling.
        '''

        code = "N001"
        name = "unknown-name"
        severity = Severity.ERROR
        message = "unknown name `{word}`"
        label = "not declared"
        help = "did you mean {suggestions}?"

        word: str
        suggestions: tuple[str, ...] = ()
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

import attrs

from protocol_dsl.diagnostics.fix import Fix
from protocol_dsl.diagnostics.template import fill, fill_if_known

if TYPE_CHECKING:
    from protocol_dsl.source import SourceFile, Span


class Severity(StrEnum):
    """How bad it is: only an error stops the compiler."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@attrs.frozen
class Diagnostic:
    """Base of every diagnostic; see the module for how a subclass is written.

    Class variables: `code` (stage letter and three digits), `name` (kebab-case, states the fault),
    `severity`, and three templates: `message`, `label` (stands under the caret) and `help` (the fix).
    `label` and `help` are left out when a value they speak of is None, "" or (). Where a template is too
    weak, override the property that fills it: `message_text`, `label_text`, `help_text`, `related`.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    message: ClassVar[str]
    label: ClassVar[str] = ""
    help: ClassVar[str] = ""

    span: Span
    fixes: tuple[Fix, ...] = attrs.field(default=(), kw_only=True)
    """Ways to put it right, the likeliest first, where they can be told to the letter."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        # A class without a code of its own is a shared base, not a diagnostic.
        if "code" in cls.__dict__:
            _register(cls)

    @property
    def message_text(self) -> str:
        """The sentence: what is wrong, in the user's own words."""
        return fill(self.message, self)

    @property
    def label_text(self) -> str | None:
        """A few words under the caret, if any."""
        return fill_if_known(self.label, self)

    @property
    def help_text(self) -> str | None:
        """How to put it right, if known."""
        return fill_if_known(self.help, self)

    @property
    def whole_text(self) -> str:
        """The sentence and, on a second line, the fix: for formats that have one place for words."""
        help_text = self.help_text
        return self.message_text if help_text is None else f"{self.message_text}\nhelp: {help_text}"

    def offered(self, source: SourceFile) -> tuple[Fix, ...]:
        """The fixes an editor may apply: `fixes`, or each of the suggested words in place of those under the span."""
        if self.fixes or not self.span.known:
            return self.fixes
        quoted = source.slice(self.span).startswith('"')
        words = (f'"{word}"' if quoted else word for word in getattr(self, "suggestions", ()))
        return tuple(Fix.put(self.span, word) for word in words)

    @property
    def related(self) -> tuple[tuple[Span, str], ...]:
        """Other places that matter, each with its words, such as "first declared here"."""
        return ()


def all_diagnostics(package: str = "protocol_dsl") -> tuple[type[Diagnostic], ...]:
    """Every diagnostic class defined under `package` and imported so far, by code."""
    inside = (cls for cls in _REGISTRY.values() if f"{cls.__module__}.".startswith(f"{package}."))
    return tuple(sorted(inside, key=lambda cls: cls.code))


_REGISTRY: dict[str, type[Diagnostic]] = {}
_OWNERS: dict[str, str] = {}
"""Where each code and each name is defined."""
_CODE = re.compile(r"[A-Z][0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def _register(cls: type[Diagnostic]) -> None:
    """Enter a class under its code. Raises TypeError for a malformed or taken code or name."""
    place = f"{cls.__module__}.{cls.__qualname__}"
    if not _CODE.fullmatch(cls.code):
        raise TypeError(f"{place}: code {cls.code!r} is not a letter and three digits")
    if not _NAME.fullmatch(getattr(cls, "name", "")):
        raise TypeError(f"{place}: the name of {cls.code} is not kebab-case")
    for key in (cls.code, cls.name):
        # attrs builds a slotted class anew under the same place: that one replaces the first.
        owner = _OWNERS.setdefault(key, place)
        if owner != place:
            raise TypeError(f"{place}: `{key}` is taken by {owner}")
    _REGISTRY[cls.code] = cls
