"""The wording of did-you-mean, shared by all diagnostics of this stage."""

from __future__ import annotations


def suggestion(names: tuple[str, ...]) -> str | None:
    """`did you mean …?` for the nearest names, or nothing."""
    if not names:
        return None
    return "did you mean " + " or ".join(f"`{name}`" for name in names) + "?"


def counted(number: int, noun: str) -> str:
    """`no value`, `1 value`, `2 values`."""
    return f"{number or 'no'} {noun}{'' if number in {0, 1} else 's'}"
