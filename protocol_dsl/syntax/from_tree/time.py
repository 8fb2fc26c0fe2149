"""Builders of durations, anchors, windows and what binds a predicate in time."""

from __future__ import annotations

from typing import Any

from protocol_dsl.syntax.from_tree.words import Children, name, nodes, numeral, singular, spaced_once, whole
from protocol_dsl.syntax.nodes import time as tree


def plain_duration(children: Children) -> tree.PlainDuration:
    """`28 days`"""
    return tree.PlainDuration(numeral(children[0]), singular(children[1]), whole(children))


def half_lives(children: Children) -> tree.HalfLives:
    """`5 half_lives of drug`"""
    return tree.HalfLives(numeral(children[0]), name(children[3]), whole(children))


def extreme_duration(children: Children) -> tree.ExtremeDuration:
    """`longer of {30 days, 5 half_lives of drug}`"""
    return tree.ExtremeDuration(children[0].value.split()[0], nodes(children), whole(children))


def anchor_ref(children: Children) -> tree.AnchorRef:
    """`[first|last] x`"""
    which = children[0].value if len(children) == 2 else None
    return tree.AnchorRef(which, name(children[-1]), whole(children))


def within(children: Children) -> tree.Within:
    """`within 28 days [before [A]]`"""
    return tree.Within(children[1], *_from_where(children[2:]), whole(children))


def beyond(children: Children) -> tree.Beyond:
    """`at least 4 weeks [before [A]]`"""
    return tree.Beyond(spaced_once(children[0]), children[1], *_from_where(children[2:]), whole(children))


def open_window(children: Children) -> tree.OpenWindow:
    """`before A`"""
    return tree.OpenWindow(spaced_once(children[0]), children[1], whole(children))


def since(children: Children) -> tree.Since:
    """`since A`"""
    return tree.Since(children[1], whole(children))


def on_the_day(children: Children) -> tree.OnTheDay:
    """`on the day of A`"""
    return tree.OnTheDay(children[1], whole(children))


def moment_window(children: Children) -> tree.MomentWindow:
    """`[started|ended] WINDOW`"""
    moment = children[0].value if len(children) == 2 else None
    return tree.MomentWindow(moment, children[-1], whole(children))


def ongoing(children: Children) -> tree.Ongoing:
    """`ongoing [at A]`"""
    return tree.Ongoing(children[2], whole(children))


def ever(children: Children) -> tree.Ever:
    """`[started|ended] ever`"""
    return tree.Ever(children[0].value if len(children) == 2 else None, whole(children))


def held(children: Children) -> tree.Held:
    """`for more than 6 months [before A]`"""
    extent, duration, _, anchor = children
    return tree.Held(_extent(extent), duration, anchor, whole(children))


def unchanged(children: Children) -> tree.Unchanged:
    """`unchanged for at least 2 months [before A]`"""
    _, extent, duration, _, anchor = children
    return tree.Unchanged(_extent(extent), duration, anchor, whole(children))


def _extent(words: Any) -> Any:
    return spaced_once(words).removeprefix("for ")


def _from_where(children: Children) -> tuple[Any, tree.AnchorRef | None]:
    """Direction and anchor, either of which may be missing."""
    there = [child for child in children if child is not None]
    direction = spaced_once(there[0]) if there else None
    return direction, there[1] if len(there) == 2 else None
