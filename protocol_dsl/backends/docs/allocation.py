"""Randomization: what the protocol states, and what the source leaves unsaid."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.backends.docs.words import count, sentence, series, title_of
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Escalation, Randomization, Stratum
from protocol_dsl.runtime.phrases import exact_text
from protocol_dsl.vocabulary.calendar import duration_text


@frozen
class AllocationView:
    """Rows of (what, words), and the things not stated."""

    stated: tuple[tuple[str, str], ...]
    not_stated: tuple[str, ...]


def allocation(protocol: Protocol) -> AllocationView:
    """How participants are allocated, as far as the source says."""
    header = dict(protocol.header.entries)
    labels = {arm.name: arm.label for arm in protocol.schedule.arms}
    randomization = protocol.schedule.randomization
    rows = [
        ("Allocation", title_of(header.get("allocation", ""))),
        ("Intervention model", title_of(header.get("model", ""))),
        ("Masking", title_of(header.get("masking", ""))),
        ("Arms", series(labels.values())),
        *_randomization(randomization, labels, {fact.name: fact.label for fact in protocol.facts}),
        *_escalation(protocol.schedule.escalation),
    ]
    randomized = randomization is not None or header.get("allocation") == "randomized"
    unsaid = _unsaid(randomization) if randomized and len(labels) != 1 else []
    unsaid += [name.lower() for name, words in rows[:3] if not words]
    return AllocationView(tuple((name, words) for name, words in rows if words), tuple(unsaid))


def _randomization(
    one: Randomization | None, labels: dict[str, str], facts: dict[str, str]
) -> list[tuple[str, str]]:
    if one is None:
        return []
    ratio = ":".join(str(part) for part in one.ratio or ())
    arms = ", ".join(labels.get(name, title_of(name)) for name in one.arms)
    return [
        ("Ratio", f"{ratio} ({arms})" if ratio else ""),
        ("Block sizes", series(str(size) for size in one.blocks)),
        ("Stratified by", series(_stratum(stratum, facts) for stratum in one.strata)),
        ("Method", sentence(one.method or "")),
    ]


def _stratum(stratum: Stratum, facts: dict[str, str]) -> str:
    name = facts.get(stratum.by) or stratum.by.rpartition(".")[2].replace("_", " ")
    cuts = series(exact_text(cut) for cut in stratum.cuts)
    return f"{name}, cut at {cuts}" if cuts else name


def _unsaid(one: Randomization | None) -> list[str]:
    missing = {
        "the allocation ratio": one is None or one.ratio is None,
        "block sizes": one is None or not one.blocks,
        "stratification factors": one is None or not one.strata,
        "how the allocation list is made and concealed": one is None or not one.method,
    }
    return [words for words, unsaid in missing.items() if unsaid]


def _escalation(one: Escalation | None) -> list[tuple[str, str]]:
    if one is None:
        return []
    cohort = "" if one.cohort_size is None else f", cohorts of {count(one.cohort_size, 'participant')}"
    gap = "" if one.gap is None else f", at least {duration_text(one.gap)} between cohorts"
    advance = "" if not one.advance else f"; next level by judgement: {one.advance}"
    return [("Dose escalation", f"levels {series(one.levels)}{cohort}{gap}{advance}")]
