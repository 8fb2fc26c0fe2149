"""Message templates over typed fields: ``"unknown name `{word}`"``.

``{field}`` takes any attribute or property of the diagnostic. Strings go in on one line, a tuple as
backquoted words joined by *or* (``{field:and}`` joins by *and*, ``{field:plain}`` leaves the backquotes out
and joins by commas), an enumeration member as its value, every other value as `str` (or its format spec).
"""

from __future__ import annotations

from enum import Enum
from string import Formatter
from typing import Any

from protocol_dsl.diagnostics.display import one_line, shortened


class _Speaker(Formatter):
    """Fills templates in the compiler's manner of speaking."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, (tuple, frozenset)):
            return _listed(value, format_spec)
        if value is None:
            return ""
        return shortened(one_line(format(value, format_spec)))


def fill(template: str, owner: object) -> str:
    """The template with the values of `owner` in it; a missing (None) value leaves nothing."""
    return _Speaker().vformat(template, (), {name: getattr(owner, name) for name in names(template)})


def fill_if_known(template: str, owner: object) -> str | None:
    """As `fill`, but None when the template is empty or any value in it is None, "" or ()."""
    if not template or any(_empty(getattr(owner, name)) for name in names(template)):
        return None
    return fill(template, owner)


def names(template: str) -> tuple[str, ...]:
    """The fields a template speaks of, in order."""
    fields = (field for _, field, _, _ in Formatter().parse(template) if field is not None)
    return tuple(field.partition(".")[0].partition("[")[0] for field in fields)


def _empty(value: object) -> bool:
    return value is None or value in ("", (), frozenset())


def _listed(values: tuple[object, ...] | frozenset[object], style: str) -> str:
    # A set has no order of its own, and a message must be the same on every run.
    ordered = sorted(map(str, values)) if isinstance(values, frozenset) else [_word(v) for v in values]
    if style == "plain":
        return ", ".join(shortened(one_line(word)) for word in ordered)
    quoted = [f"`{shortened(one_line(word))}`" for word in ordered]
    joiner = f" {style or 'or'} "
    return joiner.join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else "".join(quoted)


def _word(value: object) -> str:
    return str(value.value) if isinstance(value, Enum) else str(value)
