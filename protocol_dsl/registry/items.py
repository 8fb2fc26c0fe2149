"""The eligibility text of a record, taken apart into items.

Registry texts come as Markdown lists, as lists wrapped at 80 columns, and as bare lines; printed numbers restart, so an
item's place is counted, never read. A line that ends in a colon and carries no bullet is a heading: it opens a section
when it speaks of inclusion or exclusion, and is no item itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import define, field

from protocol_dsl.registry.record import Sentence, plain

_BULLET = re.compile(
    r"^(?P<indent>\s*)(?P<mark>(?:[-*•·–]|\(?\d{1,2}[.)]|\(?[a-hA-H][.)]))\s+(?P<text>\S.*)$"
)
_LONGEST_HEADING = 14
"""Words; a longer line that ends in a colon is a sentence."""


@define
class _Item:
    """An item being read: the column its mark stands in, and what stands below it."""

    column: int
    words: list[str]
    heading: str
    below: list[_Item] = field(factory=list)


def criteria(text: str) -> tuple[Sentence, ...]:
    """The items of an eligibility text under `inclusion` and `exclusion`; those before any heading are inclusion's."""
    sections: dict[str, list[_Item]] = {"inclusion": [], "exclusion": []}
    current, open_items, after_blank, heading = "inclusion", list[_Item](), True, ""
    listed = any(_BULLET.match(line) for line in text.splitlines())
    for line in text.splitlines():
        if not line.strip():
            after_blank = True
            continue
        opened = _heading(line, listed)
        if opened is not None:
            current, open_items, heading = opened or current, [], plain(line)
        else:
            _read(line, sections[current], open_items, heading, after_blank or not listed)
        after_blank = False
    return tuple(one for name, items in sections.items() for one in _numbered(name, items, ""))


def _heading(line: str, listed: bool) -> str | None:
    """The section a heading opens, "" for one that stays in its section, None for a line that is no heading."""
    words = plain(line)
    bare = not _BULLET.match(line)
    named = re.fullmatch(
        r"(?i)(?:key |main |major )?(?:inclusion|exclusion|non-inclusion)(?: criteria)?\W*", words
    )
    # Deeper lines continue an item, even when they end in a colon.
    titled = words.endswith(":") and len(words.split()) <= _LONGEST_HEADING and not line.startswith("   ")
    if not bare or not (named or titled):
        return None
    if re.search(r"(?i)\b(?:non-?inclusion|exclusion)\b", words):
        return "exclusion"
    if re.search(r"(?i)\binclusion\b", words) or (named and listed):
        return "inclusion"
    return ""


def _read(line: str, items: list[_Item], open_items: list[_Item], heading: str, apart: bool) -> None:
    """One line into the list of its section: a marked item, the continuation of one, or a paragraph of its own."""
    marked = _BULLET.match(line)
    column = len(line) - len(line.lstrip())
    if marked is None and open_items and (not apart or column > open_items[0].column):
        open_items[-1].words.append(line)
        return
    item = _Item(column, [marked["text"] if marked else line], heading)
    while open_items and (marked is None or open_items[-1].column >= column):
        open_items.pop()
    (open_items[-1].below if open_items else items).append(item)
    open_items.append(item)


def _numbered(section: str, items: Iterable[_Item], path: str) -> Iterator[Sentence]:
    for number, item in enumerate(items, 1):
        place = f"{path}{number}"
        below = tuple(_numbered(section, item.below, f"{place}."))
        text = plain(" ".join(item.words))
        depth = place.count(".") + 1
        own = [one.whole for one in below if one.place.count(".") == depth]
        yield Sentence(section, place, text, " ".join([text, *own]), item.heading)
        yield from below
