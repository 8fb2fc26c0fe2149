"""A screening on one page: the flow of patients, criterion by criterion, and what undetermined patients want."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.backends.attrition import Attrition, Step
from protocol_dsl.backends.base import Artifact
from protocol_dsl.backends.docs.drawing import Drawing, Rect, Stroke, Text, wrapped
from protocol_dsl.backends.docs.render import page
from protocol_dsl.backends.docs.title import Colophon, Figure
from protocol_dsl.backends.docs.words import title_of

_WIDTH, _STEM, _BOX_AT, _BOX = 820, 380, 440, 378
_BAR, _STEP, _HEAD = 24, 58, 42
_MIDDLE = _STEM // 2 + 1
_SIZE = 13


@frozen
class Funnel:
    """The page: numbers at a glance, the drawing, and the counts it is made of, each with its share of all patients."""

    title: str
    running_head: str
    colophon: Colophon
    stage: str
    figures: tuple[Figure, ...]
    drawing: Drawing
    attrition: Attrition


def emit_funnel(attrition: Attrition, source: str) -> Artifact:
    """`funnel.html`, which needs neither network nor script; `source` is the name of the protocol's file."""
    view = Funnel(
        attrition.title,
        f"{attrition.protocol}: screening",
        Colophon(source, attrition.digest, ""),
        title_of(attrition.stage),
        _figures(attrition),
        drawing(attrition),
        attrition,
    )
    return Artifact("funnel.html", page("html/funnel.j2", view))


def share(number: int, whole: int) -> str:
    """`12.3 %` of a whole; nothing of none, and never 0 or 100 of what is neither."""
    if not whole:
        return ""
    percent = 100 * number / whole
    if 0 < percent < 0.05:
        return "< 0.1 %"
    if 99.95 <= percent < 100:
        return "> 99.9 %"
    return f"{percent:.1f} %"


def _figures(counts: Attrition) -> tuple[Figure, ...]:
    parts = (
        ("Screened", counts.patients, f"by {len(counts.steps)} criteria"),
        ("Eligible", counts.eligible, "pass every criterion"),
        ("Undetermined", counts.undetermined, "fail none, and something is not known"),
        ("Ineligible", counts.ineligible, "fail at least one"),
    )
    return tuple(
        Figure(f"{number:,}", label, ", ".join(filter(None, (share(number, counts.patients), remark))))
        if label != "Screened"
        else Figure(f"{number:,}", label, remark)
        for label, number, remark in parts
    )


def drawing(counts: Attrition) -> Drawing:
    """The flow from all who were screened, through the criteria in order, to those who remain."""
    rects, strokes, texts = [Rect(_MIDDLE - 110, 1, 220, _HEAD, "box")], [], []
    texts.append(Text(_MIDDLE, 27, f"{counts.patients:,} screened", "strong", "middle"))
    top = 1 + _HEAD
    for step in counts.steps:
        bar = top + _STEP - _BAR
        strokes.append(Stroke(f"M{_MIDDLE} {top} V{bar}", "flow"))
        strokes += [Stroke(f"M{_MIDDLE} {top + 17} H{_BOX_AT}", "flow"), _tip(_BOX_AT, top + 17)]
        rects += [Rect(_BOX_AT, top - 5, _BOX, 44, "box"), *_bar(step, counts.patients, bar)]
        texts += _beside(step, top - 5)
        texts.append(Text(_MIDDLE, bar + 17, f"{step.remaining:,}", "strong", "middle"))
        top = bar + _BAR
    end = top + 28
    half = (_STEM - 16) // 2
    for place, (word, number) in enumerate(
        (("eligible", counts.eligible), ("undetermined", counts.undetermined))
    ):
        left = 1 + place * (half + 16)
        middle = left + half // 2
        strokes.append(Stroke(f"M{_MIDDLE} {top} V{top + 13} H{middle} V{end}", "flow"))
        rects.append(Rect(left, end, half, _HEAD, "box"))
        texts.append(Text(middle, end + 18, f"{number:,} {word}", "strong", "middle"))
        texts.append(Text(middle, end + 34, share(number, counts.patients), "muted", "middle"))
    told = "; ".join(
        f"{one.criterion} excludes {one.excluded:,}, {one.remaining:,} remain" for one in counts.steps
    )
    words = f"{counts.patients:,} screened; {told}; {counts.eligible:,} eligible, {counts.undetermined:,} undetermined"
    return Drawing(
        "funnel",
        "Flow of patients",
        words,
        _WIDTH,
        end + _HEAD + 2,
        tuple(rects),
        tuple(strokes),
        (),
        tuple(texts),
    )


def _bar(step: Step, patients: int, top: int) -> list[Rect]:
    """Those who remain as a bar about the middle: settled ones dark, the others light beside them."""
    whole = _scaled(step.remaining, patients)
    settled = min(whole, _scaled(step.settled, patients))
    left = _MIDDLE - whole // 2
    found = [Rect(left, top, settled, _BAR, "settled")] if settled else []
    return [*found, Rect(left + settled, top, whole - settled, _BAR, "open")] if whole > settled else found


def _scaled(number: int, patients: int) -> int:
    return max(2, round(_STEM * number / patients)) if number else 0


def _beside(step: Step, top: int) -> list[Text]:
    (title,) = wrapped(f"{step.criterion}  {step.title}", _BOX - 28, 14, 1)
    parts = [
        f"{step.excluded:,} excluded here",
        f"{step.fails:,} fail it in all",
        f"{step.unknown:,} unknown",
    ]
    said = ", ".join(parts if step.excluded != step.fails else [f"{step.excluded:,} excluded", parts[2]])
    return [
        Text(_BOX_AT + 14, top + 19, title, "strong"),
        Text(_BOX_AT + 14, top + 36, said, "muted"),
    ]


def _tip(x: int, y: int) -> Stroke:
    return Stroke(f"M{x} {y} l-7 -4 v8 z", "tip")
