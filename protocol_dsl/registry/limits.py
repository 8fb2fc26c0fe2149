"""Sentences that name a limit: what a record could decide, judged by the sentence and not by who encoded it."""

from __future__ import annotations

import re

from protocol_dsl.registry.drafting.wording import NUMBER, SIGN

_TIMES = r"(?:hours?|days?|weeks?|months?|years?)"
_UNITS = r"(?:[mµu]?g|kg|[md]?L|mm(?:ol|Hg)?|ms(?:ec)?|U/L|IU|%|percent)"
_LIMIT = re.compile(rf"(?:{SIGN}) ?{NUMBER}|\b{NUMBER} ?-?(?:{_TIMES}|{_UNITS})(?!\w)", re.IGNORECASE)


def names_a_limit(sentence: str) -> bool:
    """Whether a sentence compares, or counts time or an amount: `<= 3 weeks`, `12 weeks`, `10 mg`, `at least 50 %`."""
    return _LIMIT.search(sentence) is not None
