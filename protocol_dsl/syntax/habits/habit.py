"""What a habit is: words of prose or of other languages, and what is typed here instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from protocol_dsl.source import Span

Rewriting = Callable[[re.Match[str]], tuple[str, ...]]
"""From the words found to what may be typed instead, the likeliest first; nothing when the words are none."""

CRITERIA = frozenset({"inclusion", "exclusion", "stage", "define"})
TREATMENT = frozenset({"arm", "regimen"})
FACTS = frozenset({"fact", "facts"})
EXAMPLE = frozenset({"example"})

_SHORTHAND = {
    "<N>": r"\d{1,20}(?:\.\d{1,20})?",
    "<X>": r"[A-Za-z_][A-Za-z0-9_]{0,60}(?:\.[A-Za-z_][A-Za-z0-9_]{0,60})?",
    "<T>": r"(?:minutes?|hours?|days?|weeks?|months?|years?)\b",
    "<S>": r"(?m:^)[ \t]*",
}
"""A number, a name, a unit of time, the start of a line: each without a group of its own."""

_BLANK = re.compile(r"\\.|\[(?:\\.|[^\]\\])+\]|(?P<blank> \??)")
"""A blank of the short form, optional when a question mark follows; those in a set of characters are none."""


@frozen
class Habit:
    """One habit: where its words stand, what is typed instead, and why."""

    form: str
    """The pattern in its short form; the words in question are its group `it`, or all that it finds."""
    instead: Rewriting
    because: str
    inside: frozenset[str]
    """The keywords of the items it is looked for in; empty for all."""
    advice: str
    """What to do where nothing can be typed in place of the words."""
    closes: bool
    """Whether the item also lacks the brace at its end."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern, made when first looked for: most files need none."""
        form = self.form
        for short, long in _SHORTHAND.items():
            form = form.replace(short, long)
        return re.compile(_BLANK.sub(_spaced, form), re.ASCII)

    def part(self, found: re.Match[str]) -> tuple[int, int]:
        """The words in question, as offsets."""
        return found.span("it") if "it" in self.pattern.groupindex else found.span()


@frozen
class Wording:
    """A habit met at a place: the words, and what may be typed instead."""

    span: Span
    habit: Habit
    instead: tuple[str, ...]


def habit(
    pattern: str,
    instead: str | Rewriting,
    because: str,
    inside: frozenset[str] = CRITERIA,
    *,
    advice: str = "",
    closes: bool = False,
) -> Habit:
    """A habit from its short form.

    In the pattern `<N>`, `<X>`, `<T>`, `<S>` stand for a number, a name, a unit of time, the start of a line, a blank
    for white space, ` ?` for white space or none. `instead` is a template of `re.Match.expand` (`||` between
    alternatives), or a function of the match.
    """
    rewriting = _expanding(instead) if isinstance(instead, str) else instead
    return Habit(pattern, rewriting, because, inside, advice, closes)


def _spaced(found: re.Match[str]) -> str:
    if not found["blank"]:
        return found[0]
    return r"\s{0,40}" if found["blank"].endswith("?") else r"\s{1,40}"


def _expanding(template: str) -> Rewriting:
    forms = template.split("||") if template else [""]
    return lambda found: tuple(found.expand(form) for form in forms)
