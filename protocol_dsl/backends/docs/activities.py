"""The schedule of activities in the layout of ICH M11: epochs and visits across, activities down, with a row of study
days, a row of windows, and footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from attrs import evolve, frozen

from protocol_dsl.backends.docs.planned import cycle_days, planned_days, step_starts
from protocol_dsl.backends.docs.rows import Placed, arm_gives, step_words
from protocol_dsl.backends.docs.treatment import TreatmentWords, tolerance
from protocol_dsl.backends.docs.words import length, sentence, series, span_of_days, title_of
from protocol_dsl.backends.encounters import Encounter, encounters, epoch_offsets, study_day
from protocol_dsl.ir.protocol import Protocol
from protocol_dsl.ir.schedule import Arm, CycleBlock, Follow, Give, Schedule
from protocol_dsl.vocabulary.calendar import Duration

WIDEST_RUN = 12
"""A run of more visits than this is one column."""


MOST_STRETCHES = 8
"""Stretches of days a footnote names before it leaves some out."""


@frozen
class Column:
    """One visit: what it is called, its day, its window, and the epoch it lies in (empty when none is known)."""

    label: str
    when: str
    window: str
    epoch: str


@frozen
class ActivityRow:
    """One activity: a mark for each column, and the letters of its footnotes."""

    label: str
    marks: tuple[bool, ...]
    notes: tuple[str, ...] = ()


@frozen
class ActivityTable:
    """The whole table. `epochs` are (label, columns it spans), empty when the protocol declares none; `footnotes` are
    (letter, text)."""

    columns: tuple[Column, ...] = ()
    epochs: tuple[tuple[str, int], ...] = ()
    groups: tuple[tuple[str, tuple[ActivityRow, ...]], ...] = ()
    footnotes: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> tuple[ActivityRow, ...]:
        """Every activity."""
        return tuple(row for _, rows in self.groups for row in rows)

    @property
    def shown(self) -> bool:
        """Whether there is a table to show: visits across, and something done at them."""
        return bool(self.columns and self.rows)


def activity_table(protocol: Protocol, words: TreatmentWords) -> ActivityTable:
    """The schedule of activities of a protocol; without columns when it states no visits."""
    plan = protocol.schedule
    shown = _narrowed(encounters(plan))
    if not shown:
        return ActivityTable()
    notes = _Footnotes()
    doses = tuple(_Doses(protocol, words))
    columns = tuple(_column(one, plan) for one in shown)
    groups = (
        ("Assessments", tuple(_assessed(protocol, shown, doses, notes, words))),
        ("Treatment", tuple(_treated(shown, columns, doses, notes))),
    )
    return ActivityTable(
        columns,
        tuple((label, len(list(same))) for label, same in groupby(one.epoch for one in columns))
        if plan.epochs
        else (),
        tuple((heading, rows) for heading, rows in groups if rows),
        notes.listed,
    )


def activity_csv(table: ActivityTable) -> tuple[tuple[str, ...], ...]:
    """The table as rows of cells: epochs, visits, days and windows, then activities, then footnotes."""
    head = (
        ("Epoch", *(one.epoch for one in table.columns)),
        ("Visit", *(one.label for one in table.columns)),
        ("Day", *(one.when for one in table.columns)),
        ("Window", *(one.window for one in table.columns)),
    )
    body = tuple(
        (
            " ".join((row.label, *(f"[{letter}]" for letter in row.notes))),
            *("X" if mark else "" for mark in row.marks),
        )
        for row in table.rows
    )
    return (*head, *body, *((f"[{letter}]", text) for letter, text in table.footnotes))


class _Footnotes:
    """Footnotes by letter, each text once, in the order of first mention."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}

    def letter(self, text: str) -> str:
        """The letter of a footnote."""
        return self._letters.setdefault(text, _letter(len(self._letters)))

    @property
    def listed(self) -> tuple[tuple[str, str], ...]:
        """(letter, text)."""
        return tuple((letter, text) for text, letter in self._letters.items())


def _letter(number: int) -> str:
    """a to z, then aa, ab, …"""
    before, last = divmod(number, 26)
    return (_letter(before - 1) if before else "") + chr(ord("a") + last)


