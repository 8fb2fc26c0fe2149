"""What one resource says of one fact, as it waits on disk for its patient; and where FHIR keeps things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from protocol_dsl.adapters.fhir.bindings import Bindings
from protocol_dsl.adapters.remarks import Remark, Remarks

Form = Literal["sample", "occurrence", "doubt"]
"""A dated value, an occurrence, or a record too uncertain to be either: it keeps "none" from being said."""


@frozen
class Entry:
    """`data` is a sample or an occurrence of the JSON form, of the day `date` ("" when it has none). An occurrence
    that is said to be over without a day carries `over`, the day on which that was so ("" when not known). `origin` is
    the resource, and where it stands."""

    fact: str
    form: Form
    date: str
    data: dict[str, Any]
    origin: str = field(default="", eq=False)


@frozen
class Clerk:
    """What the readers of resources share: the bindings, and where remarks go."""

    bindings: Bindings
    remarks: Remarks

    def remark(self, what: str, reason: str, fix: str, words: object, place: str) -> None:
        """Count something that is not used as it stands."""
        text = " ".join(str(words)[:200].split())[:80]
        self.remarks.add(Remark(what=what, reason=reason, fix=fix, words=text, first=place))


def part(body: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """The object under the first of `keys` that holds one; empty when none does."""
    return next((found for key in keys if isinstance(found := body.get(key), dict)), {})


def parts(body: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects of the array under a key."""
    found = body.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def word(body: Mapping[str, Any], *keys: str) -> str:
    """The text under the first of `keys` that holds one; "" when none does."""
    return next((found for key in keys if isinstance(found := body.get(key), str) and found), "")


def code_in(body: Mapping[str, Any], key: str) -> str:
    """The code under a key: a plain one, or the first of a CodeableConcept."""
    found = body.get(key)
    if isinstance(found, str):
        return found
    codings = parts(found, "coding") if isinstance(found, dict) else []
    return next((code for coding in codings if (code := word(coding, "code"))), "")


def span_of(body: Mapping[str, Any], *stems: str) -> tuple[str, str, bool]:
    """Start and end of what is dated under one of `stems` (`onset`, `effective`, …) as DateTime, Instant or Period,
    and whether it is one moment; "" for what is not said."""
    for stem in stems:
        moment = word(body, f"{stem}DateTime", f"{stem}Instant")
        if moment:
            return moment, moment, True
        period = part(body, f"{stem}Period")
        if period:
            return word(period, "start"), word(period, "end"), False
    return "", "", False
