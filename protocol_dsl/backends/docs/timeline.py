"""The timeline of each arm: weeks along the axis, planned doses as marks, open ends as bars with what stops them."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from attrs import frozen

from protocol_dsl.backends.docs.drawing import Dot, Drawing, Rect, Stroke, Text, text_width, wrapped
from protocol_dsl.backends.docs.rows import Row, arm_gives, arm_rows, visit_rows
from protocol_dsl.backends.docs.treatment import TreatmentWords
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, Regimen

_LABELS, _PLOT, _RIGHT = 216, 520, 24
_LINE, _GRAPHIC, _LOOP, _GAP = 16, 24, 16, 16
_SHORTEST = 4
_STEPS = ((16, 1), (32, 2), (64, 4), (160, 13))


@frozen
class ArmTimeline:
    """One arm's rows with its figure, and what its day 1 is; `file` is where the figure stands by itself."""

    name: str
    label: str
    day_one: str
    rows: tuple[Row, ...]
    drawing: Drawing

    @property
    def file(self) -> str:
        """The name of the figure's own file."""
        return f"timeline_{self.name}.svg"


def timelines(protocol: Protocol, words: TreatmentWords) -> tuple[ArmTimeline, ...]:
    """A timeline for every arm that gives something, all on one scale."""
    schedule = protocol.schedule
    regimens = {regimen.name: regimen for regimen in schedule.regimens}
    visits = visit_rows(protocol)
    rows = {arm.name: (*arm_rows(arm, regimens, words), *visits) for arm in schedule.arms}
    weeks = _weeks(row for arm_rows in rows.values() for row in arm_rows)
    return tuple(
        ArmTimeline(
            arm.name,
            arm.label,
            _day_one(protocol, arm, regimens, words),
            rows[arm.name],
            _draw(f"timeline-{number}", arm.label, rows[arm.name], weeks),
        )
        for number, arm in enumerate(schedule.arms, 1)
        if rows[arm.name] != visits
    )


def _weeks(rows: Iterable[Row]) -> int:
    last = 1
    for row in rows:
        last = max(last, *row.marks, *(end or first for first, end in row.bars), 1)
    return max(_SHORTEST, ceil(last / 7))


def _day_one(protocol: Protocol, arm: Arm, regimens: dict[str, Regimen], words: TreatmentWords) -> str:
    """What the study's day 1 is, and that this arm has none when it is a dose the arm is not given."""
    stated = protocol.schedule.day_one
    if not stated:
        return "The source does not say what day 1 is."
    given = {placed.give.what for placed in arm_gives(arm.parts, regimens)}
    drugs = {one.name for one in protocol.schedule.interventions}
    shown = " ".join(
        words.inside(word) if word in drugs else word.replace("_", " ") for word in stated.split()
    )
    if any(word in drugs and word not in given for word in stated.split()):
        return f"Day 1 is the {shown}, which this arm is not given: its days count from the start of its treatment."
    return f"Day 1 is {'the ' if stated.split()[0] in {'first', 'last'} else ''}{shown}."


def _draw(name: str, label: str, rows: tuple[Row, ...], weeks: int) -> Drawing:
    rects: list[Rect] = []
    strokes: list[Stroke] = []
    dots: list[Dot] = []
    texts: list[Text] = []
    y = 0
    for row in rows:
        names = wrapped(row.label, _LABELS - 26, 13, 3)
        said = wrapped(row.words, _PLOT, 12, 3)
        graphic = 0 if row.loose else _GRAPHIC + (_LOOP if row.asks else 0)
        height = max(len(names) * _LINE, len(said) * _LINE + graphic)
        texts += [Text(0, y + 13 + _LINE * n, one, "name") for n, one in enumerate(names)]
        texts += [Text(_LABELS, y + 12 + _LINE * n, one, "muted") for n, one in enumerate(said)]
        middle = y + len(said) * _LINE + 10
        strokes += _loose(row, said[-1], y + 8 + _LINE * (len(said) - 1))
        rects += [_window(window, middle, weeks) for window in row.windows]
        rects += [_bar(bar, middle, weeks) for bar in row.bars]
        if row.asks and not row.loose:
            strokes += _asked(row, middle, weeks)
            texts.append(Text(_LABELS + 4, middle + _turn(row) - 3, "asked before each dose", "tick"))
        strokes += [_tip(middle) for _, last in row.bars if last is None]
        dots += [Dot(_x(day, weeks), middle, "visit" if row.visits else "dose") for day in row.marks]
        texts += _day_labels(row, middle, weeks)
        y += height + _GAP
    strokes[:0], more = _axis(weeks, y)
    spoken = ". ".join(f"{row.label}: {row.words}" for row in rows)
    return Drawing(
        name,
        f"Timeline of {label}",
        f"{spoken}.",
        _LABELS + _PLOT + _RIGHT,
        y + 44,
        tuple(rects),
        tuple(strokes),
        tuple(dots),
        (*texts, *more),
    )


