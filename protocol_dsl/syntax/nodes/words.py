"""Leaves: words and texts that keep their place."""

from __future__ import annotations

from fractions import Fraction

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span


@frozen
class Name:
    """An identifier, plain (`inr`) or qualified (`liver.meld`)."""

    text: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Text:
    """A string, unquoted and dedented; triple quotes span lines."""

    text: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Numeral:
    """A number as written."""

    value: Fraction
    text: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Unit:
    """A unit as written after a number or after `in`."""

    text: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)


@frozen
class Date:
    """A date as written, whole or partial: `2026-03-02`, `2025-04`, `2024`."""

    text: str
    span: Span = field(default=NOWHERE, eq=False, repr=False)
