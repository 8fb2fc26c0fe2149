"""The loop of recovery: read, report the first fault, blank its statement out, read on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from protocol_dsl.diagnostics import Collector, Fix
from protocol_dsl.source import SourceFile, Span
from protocol_dsl.syntax.brackets import CLOSING
from protocol_dsl.syntax.errors import NestingTooDeep, TooManyErrors, UnclosedBrace, UnknownSign
from protocol_dsl.syntax.explain import explain
from protocol_dsl.syntax.lexical import Mended, mend
from protocol_dsl.syntax.machine import Failure, Reading, machine
from protocol_dsl.syntax.mixed import mixed_and_or
from protocol_dsl.syntax.nesting import DEEPEST, too_deep
from protocol_dsl.syntax.recovery.fault import Fault, locate
from protocol_dsl.syntax.recovery.items import Item, items
from protocol_dsl.syntax.recovery.names import declared
from protocol_dsl.syntax.recovery.statements import statements
from protocol_dsl.syntax.stop import Stop
from protocol_dsl.syntax.wording import other_wording

if TYPE_CHECKING:
    from protocol_dsl.diagnostics import Diagnostic

MOST_ERRORS = 50
"""Errors shown of one file."""


@frozen
class Recovered:
    """What could be read, what could not, and the names that are missing for it."""

    reading: Reading
    diagnostics: tuple[Diagnostic, ...]
    damaged_names: frozenset[str]


@define
class _Recovery:
    """The text as blanked out so far, and what was found."""

    source: SourceFile
    text: str
    marks: tuple[Span, ...]
    """Where faults are already reported: what does not read round them is left out in silence."""
    budget: int
    """Characters that may still be read again."""
    found: list[Diagnostic] = field(factory=list)
    readings: list[Reading] = field(factory=list)
    damaged: set[str] = field(factory=set)

    @property
    def full(self) -> bool:
        return len(self.found) > MOST_ERRORS

    def cut(self, span: Span, keyword: str) -> None:
        """Leave these words of an item out, and remember the names they declare."""
        words = self.text[span.start : span.end]
        self.damaged |= declared(words, keyword)
        blank = re.sub(r"[^\n]", " ", words)
        self.text = self.text[: span.start] + blank + self.text[span.end :]

    def read(self, span: Span) -> Reading | Failure:
        reading = machine().read(self.text, span.start, span.end)
        if isinstance(reading, Reading):
            self.readings.append(reading)
        return reading


def recover(source: SourceFile) -> Recovered:
    """Read a file that is known, or suspected, to have faults."""
    mended: Mended = mend(source.text)
    size = len(source.text)
    recovery = _Recovery(source, mended.text, mended.marks, budget=3 * size + 1_000_000)
    parts = items(mended.text)
    recovery.found += [_as_habit(one, source.text, mended.text, parts) for one in mended.diagnostics]
    _read_all(recovery, tuple(_not_too_deep(recovery, item) for item in parts))
    return _result(recovery)


def _as_habit(one: Diagnostic, written: str, mended: str, parts: tuple[Item, ...]) -> Diagnostic:
    """What is said of a sign, or of the habit whose words it stands in: `18–65 years`, `== true`."""
    item = next((part for part in parts if part.span.start <= one.span.start < part.span.end), None)
    if item is None or not isinstance(one, UnknownSign) or (one.more and one.fixes):
        return one
    start, end = written.rfind("\n", 0, one.span.start) + 1, written.find("\n", one.span.end)
    line = slice(max(start, item.span.start), item.span.end if end < 0 else min(end, item.span.end))
    text = mended[: line.start] + written[line] + mended[line.stop :]
    return other_wording(text, item.span, item.keyword, one.span, machine(), one.span.start) or one


def _not_too_deep(recovery: _Recovery, item: Item) -> Item:
    """The item, or an empty one in its place when its groups are nested too deep to be read."""
    offset = too_deep(recovery.text[item.span.start : item.span.end])
    if offset is None:
        return item
    place = item.span.start + offset
    recovery.found.append(NestingTooDeep(Span(place, place + 1), DEEPEST))
    recovery.cut(item.span, item.keyword)
    return Item("", item.span, (), None)


def _read_all(recovery: _Recovery, parts: tuple[Item, ...]) -> None:
    """Read runs of sound items at one go, and each faulty item by itself."""
    faulty = _sound_until(recovery, parts, 0)
    while faulty < len(parts):
        if recovery.full or recovery.budget < 0:
            for item in parts[faulty:]:
                recovery.damaged |= declared(recovery.text[item.span.start : item.span.end], item.keyword)
            return
        _read_item(recovery, parts[faulty])
        faulty = _sound_until(recovery, parts, faulty + 1)


def _sound_until(recovery: _Recovery, parts: tuple[Item, ...], first: int) -> int:
    """Read and keep the items from `first` on that are sound together; the index of the next after them."""
    last = next((i for i in range(first, len(parts)) if parts[i].unclosed), len(parts))
    while first < last:
        reading = recovery.read(Span(parts[first].span.start, parts[last - 1].span.end))
        if isinstance(reading, Reading):
            break
        # The fault may lie further up: an unfinished item takes the first word of the next one for a name.
        at = max((i for i in range(first, last) if parts[i].span.start <= reading.offset), default=first)
        last = at - 1 if reading.offset == parts[at].span.start and at > first else at
    return last


def _read_item(recovery: _Recovery, item: Item) -> None:
    """Read one item, leaving out what does not read."""
    silent_from = _report_unclosed(recovery, item)
    while isinstance(reading := recovery.read(item.span), Failure):
        recovery.budget -= reading.offset - item.span.start + 1
        if recovery.full or recovery.budget < 0:
            recovery.cut(item.span, item.keyword)
            return
        inside = statements(recovery.text, item)
        fault = locate(recovery.text, item, inside, reading)
        follows = fault.failure.offset >= silent_from or fault.span.covers(silent_from)
        if not follows and not _known(recovery, fault.span):
            _report(recovery, item, fault)
        recovery.cut(fault.span, item.keyword)
        if fault.span == item.span:
            return


def _report_unclosed(recovery: _Recovery, item: Item) -> int:
    """Report a group left open, close it, and tell from where on further faults are its consequence."""
    inside = statements(recovery.text, item)
    group = item.unclosed
    if inside.ungrouped is None and group is None:
        return len(recovery.text) + 1
    if inside.ungrouped is not None:
        place, where = inside.ungrouped, "where its group ends"
    else:
        assert group is not None
        place = Span(group.offset, group.offset + 1)
        where = "where its block ends" if group.sign == "{" else "where its group ends"
    opening = recovery.text[place.start]
    # A quote left open may have swallowed the closing sign.
    if not _known(recovery, Span(place.start, item.span.end)):
        recovery.found.append(
            UnclosedBrace(place, opening, CLOSING[opening], where, fixes=_closing(recovery, item))
        )
    if group is not None:
        _close(recovery, item)
    return place.start


def _closing(recovery: _Recovery, item: Item) -> tuple[Fix, ...]:
    """The sign put behind the last words of the item, where only a block that ends with the item lacks it."""
    if [group.sign for group in item.open] != ["{"] or item.misclosed is not None:
        return ()
    end = item.span.start + len(recovery.text[item.span.start : item.span.end].rstrip())
    own_line = "\n" in recovery.text[item.open[0].offset : end]
    return (Fix.insert(end, "\n" + " " * item.open[0].indent + "}" if own_line else " }"),)


def _close(recovery: _Recovery, item: Item) -> None:
    """Put the missing signs into the blanks at the end of the item, if there is room."""
    words = recovery.text[item.span.start : item.span.end].rstrip()
    signs = "".join(CLOSING[group.sign] for group in reversed(item.open))
    at = item.span.start + len(words)
    if item.span.end - at >= len(signs) and "#" not in words.rpartition("\n")[2]:
        recovery.text = recovery.text[:at] + signs + recovery.text[at + len(signs) :]


def _known(recovery: _Recovery, span: Span) -> bool:
    """Whether a fault inside these words is reported already."""
    return any(span.start < mark.end and mark.start < span.end for mark in recovery.marks)


def _report(recovery: _Recovery, item: Item, fault: Fault) -> None:
    stop = Stop(recovery.text, item.span, item.keyword, fault.span.start, fault.failure, fault.unfinished)
    recovery.found.append(explain(stop, machine()))


def _result(recovery: _Recovery) -> Recovered:
    readings = sorted(recovery.readings, key=lambda one: one.items[0].span.start if one.items else 0)
    whole = Reading(
        tuple(item for one in readings for item in one.items),
        tuple(sorted({place for one in readings for place in one.comments}, key=lambda place: place.start)),
        tuple(logic for one in readings for logic in one.mixed),
    )
    found = Collector(
        [*recovery.found, *(mixed_and_or(one, recovery.source) for one in whole.mixed)]
    ).sorted()
    if len(found) > MOST_ERRORS:
        stopped = found[MOST_ERRORS - 1].span
        found = (*found[:MOST_ERRORS], TooManyErrors(Span(stopped.start, stopped.end), MOST_ERRORS))
    return Recovered(whole, found, frozenset(recovery.damaged))
