"""What a drafter makes of a sentence."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

Verb = Literal["require", "reject"]


@frozen
class Draft:
    """One line: `condition` in the language, without its verb; the libraries its names come from, its anchors."""

    condition: str
    libraries: tuple[str, ...] = ()
    anchor: str | None = None
    """The one anchor the condition names, where the file has to declare it."""


def verb_of(section: str) -> Verb:
    """The verb of a sentence in that section: what an exclusion says is rejected."""
    return "reject" if section == "exclusion" else "require"
