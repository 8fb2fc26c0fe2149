"""What was not understood on the way in, counted, so that a million rows make a short report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import evolve, frozen

from protocol_dsl.runtime.schema import Problem

MOST_WORDS = 8
"""Different words of one kind that are told apart; the rest are counted together."""


@frozen(kw_only=True)
class Remark:
    """What (a fact, a file) was not understood, why, how to mend it, in which `words` ("" when in many), at
    which place or patient `first`, and how often."""

    what: str
    reason: str
    fix: str
    words: str = ""
    first: str = ""
    count: int = 1

    def text(self) -> str:
        """One line for people."""
        times = f"{self.count} times, first" if self.count > 1 else "once,"
        where = f"{times} at {self.first}" if self.first else times.rpartition(",")[0]
        return f"{self.what}: {f'`{self.words}`: ' if self.words else ''}{self.reason} ({where}); {self.fix}"


class Remarks:
    """Counts remarks by what they are about, why, and in which words."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], Remark] = {}
        self._kinds: Counter[tuple[str, str]] = Counter()

    def add(self, remark: Remark) -> None:
        """Count one more, or as many as it says."""
        key = (remark.what, remark.reason, remark.words)
        if key not in self._counts and self._kinds[key[:2]] >= MOST_WORDS:
            remark = evolve(remark, reason=f"in other words as well, {remark.reason}", words="")
            key = (remark.what, remark.reason, "")
        found = self._counts.get(key)
        if found is None:
            self._kinds[key[:2]] += 1
            self._counts[key] = remark
        else:
            self._counts[key] = evolve(found, count=found.count + remark.count)

    def problems(self, found: Iterable[Problem], patient: str) -> None:
        """Count what the reader could not use; `inr[3].on` and `inr[4].on` count together."""
        for problem in found:
            what = _without_indices(problem.path) or "patient"
            _, words, reason, fix = problem
            self.add(Remark(what=what, reason=reason, fix=fix, words=words, first=f"patient {patient}"))

    def __len__(self) -> int:
        return len(self._counts)

    def __iter__(self) -> Iterator[Remark]:
        """Every kind, most frequent first."""
        return iter(
            sorted(self._counts.values(), key=lambda one: (-one.count, one.what, one.reason, one.words))
        )


def _without_indices(path: str) -> str:
    parts = path.split("[")
    return parts[0] + "".join(part.partition("]")[2] for part in parts[1:])
