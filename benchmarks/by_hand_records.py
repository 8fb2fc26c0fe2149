"""The flagship from dated records by hand: the first stage as a programmer would write it, then `by_hand.verdicts`.

It reads the records a generated `Patient` holds. A date may be partial and stands as the first and last second it may
mean; what that leaves open is unknown here as it is in the generated checker.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from benchmarks.by_hand import Codes, verdicts
from protocol_dsl.runtime.records import History, Sample
from protocol_dsl.vocabulary.calendar import BEGINNING, DAY, FOREVER, When, age, shift_day


class Edges(NamedTuple):
    """The first second of each window that ends with the day of judging, and the day's last second."""

    week: int
    month: int
    two_months: int
    today: int
    end: int
    half_year: int


@lru_cache(maxsize=64)
def edges(on: When) -> Edges:
    """The windows of one day of judging, made once for all patients."""
    day = on.first // DAY
    return Edges(
        (day - 7) * DAY,
        (day - 30) * DAY,
        shift_day(day, (-2, "month")) * DAY,
        day * DAY,
        day * DAY + DAY - 1,
        shift_day(day, (-6, "month")) * DAY,
    )


def _latest(samples: tuple[Sample, ...] | None, start: int, end: int) -> Sample | None:
    """The latest sample of the window; None when there is none, or several may be it and differ."""
    if not samples:
        return None
    if len(samples) == 1:
        sample = samples[0]
        when = sample[0]
        return sample if when[0] >= start and when[1] <= end else None
    newest = 0
    for sample in samples:
        first, last = sample[0]
        if first > newest and first >= start and last <= end:
            newest = first
    if not newest:
        return None
    found = None
    for sample in samples:
        first, last = sample[0]
        if last >= newest and first <= end:
            if found is not None and found[1:] != sample[1:]:
                return None
            found = sample
    return found


def _value(samples: tuple[Sample, ...] | None, start: int, end: int) -> Any:
    sample = _latest(samples, start, end)
    return None if sample is None else sample[1]


def _unsettled(
    patient: Any, fact: str, samples: tuple[Sample, ...] | None, start: int, end: int
) -> bool | None:
    """Unknown when the record cannot be read, or leaves open what the last sample in the window says; else False."""
    if fact in patient.unread:
        return None
    if not samples or all(sample[0][1] < start or sample[0][0] > end for sample in samples):
        return False
    last = _latest(samples, start, end)
    return None if last is None or last[1] is None else False


def _happened(history: History | None, start: int, end: int) -> bool | None:
    """Whether an occurrence shares a second with the window."""
    if history is None:
        return None
    occurrences, complete = history
    open_still = not complete
    for occurrence in occurrences:
        (start_first, start_last), (end_first, end_last) = occurrence[0], occurrence[1]
        if start_last <= end and end_first >= start:
            return True
        if start_first <= end and end_last >= start:
            open_still = True
    return None if open_still else False


def _lesion(history: History | None, end: int) -> bool | None:
    if history is None:
        return None
    open_still = not history.complete
    for start, _, attributes in history.occurrences:
        shown = attributes.get("imaging")
        if start.first > end or shown == "other":
            continue
        if shown is not None and start.last <= end:
            return True
        open_still = True
    return None if open_still else False


def _complicated(history: History | None, insult: When | None, certain: bool) -> bool | None:
    """Whether the event started within 4 weeks after the insult."""
    if insult is None:
        return False
    if history is None:
        return None
    open_still = not history.complete
    opens_first, opens_last = insult[0] // DAY * DAY, insult[1] // DAY * DAY
    closes_first, closes_last = opens_first + 29 * DAY - 1, min(opens_last + 29 * DAY - 1, FOREVER)
    for occurrence in history.occurrences:
        first, last = occurrence[0]
        if certain and first >= opens_last and last <= closes_first:
            return True
        if last >= opens_first and first <= closes_last:
            open_still = True
    return None if open_still else False


