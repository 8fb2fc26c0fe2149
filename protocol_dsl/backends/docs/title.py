"""The title block, the summary at a glance and the colophon."""

from __future__ import annotations

import re

from attrs import frozen

from protocol_dsl.backends.docs.eligibility import StageView
from protocol_dsl.backends.docs.words import count, paragraphs, sentence, series, title_of
from protocol_dsl.ir.protocol import Protocol

_LABELS = {
    "healthy_volunteers": "Healthy volunteers",
    "purpose": "Primary purpose",
    "model": "Intervention model",
    "age": "Ages",
    "identifier": "Other identifier",
    "funder": "Funder type",
}
_REGISTRY = re.compile(r"NCT\d{8}")


@frozen
class Row:
    """One line of a registry-style table; `href` leads out of the document."""

    label: str
    value: str
    href: str = ""


@frozen
class Figure:
    """One number at a glance, what it counts, and a remark."""

    value: str
    label: str
    remark: str


@frozen
class TitleView:
    """The head of the document."""

    id: str
    title: str
    rows: tuple[Row, ...]
    summary: tuple[str, ...]
    notes: tuple[str, ...]


@frozen
class Colophon:
    """Where the document comes from."""

    source: str
    digest: str
    compiler: str
    libraries: tuple[str, ...] = ()


def title(protocol: Protocol) -> TitleView:
    """The head of the document from the registry header."""
    header = protocol.header
    link = f"https://clinicaltrials.gov/study/{header.id}" if _REGISTRY.fullmatch(header.id) else ""
    rows: dict[str, list[str]] = {}
    for field, value in header.entries:
        if field != "summary":
            shown = _enrollment(value) if field == "enrollment" else _value(value)
            rows.setdefault(_LABELS.get(field, title_of(field)), []).append(shown)
    table = (
        Row("Identifier", header.id, link),
        *(Row(label, "; ".join(values)) for label, values in rows.items()),
    )
    summary = [part for field, value in header.entries if field == "summary" for part in paragraphs(value)]
    return TitleView(header.id, " ".join(header.title.split()), table, tuple(summary), protocol.notes)


def glance(protocol: Protocol, stages: tuple[StageView, ...]) -> tuple[Figure, ...]:
    """A handful of numbers: arms, enrolment, ages, criteria, questions, visits."""
    header = dict(protocol.header.entries)
    arms = protocol.schedule.arms
    number, _, kind = header.get("enrollment", "").partition(" ")
    figures = [Figure(str(len(arms)), "arm" if len(arms) == 1 else "arms", series(arm.label for arm in arms))]
    if number:
        figures.append(Figure(number, "participants", kind))
    figures += _criteria(stages)
    visits = len(protocol.schedule.visits)
    figures.append(
        Figure(
            str(visits),
            "planned visit" if visits == 1 else "planned visits",
            "" if visits else "the source states none",
        )
    )
    return tuple(figures)


def running_head(protocol: Protocol) -> str:
    """The words at the head of every printed page, not too long for one line."""
    text = " ".join(protocol.header.title.split())
    return f"{protocol.header.id}  ·  {text if len(text) <= 70 else text[:69].rstrip() + '…'}"


def colophon(protocol: Protocol, compiler: str) -> Colophon:
    """The source file, its digest, the compiler's version, and those of the libraries used."""
    used = tuple(f"{one.name} {one.version}" for one in protocol.libraries)
    return Colophon(protocol.source_name, protocol.source_digest, compiler, used)


def _criteria(stages: tuple[StageView, ...]) -> list[Figure]:
    criteria = [one for stage in stages for group in stage.groups for one in group.criteria]
    kinds = [sum(one.kind == kind for one in criteria) for kind in ("inclusion", "exclusion")]
    asked = sum(one.asked for one in criteria)
    return [
        Figure(str(len(criteria)), "criteria", f"{kinds[0]} inclusion, {kinds[1]} exclusion"),
        Figure(str(len(criteria) - asked), "computed from records alone", "true, false or unknown"),
        Figure(
            str(asked),
            "also ask a person" if asked != 1 else "also asks a person",
            "unanswered is unknown" if asked else "no question is asked",
        ),
    ]


def _value(value: str) -> str:
    shown = sentence(" ".join(value.split()))
    return shown.replace("_", " ") if re.fullmatch(r"[A-Za-z_]+", shown) else shown


def _enrollment(value: str) -> str:
    number, _, kind = value.partition(" ")
    people = count(int(number), "participant") if number.isdecimal() else number
    return f"{people} ({kind})" if kind else people
