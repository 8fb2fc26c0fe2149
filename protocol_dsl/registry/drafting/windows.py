"""Drafts of what must not have happened lately: one event, one length of time, one moment it is counted from."""

from __future__ import annotations

import re
from collections.abc import Mapping

from protocol_dsl.registry.drafting.draft import Draft
from protocol_dsl.registry.drafting.wording import span

_EVENTS: Mapping[str, str] = {
    "major_surgery": r"major (?:surgery|surgical procedures?)",
    "radiotherapy": r"(?:radiotherapy|radiation therapy|radiation)",
    "chemotherapy": r"(?:cytotoxic )?chemotherapy",
}
_ANCHORS: Mapping[str, str] = {
    "screening": r"(?:the )?screening(?: visit)?",
    "randomization": r"randomi[sz]ation",
    "enrollment": r"(?:study )?(?:enrol+ment|entry|registration)(?: in(?:to)? (?:the|this) study)?",
}
_LENGTH = r"(?P<number>\d{1,3}) (?P<unit>days?|weeks?|months?|years?)"
_FROM = "|".join(f"(?P<{anchor}>{words})" for anchor, words in _ANCHORS.items())
_BEFORE = rf"(?: (?:prior to|before|preceding|of) (?:{_FROM}))?"
_PRIOR = r"(?:(?:any|prior|previous|had|has had|history of|received|treatment with) )*"
_WITHIN = rf" (?:with)?in (?:the )?(?:(?:last|past|previous|prior) )?{_LENGTH}{_BEFORE}"
_SINCE = rf"(?:at least|more than) {_LENGTH} since (?:(?:any|prior|previous|last) )*"


def window(text: str, section: str) -> Draft | None:
    """`Major surgery within 4 weeks before screening`; `At least 4 weeks since prior radiotherapy`."""
    for event, words in _EVENTS.items():
        if section == "exclusion":
            found = re.fullmatch(f"{_PRIOR}(?:{words}){_WITHIN}", text, re.IGNORECASE)
            if found is not None:
                anchor = next((one for one in _ANCHORS if found[one]), "screening")
                length = span(found["number"], found["unit"])
                declared = None if anchor == "screening" else anchor
                return Draft(f"{event} within {length} before {anchor}", ("oncology",), declared)
        elif (found := re.fullmatch(f"{_SINCE}(?:{words})", text, re.IGNORECASE)) is not None:
            # Exactly so long ago is long enough for "at least", and not for "more than".
            near = "less than" if text.lower().startswith("at least") else "within"
            length = span(found["number"], found["unit"])
            return Draft(f"no {event} {near} {length} before screening", ("oncology",))
    return None