def _narrowed(found: tuple[Encounter, ...]) -> tuple[Encounter, ...]:
    """Long runs as one column each, at the place of their first visit."""
    sizes = {one.name: sum(other.name == one.name for other in found) for one in found}
    shown: dict[object, Encounter] = {}
    for at, one in enumerate(found):
        if sizes[one.name] <= WIDEST_RUN:
            shown[at] = one
        elif one.name not in shown:
            last = [other for other in found if other.name == one.name][-1]
            label = one.visit.label if one.visit else title_of(one.name)
            words = f"{sizes[one.name]} visits, {one.point} to {last.point}"
            epoch = one.epoch if one.epoch == last.epoch else None
            shown[one.name] = evolve(
                one, label=sentence(label), number=0, point=words, offset=None, open_ended=True, epoch=epoch
            )
    return tuple(shown.values())


def _column(one: Encounter, plan: Schedule) -> Column:
    epoch = "" if one.epoch is None else sentence(plan.epochs[one.epoch].label)
    window = tolerance(one.window) if one.window else ""
    label = one.label
    if one.number:
        label = one.label.partition(f", {one.point}")[0]
    return Column(label, _when(one, plan.numbered_from), window, epoch)


def _when(one: Encounter, numbered_from: int) -> str:
    """`day 28`, `week 6 (day 43)`, `3 months after week 22`; empty where the name says it all."""
    if one.offset is None:
        return "" if one.point == one.name.replace("_", " ") else one.point
    day = f"day {one.offset if numbered_from == 0 else study_day(one.offset)}"
    return day if one.point == day else f"{one.point} ({day})"


@frozen
class _Dose:
    """Everything planned of one give in one arm: `days` are offsets from day 1, None when the protocol does not fix
    them."""

    what: str
    label: str
    arm: str
    days: tuple[int, ...] | None
    words: str
    permitted: bool


class _Doses:
    """What each arm is given, with the days where the protocol fixes them."""

    def __init__(self, protocol: Protocol, words: TreatmentWords) -> None:
        self._plan = protocol.schedule
        self._words = words
        self._regimens = {regimen.name: regimen for regimen in protocol.schedule.regimens}

    def __iter__(self) -> Iterator[_Dose]:
        for arm in self._plan.arms:
            for origin, parts in self._clocks(arm):
                for placed in arm_gives(parts, self._regimens):
                    yield self._dose(arm, placed, origin)

    def _clocks(self, arm: Arm) -> Iterator[tuple[int | None, tuple[Give | CycleBlock | Follow, ...]]]:
        """The parts of an arm by the day their clock begins: an epoch's for what is given in it, else day 1."""
        own = tuple(part for part in arm.parts if not (isinstance(part, Follow) and part.cell))
        yield 0, own
        for part in arm.parts:
            if isinstance(part, Follow) and part.cell:
                yield self._epoch_start(part.cell), (part,)

    def _epoch_start(self, name: str) -> int | None:
        starts = {
            one.name: offset for one, offset in zip(self._plan.epochs, epoch_offsets(self._plan), strict=True)
        }
        return starts.get(name)

    def _dose(self, arm: Arm, placed: Placed, origin: int | None) -> _Dose:
        give = placed.give
        days = None if origin is None or placed.after else _planned(give, placed.cycles)
        said = "; then ".join(step_words(step, give, self._words) for step in give.steps)
        where = f" in cycles of {length(placed.cycles.length)}" if placed.cycles else ""
        where += f", after {placed.after}" if placed.after else ""
        where += f", for {give.purpose}" if give.purpose else ""
        return _Dose(
            give.what,
            self._words.label(give.what),
            arm.label,
            None if days is None else tuple((origin or 0) + day - 1 for day in days),
            f"{said}{where}".strip(", "),
            give.permitted,
        )


def _planned(give: Give, cycles: CycleBlock | None) -> tuple[int, ...] | None:
    """Days of the give's clock, the first being 1; None as soon as one step has none that are fixed."""
    if cycles is not None:
        if len(give.steps) != 1 or cycles.until is not None:
            return None
        return cycle_days(give.steps[0], cycles.length, cycles.count) or None
    found: list[int] = []
    for step, start in zip(give.steps, step_starts(give.steps), strict=True):
        days = planned_days(step)
        if start is None or not days:
            return None
        found += [start + day - 1 for day in days]
    return tuple(found)


