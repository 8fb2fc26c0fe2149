"""Words of a habit at a place that could not be understood, and what to type there instead.

The grammar judges: a habit counts only where the text, with the words put as the habit says, reads on beyond them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from protocol_dsl.diagnostics import Edit, Fix
from protocol_dsl.source import Span
from protocol_dsl.syntax.errors import OtherWording
from protocol_dsl.syntax.habits import HABITS
from protocol_dsl.syntax.lexical import STRING
from protocol_dsl.syntax.machine import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from protocol_dsl.syntax.habits import Habit
    from protocol_dsl.syntax.machine import Machine

_TEXT = re.compile(STRING)
_REACH = 1_000
"""Characters round the place in which the words of a habit are looked for."""
_TRIALS = 12
"""Habits tried at one place at most: each reads the item again."""


def other_wording(
    text: str, item: Span, keyword: str, place: Span, grammar: Machine, stopped: int
) -> OtherWording | None:
    """What is said of the habit at the place, if one is met there.

    `item` is the item of the text, by its `keyword`; `stopped` is where the grammar stops now, or the end of the item
    when it does not stop.
    """
    trials = 0
    for habit, found in _met(text, item, keyword, place):
        fixes = []
        for instead in habit.instead(found) if not habit.advice else ():
            start, end = habit.part(found)
            if "  " not in instead and instead.split() == text[start:end].split():
                continue
            trials += 1
            fix = _fix(text, item, habit, found, instead)
            # A block without its opening brace may have its closing one.
            alone = Fix(fix.edits[:1])
            if habit.closes and _reads_on(text, item, alone, item.end, grammar):
                fix = alone
            if _reads_on(text, item, fix, item.end if habit.closes else stopped, grammar):
                fixes.append((instead, fix))
        if fixes or habit.advice:
            span = Span(*habit.part(found))
            return OtherWording(
                span, text[span.start : span.end], habit.because,
                tuple(words for words, _ in fixes), habit.advice or None,
                fixes=tuple(fix for _, fix in fixes),
            )  # fmt: skip
        if trials > _TRIALS:
            return None
    return None


def _met(text: str, item: Span, keyword: str, place: Span) -> Iterator[tuple[Habit, re.Match[str]]]:
    quoted = _TEXT.match(text, place.start)
    inside = range(place.start + 1, quoted.end() if quoted else 0)
    first, last = max(item.start, place.start - _REACH), min(item.end, place.end + _REACH)
    for habit in HABITS:
        if habit.inside and keyword not in habit.inside:
            continue
        for found in habit.pattern.finditer(text, first, last):
            if found.start() > place.end:
                break
            # Words inside a text in quotes are nobody's habit.
            if found.end() >= place.start and habit.part(found)[0] not in inside:
                yield habit, found


def _fix(text: str, item: Span, habit: Habit, found: re.Match[str], instead: str) -> Fix:
    edits = [Edit(Span(*habit.part(found)), instead)]
    if habit.closes:
        end = item.start + len(text[item.start : item.end].rstrip())
        edits.append(Edit(Span(end, end), "\n}"))
    return Fix(tuple(edits))


def _reads_on(text: str, item: Span, fix: Fix, stopped: int, grammar: Machine) -> bool:
    """Whether the item, so put right, reads beyond the words put in, and further than it did."""
    put, moved = fix.edits[0], 0
    tried = text[: item.end]
    for edit in reversed(fix.edits):
        tried = tried[: edit.span.start] + edit.text + tried[edit.span.end :]
        moved += len(edit.text) - (edit.span.end - edit.span.start)
    if tried == text[: item.end]:
        return False
    again = grammar.read(tried, item.start, len(tried))
    if not isinstance(again, Failure):
        return True
    if stopped >= item.end:
        return False
    reached = put.span.start + len(put.text)
    return again.offset > max(reached, stopped + len(put.text) - (put.span.end - put.span.start))
