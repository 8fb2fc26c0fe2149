"""A figure as plain shapes at whole coordinates; the template only writes them down as inline SVG."""

from __future__ import annotations

import textwrap
from typing import Literal

from attrs import frozen

_GLYPH = 0.54
"""Mean width of a letter of a sans-serif face, in parts of its size (measured a little wide, so that text fits)."""


@frozen
class Rect:
    """A box; `style` is a class of the style sheet."""

    x: int
    y: int
    width: int
    height: int
    style: str


@frozen
class Stroke:
    """A line along SVG path data."""

    path: str
    style: str


@frozen
class Dot:
    """One planned occurrence."""

    x: int
    y: int
    style: str


@frozen
class Text:
    """One line of text with its baseline at `y`."""

    x: int
    y: int
    words: str
    style: str
    align: Literal["start", "middle", "end"] = "start"


@frozen
class Drawing:
    """A figure: size in units of a CSS pixel, words for those who cannot see it, and its shapes."""

    id: str
    title: str
    description: str
    width: int
    height: int
    rects: tuple[Rect, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    dots: tuple[Dot, ...] = ()
    texts: tuple[Text, ...] = ()


def wrapped(text: str, width: int, size: int, most: int = 4) -> list[str]:
    """`text` in lines that fit `width` at font `size`; past `most` lines it ends in an ellipsis."""
    room = max(8, int(width / (size * _GLYPH)))
    return textwrap.wrap(text, room, max_lines=most, placeholder=" …", break_on_hyphens=False) or [""]


def text_width(text: str, size: int) -> int:
    """About how wide `text` is at font `size`."""
    return int(len(text) * size * _GLYPH)