def _last_insult(history: History | None, end: int) -> tuple[When | None, bool]:
    """The start of the last insult, and whether there certainly was one."""
    if history is None or not history.complete:
        known = [] if history is None else [one.start for one in history.occurrences if one.start.last <= end]
        if known:
            return When(max(when.first for when in known), end), True
        return When(BEGINNING, end), False
    starts = [one.start for one in history.occurrences if one.start.first <= end]
    if not starts:
        return None, True
    if len(starts) == 1 and starts[0][1] <= end:
        return starts[0], True
    sure = [when for when in starts if when.last <= end]
    latest = max(min(when.last, end) for when in starts)
    earliest = max(when.first for when in sure) if sure else min(when.first for when in starts)
    return When(earliest, latest), bool(sure)


def _positive_for_long(samples: tuple[Sample, ...] | None, start: int, end: int) -> bool | None:
    """Positive before the window opened and again inside it, and never otherwise in between."""
    if not samples:
        return None
    before = inside = False
    doubt = False
    newest_before = 0
    for (first, last), value, *_ in samples:
        if last < start + DAY and first > newest_before:
            newest_before = first
        if last < start:
            before = before or value == "positive"
        elif first >= start and last <= end:
            if value == "negative":
                return False
            inside = inside or value == "positive"
    for (first, last), value, *_ in samples:
        if value != "positive" and last >= newest_before and first <= end:
            doubt = True
    return True if before and inside and not doubt else None


def _age(patient: Any, on: When) -> float | None:
    born = patient.birth_date
    if born is None:
        return patient.age  # type: ignore[no-any-return]
    years = age(born, on, "year")
    return float(years[0]) if years is not None and years[0] == years[1] else None


def check(patient: Any, on: When) -> tuple[Codes, dict[str, Any]]:
    """The outcomes of one patient, and the values they rest on, to be put in words when asked for."""
    week, month, two_months, today, end, half_year = edges(on)
    bilirubin = _latest(patient.total_bilirubin, week, end)
    insult, certain = _last_insult(patient.acute_hepatic_insult, end)
    answers = patient.answers
    row = {
        "total_bilirubin": None if bilirubin is None else bilirubin.value,
        "total_bilirubin_upper": None if bilirubin is None else bilirubin.upper,
        "inr": _value(patient.inr, week, end),
        "prothrombin_activity": _value(patient.prothrombin_activity, week, end),
        "ascites_started_within_4_weeks_after_last_acute_hepatic_insult": _complicated(
            patient.ascites, insult, certain
        ),
        "encephalopathy_started_within_4_weeks_after_last_acute_hepatic_insult": _complicated(
            patient.encephalopathy, insult, certain
        ),
        "answer_i1_1": answers.get("I1.1"),
        "hbsag_is_positive_for_more_than_6_months": _positive_for_long(patient.hbsag, half_year, end),
        "dialysis_twice_in_past_week": patient.dialysis_twice_in_past_week is True,
        "creatinine": _value(patient.creatinine, week, end),
        "age": _age(patient, on),
        "gi_bleeding_within_2_months_before_screening": _happened(patient.gi_bleeding, two_months, end),
        "serious_infection_within_2_months_before_screening": _happened(
            patient.serious_infection, two_months, end
        ),
        "answer_e1_1": answers.get("E1.1"),
        "autoimmune_disease_ongoing": _happened(patient.autoimmune_disease, today, end),
        "anti_hav_igm": _value(patient.anti_hav_igm, month, end),
        "anti_hev_igm": _value(patient.anti_hev_igm, month, end),
        "anti_hcv": _value(patient.anti_hcv, month, end),
        "hcv_rna": _value(patient.hcv_rna, month, end),
        "anti_hdv": _value(patient.anti_hdv, month, end),
        "hdv_rna": _value(patient.hdv_rna, month, end),
        "hcv_rna_unsettled": _unsettled(patient, "hcv_rna", patient.hcv_rna, month, end),
        "hdv_rna_unsettled": _unsettled(patient, "hdv_rna", patient.hdv_rna, month, end),
        "answer_e4_1": answers.get("E4.1"),
        "malignancy_ever": _happened(patient.malignancy, BEGINNING, end),
        "sex": patient.sex,
        "pregnant": patient.pregnant,
        "lactating": patient.lactating,
        "liver_lesion_where_imaging_is_one_of_ultrasound_ct_mr_ever": _lesion(patient.liver_lesion, end),
        "bioartificial_liver_support_ever": _happened(patient.bioartificial_liver_support, BEGINNING, end),
        "liver_transplantation_ever": _happened(patient.liver_transplantation, BEGINNING, end),
    }
    return verdicts(row), row
