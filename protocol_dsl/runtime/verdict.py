"""A verdict: codes as they were judged, and everything a person reads, made when it is read. Standard library only.

verdict.outcome        "eligible", "ineligible" or "undetermined"
verdict.criteria       each criterion with its outcome, what decided it, or what it still needs
verdict.missing        what is not known and would matter, what would settle most first
print(verdict)         all of it, for a coordinator
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from protocol_dsl.runtime.evidence import day_number, turning_days
from protocol_dsl.runtime.explain import Criterion, Missing, Telling, by_words
from protocol_dsl.runtime.phrases import listed
from protocol_dsl.runtime.stage import Case, Codes, Day, Stage, judging_day
from protocol_dsl.vocabulary.calendar import when_text

WIDTH = 88
_OUTCOMES = {True: "passes", False: "fails", None: "unknown"}
_CODES = {word: code for code, word in _OUTCOMES.items()}


class Report(NamedTuple):
    """A verdict as plain data; `on` is empty when values were judged without a patient."""

    protocol: str
    title: str
    digest: str
    stage: str
    patient: str
    on: str
    criteria: tuple[Criterion, ...]
    missing: tuple[Missing, ...]
    problems: tuple[str, ...]


class Verdict:
    """What came of judging one patient, or the values of one.

    `codes` holds True (passes), False (fails) or None (unknown) for each criterion in order. `values` is what was
    judged, kept as it was given: it is read again when the verdict is. `case` tells whose they are, where there is
    a patient. Checkers make verdicts and set these; there is no constructor to pay for.
    """

    __slots__ = ("_report", "case", "codes", "stage", "values")

    codes: Codes
    values: Any
    stage: Stage
    case: Case

    @property
    def outcome(self) -> str:
        """`ineligible` when a criterion fails, else `undetermined` when one is unknown, else `eligible`."""
        if False in self.codes:
            return "ineligible"
        return "undetermined" if None in self.codes else "eligible"

    @property
    def eligible(self) -> bool | None:
        """True, False, or None when it cannot be told."""
        return False if False in self.codes else None if None in self.codes else True

    @property
    def report(self) -> Report:
        """Everything in words, made at the first reading."""
        try:
            return self._report
        except AttributeError:
            self._report: Report = self._told()
            return self._report

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Every criterion: its outcome, what decided it, or what it still needs."""
        return self.report.criteria

    @property
    def missing(self) -> tuple[Missing, ...]:
        """Unknown values that leave criteria open, what would settle most first."""
        return self.report.missing

    @property
    def problems(self) -> tuple[str, ...]:
        """What in the patient's record was not used as it stands."""
        return self.report.problems

    def eligible_from(self, limit: Day) -> date | None:
        """The first day after the day of judging, up to `limit`, on which the same records make the patient
        eligible (a waiting period ends, a birthday comes); None when there is none.

        Raises ValueError for a verdict on bare values, or one read back from JSON: those hold no dates.
        """
        case: Case | None = getattr(self, "case", None)
        if case is None:
            raise ValueError("these values carry no dates; judge a patient with `check` to ask from when")
        for day in turning_days(self.stage, case, judging_day(limit)):
            verdict = self.stage.judge(case.patient, day_number(day), self.stage.name)
            if verdict.eligible:
                return date.fromordinal(day)
        return None

    def to_json(self) -> dict[str, Any]:
        """Plain data for JSON.

        Its shape::

            {"protocol": id, "title": …, "digest": sha256 of the source, "stage": …, "patient": id, "on": ISO date,
             "verdict": "eligible" | "ineligible" | "undetermined",
             "criteria": [{"id", "kind", "title", "outcome": "passes" | "fails" | "unknown", "because": [text, …],
                           "needs": [feature, …], "residual": text}, …],
             "missing": [{"feature", "words", "settles": [id, …], "needed_by": [id, …]}, …], "problems": [text, …]}
        """
        report = self.report
        return {
            "protocol": report.protocol,
            "title": report.title,
            "digest": report.digest,
            "stage": report.stage,
            "patient": report.patient,
            "on": report.on,
            "verdict": self.outcome,
            "criteria": [_plain(criterion) for criterion in report.criteria],
            "missing": [_plain(missing) for missing in report.missing],
            "problems": list(report.problems),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Verdict:
        """A verdict to read again from what `to_json` gave. Raises ValueError naming the part that is amiss."""
        try:
            criteria = tuple(_row(Criterion, row) for row in data["criteria"])
            missing = tuple(_row(Missing, row) for row in data["missing"])
            head = [str(data[name]) for name in ("protocol", "title", "digest", "stage", "patient", "on")]
            codes = tuple(_CODES[criterion.outcome] for criterion in criteria)
            if data["verdict"] == "not judged":
                raise ValueError("this patient was not judged: " + "; ".join(map(str, data["problems"])))
            problems = tuple(str(problem) for problem in data["problems"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is no verdict in JSON: {error} is missing or of another kind") from None
        verdict = cls()
        verdict.codes = codes
        verdict._report = Report._make((*head, criteria, missing, problems))
        return verdict

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Verdict) and self.report == other.report

    def __hash__(self) -> int:
        return hash(self.codes)

    def __repr__(self) -> str:
        return f"<Verdict {self.outcome} {self.codes}>"

    def __str__(self) -> str:
        return printed(self.report, self.outcome)

    def _told(self) -> Report:
        stage, case = self.stage, getattr(self, "case", None)
        telling = Telling(stage, self.values, case)
        criteria = [
            telling.criterion(row, code) for row, code in zip(stage.criteria, self.codes, strict=True)
        ]
        patient, on, problems = "", "", ()
        if case is not None:
            patient, on = str(case.patient.id), when_text(case.on)
            problems = tuple(problem.text() for problem in case.patient.problems)
        missing = telling.missing(self.codes)
        head = (stage.protocol, stage.title, stage.digest, stage.name, patient, on)
        return Report(*head, tuple(criteria), missing, problems)


def printed(report: Report, outcome: str) -> str:
    """The verdict for a person: the outcome, then each criterion with its reasons, at most 88 characters a line."""
    who = f"Patient {report.patient}" if report.patient else "These values"
    when = f" as at {report.on}" if report.on else ""
    stage = "" if report.stage == "eligibility" else f" for {report.stage.replace('_', ' ')}"
    lines = textwrap.wrap(f"{report.protocol} {report.title}", WIDTH)
    lines += [f"{who}{when}: {outcome.upper()}{stage}", ""]
    width = max((len(criterion.id) for criterion in report.criteria), default=0)
    for criterion in sorted(report.criteria, key=lambda one: _ORDER[one.outcome]):
        lines += _printed_criterion(criterion, width)
    if report.missing:
        lines += ["", "To settle what is unknown:"]
        for missing in by_words(report.missing):
            effect = f"would settle {listed(missing.settles)}" if missing.settles else ""
            others = [one for one in missing.needed_by if one not in missing.settles]
            needed = f"{'also ' if effect else ''}needed for {listed(others)}" if others else ""
            lines += _hanging("  - ", f"{missing.words} ({', '.join(filter(None, (effect, needed)))})")
    if report.problems:
        lines += ["", "Not used as it was recorded:"]
        for problem in report.problems:
            lines += _hanging("  - ", problem)
    return "\n".join(lines)


_ORDER = {"fails": 0, "unknown": 1, "passes": 2}


def _printed_criterion(criterion: Criterion, width: int) -> list[str]:
    head = f"  {criterion.outcome:<8} {criterion.id:<{width}}  "
    lines = _hanging(head, criterion.title)
    texts = criterion.because if criterion.outcome != "unknown" else (criterion.residual,)
    for text in texts:
        lines += _hanging(" " * len(head), text)
    return lines


def _hanging(head: str, text: str) -> list[str]:
    indent = " " * len(head)
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False)


def _plain(row: Criterion | Missing) -> dict[str, Any]:
    return {name: list(part) if isinstance(part, tuple) else part for name, part in row._asdict().items()}


def _row(kind: Any, row: Mapping[str, Any]) -> Any:
    return kind(*(tuple(row[name]) if isinstance(row[name], list) else row[name] for name in kind._fields))
