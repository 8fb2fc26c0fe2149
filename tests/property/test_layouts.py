"""Generated protocols laid out: the meaning stays, and the layout; `python -m benchmarks.layouts` does 10,000."""

from __future__ import annotations

from itertools import islice

from benchmarks.layouts import laid_out


def test_layouts_keep_the_meaning_and_stay() -> None:
    found = list(islice(laid_out(seed=7), 200))
    assert [text for text, layout in found if layout is None] == []
    assert sum(layout != text for text, layout in found) > 100