def _treated(
    shown: tuple[Encounter, ...], columns: tuple[Column, ...], doses: tuple[_Dose, ...], notes: _Footnotes
) -> Iterator[ActivityRow]:
    arms = list(dict.fromkeys(one.arm for one in doses))
    for what in dict.fromkeys(one.what for one in doses):
        mine = [one for one in doses if one.what == what]
        letters: list[str] = []
        for words in dict.fromkeys((one.words, one.permitted) for one in mine):
            given = [one.arm for one in mine if (one.words, one.permitted) == words]
            who = "" if set(given) == set(arms) or len(arms) == 1 else f"{series(given)}: "
            permitted = "permitted, " if words[1] else ""
            letters.append(notes.letter(f"{who}{permitted}{words[0] or 'as the protocol says'}"))
        marks = _marks(shown, mine)
        by_arm = _by_arm(shown, columns, mine)
        if by_arm:
            letters.append(notes.letter(by_arm))
        elsewhere = sorted({day for one in mine for day in one.days or ()} - {one.offset for one in shown})
        if any(marks) and elsewhere:
            letters.append(
                notes.letter(f"Also between visits: {_days_words([study_day(day) for day in elsewhere])}")
            )
        elif not any(marks):
            letters.append(notes.letter("Not planned on the day of a visit"))
        yield ActivityRow(mine[0].label, marks, tuple(sorted(letters, key=lambda one: (len(one), one))))


def _days_words(days: list[int]) -> str:
    """`day 8`, `days 8, 22`, `days 2 to 27, 44 to 69`: whole stretches by their ends."""
    stretches: list[list[int]] = []
    for day in days:
        if stretches and day - stretches[-1][-1] == 1:
            stretches[-1].append(day)
        else:
            stretches.append([day])
    words = [
        span_of_days(stretch, len(stretch)) if len(stretch) < 3 else f"{stretch[0]} to {stretch[-1]}"
        for stretch in stretches
    ]
    if len(words) > MOST_STRETCHES:
        words = [*words[: MOST_STRETCHES - 2], "…", words[-1]]
    return f"{'day' if len(days) == 1 else 'days'} {', '.join(words)}"


def _by_arm(shown: tuple[Encounter, ...], columns: tuple[Column, ...], doses: list[_Dose]) -> str:
    """Which arm is given it where, when the arms differ: "Active then placebo: Period 1; …"; else empty."""
    marked: dict[tuple[bool, ...], list[str]] = {}
    for arm in dict.fromkeys(one.arm for one in doses):
        marked.setdefault(_marks(shown, (one for one in doses if one.arm == arm)), []).append(arm)
    if len(marked) < 2:
        return ""
    told = []
    for marks, arms in marked.items():
        at = [column for column, mark in zip(columns, marks, strict=True) if mark]
        whole = all(column.epoch for column in at)
        places = series(column.epoch if whole else column.label for column in at) if at else "not at a visit"
        told.append(f"{series(arms)}: {places}")
    return "; ".join(told)


def _marks(shown: tuple[Encounter, ...], doses: Iterable[_Dose]) -> tuple[bool, ...]:
    days = {day for one in doses for day in one.days or ()}
    return tuple(one.offset is not None and one.offset in days for one in shown)


def _assessed(
    protocol: Protocol,
    shown: tuple[Encounter, ...],
    doses: tuple[_Dose, ...],
    notes: _Footnotes,
    words: TreatmentWords,
) -> Iterator[ActivityRow]:
    facts = {fact.name: sentence(fact.label) for fact in protocol.facts}
    rows: dict[str, ActivityRow] = {}

    def add(what: str, marks: tuple[bool, ...], letters: tuple[str, ...] = ()) -> None:
        row = rows.get(what) or ActivityRow(facts.get(what) or title_of(what), (False,) * len(shown))
        both = tuple(old or new for old, new in zip(row.marks, marks, strict=True))
        rows[what] = evolve(row, marks=both, notes=tuple(dict.fromkeys((*row.notes, *letters))))

    for one in protocol.schedule.assessments:
        for place in one.at:
            around = place.startswith(("before ", "after "))
            name = place.partition("each ")[2] if around else place.removeprefix("each ")
            at = (
                _marks(shown, (dose for dose in doses if dose.what == name))
                if around
                else tuple(encounter.name == name for encounter in shown)
            )
            said = (
                (notes.letter(f"{sentence(place.partition(' ')[0])} each {words.inside(name)}"),)
                if around
                else ()
            )
            for what in one.what:
                add(what, at, said)
    for timeline in protocol.schedule.timelines:
        at = _marks(shown, (dose for dose in doses if dose.what == timeline.around))
        for what, times in timeline.what:
            moments = series(_moment(time) for time in times)
            add(what, at, (notes.letter(f"{sentence(moments)} each {words.inside(timeline.around)}"),))
    yield from rows.values()


def _moment(offset: Duration) -> str:
    return "at" if offset.count == 0 else f"{length(offset)} {'before' if offset.count < 0 else 'after'}"
