"""The arm diagram: eligible, allocated, arms; nothing that the protocol does not say."""

from __future__ import annotations

from itertools import pairwise

from attrs import frozen

from protocol_dsl.backends.docs.drawing import Drawing, Rect, Stroke, Text, wrapped
from protocol_dsl.backends.docs.treatment import TreatmentWords
from protocol_dsl.backends.docs.words import sentence, series, title_of
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Follow, Give

_ARM, _GAP, _MARGIN = 224, 20, 2
_STEM = 260
_LINE, _PAD = 17, 14
_SIZE = 13

_Lines = list[tuple[str, str]]


@frozen
class Node:
    """One box of the flow chart."""

    id: str
    words: str


@frozen
class Flow:
    """The arm diagram as nodes and the edges between their ids, for a text document."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]


def flow(protocol: Protocol, words: TreatmentWords) -> Flow | None:
    """The same flow as `diagram` for a chart drawn from text; None when the protocol has no arms."""
    arms = protocol.schedule.arms
    if not arms:
        return None
    stem = _stem_lines(protocol)
    nodes = [Node(f"stem{index}", ", ".join(text for text, _ in lines)) for index, lines in enumerate(stem)]
    last = nodes[-1].id
    edges = [(one.id, other.id) for one, other in pairwise(nodes)]
    for index, arm in enumerate(arms):
        nodes.append(Node(f"arm{index}", f"{arm.label}: {'; '.join(_treatments(arm, words))}"))
        edges.append((last, f"arm{index}"))
    return Flow(tuple(nodes), tuple(edges))


def diagram(protocol: Protocol, words: TreatmentWords) -> Drawing | None:
    """The flow of participants into the arms; None when the protocol has no arms."""
    arms = protocol.schedule.arms
    if not arms:
        return None
    width = max(_STEM, len(arms) * (_ARM + _GAP) - _GAP) + 2 * _MARGIN
    stem = _stem_lines(protocol)
    rects, strokes, texts = _stem(stem, width)
    top = rects[-1].y + rects[-1].height
    boxes = [_arm(arm, words) for arm in arms]
    height = max(_height(lines) for lines in boxes)
    left = (width - (len(arms) * (_ARM + _GAP) - _GAP)) // 2
    for index, lines in enumerate(boxes):
        box = Rect(left + index * (_ARM + _GAP), top + 56, _ARM, height, "box")
        rects.append(box)
        strokes.append(_branch(width // 2, top, box))
        texts += _inside(box, lines)
    return Drawing(
        "arm-diagram",
        "Arm diagram",
        _description(protocol, boxes, stem),
        width,
        top + 56 + height + 2,
        tuple(rects),
        tuple(strokes),
        (),
        tuple(texts),
    )


def allocation(protocol: Protocol) -> tuple[str, str]:
    """How participants come into arms, and in which ratio, with what is not stated said so."""
    header = dict(protocol.header.entries)
    randomization = protocol.schedule.randomization
    stated = header.get("allocation", "randomized" if randomization else "")
    ratio = randomization.ratio if randomization else None
    shown = f"ratio {':'.join(str(part) for part in ratio)}" if ratio else "ratio not stated"
    return (sentence(title_of(stated)), shown) if stated else ("Allocated to an arm", "how is not stated")


def _stem_lines(protocol: Protocol) -> list[_Lines]:
    several = len(protocol.schedule.arms) > 1
    return [_eligible(protocol), *([_allocated(protocol)] if several else [])]


def _stem(stem: list[_Lines], width: int) -> tuple[list[Rect], list[Stroke], list[Text]]:
    rects: list[Rect] = []
    strokes: list[Stroke] = []
    texts: list[Text] = []
    y = _MARGIN
    for lines in stem:
        box = Rect((width - _STEM) // 2, y, _STEM, _height(lines), "box")
        if rects:
            strokes.append(Stroke(f"M{width // 2} {rects[-1].y + rects[-1].height}V{y}", "flow"))
        rects.append(box)
        texts += _inside(box, lines)
        y += box.height + 30
    return rects, strokes, texts


def _eligible(protocol: Protocol) -> _Lines:
    enrollment = dict(protocol.header.entries).get("enrollment", "")
    number, _, kind = enrollment.partition(" ")
    planned = f"{number} participants" + (f" ({kind})" if kind else "")
    return [("Eligible", "strong"), *([(planned, "plain")] if number else [])]


def _allocated(protocol: Protocol) -> _Lines:
    how, ratio = allocation(protocol)
    return [(how, "strong"), (ratio, "plain")]


def _arm(arm: Arm, words: TreatmentWords) -> _Lines:
    inner = _ARM - 2 * _PAD
    lines: _Lines = [(line, "strong") for line in wrapped(arm.label, inner, 14)]
    lines.append((title_of(arm.role), "muted"))
    for text in _treatments(arm, words):
        lines.append(("", "gap"))
        lines += [(line, "plain") for line in wrapped(text, inner, _SIZE)]
    return lines


def _treatments(arm: Arm, words: TreatmentWords) -> list[str]:
    """What an arm gets, its own first, then what it follows."""
    own = []
    for part in arm.parts:
        if isinstance(part, Give):
            step = words.step(part.steps[0], part)
            when = " ".join(filter(None, (step.timing, words.bound(part.steps[0].limit))))
            own.append(f"{words.label(part.what)}, {when}{' …' if len(part.steps) > 1 else ''}")
        elif isinstance(part, CycleBlock):
            drugs = series(words.inside(give.what) for give in part.gives)
            own.append(f"{title_of(part.name)}: {drugs}" if drugs else title_of(part.name))
    followed = [words.regimen_label(part.regimen) for part in arm.parts if isinstance(part, Follow)]
    return [*own, *followed] or ["no treatment stated"]


def _height(lines: _Lines) -> int:
    return sum(8 if style == "gap" else _LINE for _, style in lines) + 2 * _PAD - 4


def _inside(box: Rect, lines: _Lines) -> list[Text]:
    texts: list[Text] = []
    y = box.y + _PAD + 9
    for words, style in lines:
        if style == "gap":
            y += 8
            continue
        texts.append(Text(box.x + box.width // 2, y, words, style, "middle"))
        y += _LINE
    return texts


def _branch(middle: int, top: int, box: Rect) -> Stroke:
    return Stroke(f"M{middle} {top}V{top + 28}H{box.x + box.width // 2}V{box.y}", "flow")


def _description(protocol: Protocol, boxes: list[_Lines], stem: list[_Lines]) -> str:
    flow = "; then ".join(", ".join(words for words, _ in lines) for lines in stem)
    names = series(arm.label for arm in protocol.schedule.arms)
    arms = ". ".join(" ".join(words for words, style in lines if style != "gap") for lines in boxes)
    return f"{flow}; then one of {names}. {arms}."
