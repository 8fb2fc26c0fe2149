"""Amounts of memory as people write them."""

from __future__ import annotations

import re

from protocol_dsl.cli.exits import CouldNotRun

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}
LEAST = 512 * 2**20


def memory_of(text: str) -> int:
    """`2GiB`, `800 MB` or a number of bytes, in bytes. Raises CouldNotRun."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(|[kmg]i?)b?\s*", text, re.IGNORECASE)
    if found is None:
        raise CouldNotRun(f"`{text}` is no amount of memory", "write `--memory 2GiB`")
    amount = int(float(found[1]) * _UNITS[found[2].lower()])
    if amount < LEAST:
        raise CouldNotRun(f"{text} is less than the engines take for themselves", "give at least `512MiB`")
    return amount
