"""What can be wrong with a unit, in words a protocol author understands."""

from __future__ import annotations

_LONGEST_SHOWN = 60


class UnitError(ValueError):
    """The common kind of every complaint of this package; `str()` is one lower-case sentence."""


class UnknownUnit(UnitError):  # noqa: N818 - says what is wrong, as all complaints here do
    """`text` is no unit the language reads.

    `reason` says why, without naming the text again; `suggestions` are spellings that do parse, best first.
    """

    def __init__(self, text: str, suggestions: tuple[str, ...] = (), reason: str = "") -> None:
        super().__init__(text, suggestions, reason)
        self.text = text
        self.suggestions = suggestions
        self.reason = reason

    def __str__(self) -> str:
        said = f"`{_shown(self.text)}` is not a unit" + (f": {self.reason}" if self.reason else "")
        if not self.suggestions:
            return said
        return f"{said}; did you mean {' or '.join(f'`{each}`' for each in self.suggestions)}"


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


class CalendarUnit(UnknownUnit):
    """`text` names months or years, which only a calendar can count; the caller may read it as a duration."""


class SpecialUnit(UnknownUnit):
    """`text` is valid UCUM, but on a scale that plain multiplication cannot handle (logarithms, own zero)."""

    def __str__(self) -> str:
        return f"`{_shown(self.text)}` cannot be used here: {self.reason}"
