"""The conditions of a schedule answered by generated code, and asked for in words."""

from __future__ import annotations

from collections.abc import Callable

from protocol_dsl.runtime.records import Records
from protocol_dsl.runtime.schedule.course import known_by
from protocol_dsl.runtime.verdict import Verdict
from protocol_dsl.vocabulary.calendar import When, days

ConditionCheck = Callable[[Records, When, When], Verdict]
"""The generated `conditions`: records, the day of asking, the day the regimen began."""


def _verb(evidence: str) -> str:
    """A series is measured; anything else is found out. `evidence` as in `FeatureRow`."""
    return "measure" if evidence.endswith((" value", "samples")) else "find out"


class Judged:
    """The conditions of one patient; each day is judged once."""

    def __init__(self, judge: ConditionCheck, records: Records) -> None:
        self._judge, self._records = judge, records
        self._verdicts: dict[tuple[int, int], Verdict] = {}

    def truths(self, now: int, start: int) -> tuple[bool | None, ...]:
        """Every condition as at day `now`."""
        return self._verdict(now, start).codes

    def needs(self, number: int, now: int, start: int) -> tuple[str, ...]:
        """What to measure or ask to decide condition `number`."""
        verdict = self._verdict(now, start)
        wanted = verdict.criteria[number].id
        open_ = [one for one in verdict.missing if wanted in one.needed_by]
        rows = verdict.stage.features
        return tuple(f"{_verb(rows[one.feature].evidence)} {one.words}" for one in open_)

    def _verdict(self, now: int, start: int) -> Verdict:
        if (now, start) not in self._verdicts:
            self._verdicts[now, start] = self._judge(
                known_by(self._records, now), days(now, now), days(start, start)
            )
        return self._verdicts[now, start]