def _x(day: int, weeks: int) -> int:
    return _LABELS + round((day - 1) / (7 * weeks) * _PLOT)


def _bar(bar: tuple[int, int | None], middle: int, weeks: int) -> Rect:
    first, last = bar
    left = _x(first, weeks)
    right = _LABELS + _PLOT if last is None else _x(last + 1, weeks)
    return Rect(left, middle - 4, max(2, right - left), 8, "open" if last is None else "bar")


def _window(window: tuple[int, int], middle: int, weeks: int) -> Rect:
    left, right = (max(_LABELS - 12, min(_x(day, weeks), _LABELS + _PLOT)) for day in window)
    return Rect(left, middle - 7, max(2, right - left), 14, "window")


def _turn(row: Row) -> int:
    """How far below the middle of a row its loop turns back: under the days of its marks."""
    return 34 if row.marks else 20


def _asked(row: Row, middle: int, weeks: int) -> list[Stroke]:
    """The way back from the last dose to the question before the next: a diamond where the answer can end the
    treatment, the strokes of a pause where it can hold a dose."""
    last = [*row.marks, *(end for _, end in row.bars if end is not None)]
    right = _LABELS + _PLOT if any(end is None for _, end in row.bars) else _x(max(last), weeks) + 8
    gate, low = _LABELS - 18, middle + _turn(row)
    back = f"M{right} {middle + 8}V{low}H{gate}V{middle + 13}"
    strokes = [
        Stroke(back, "loop"),
        Stroke(f"M{gate - 4} {middle + 15}L{gate} {middle + 8}L{gate + 4} {middle + 15}Z", "tip"),
    ]
    if row.ends:
        strokes.append(
            Stroke(
                f"M{gate - 8} {middle}L{gate} {middle - 8}L{gate + 8} {middle}L{gate} {middle + 8}Z", "gate"
            )
        )
    if row.holds:
        strokes += [Stroke(f"M{gate + side} {middle - 4}V{middle + 4}", "pause") for side in (-2, 2)]
    return strokes


def _tip(middle: int) -> Stroke:
    """The arrow head of a bar without a planned end."""
    right = _LABELS + _PLOT
    return Stroke(f"M{right} {middle - 4}L{right + 10} {middle}L{right} {middle + 4}Z", "tip")


def _loose(row: Row, said: str, y: int) -> list[Stroke]:
    """Dots from the end of the words on, where the protocol fixes no day."""
    left = _LABELS + text_width(said, 12) + 8
    return [Stroke(f"M{left} {y}H{_LABELS + _PLOT}", "loose")] if row.loose and left < _LABELS + _PLOT else []


def _day_labels(row: Row, middle: int, weeks: int) -> list[Text]:
    """The day under each mark where there is room, else under the first and the last."""
    near = min(
        (_x(b, weeks) - _x(a, weeks) for a, b in zip(row.marks, row.marks[1:], strict=False)), default=99
    )
    days = row.marks if near >= 26 else (row.marks[0], row.marks[-1])
    return [
        Text(_x(day, weeks), middle + 19, f"day {day}" if n == 0 else str(day), "tick", "middle")
        for n, day in enumerate(days if row.marks else ())
    ]


def _axis(weeks: int, y: int) -> tuple[list[Stroke], list[Text]]:
    step = next((size for most, size in _STEPS if weeks <= most), 52)
    ticks = range(0, weeks + 1, step)
    places = [(week, _LABELS + round(week / weeks * _PLOT)) for week in ticks]
    strokes = [Stroke(f"M{x} 0V{y + 6}", "grid") for _, x in places]
    strokes.append(Stroke(f"M{_LABELS} {y}H{_LABELS + _PLOT}", "axis"))
    texts = [Text(x, y + 20, str(week), "tick", "middle") for week, x in places]
    return strokes, [*texts, Text(_LABELS, y + 38, "weeks after day 1", "muted")]
