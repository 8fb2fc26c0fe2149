"""Values that hang together by records: each row of a table is one way of recording them, and what they then are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from protocol_dsl.analysis.arithmetic import alike
from protocol_dsl.analysis.intervals import ALL
from protocol_dsl.analysis.state import BOUNDED, EXACT, FALSE, FIXED, KNOWN, MISSING, TRUE, Conflict, State


@frozen
class Mask:
    """A truth or choice: its bit."""

    bit: int


@frozen
class Held:
    """A set: the bits of its choices; None when unknown."""

    bits: int | None


@frozen
class Fixed:
    """A number: one double, a range, or (`flags` MISSING) nothing."""

    low: float
    high: float
    flags: int


@frozen
class Slot:
    """A number that the row leaves free; those of one slot are the same."""

    number: int


Cell = Mask | Held | Fixed | Slot


def by_likeness(rows: Sequence[Sequence[Cell]], first: int) -> list[int]:
    """The places of the rows, those most like row `first` before the others."""
    cells = rows[first]
    differing = [sum(one != other for one, other in zip(row, cells, strict=True)) for row in rows]
    return sorted(range(len(rows)), key=lambda place: (differing[place], place != first))


class Table:
    """`node` is a mask of rows, `parts` the leaves, `rows[r][p]` what row r makes of part p."""

    def __init__(self, node: int, parts: Sequence[int], rows: Sequence[Sequence[Cell]]) -> None:
        self.node = node
        self.parts = parts
        self.put(rows)

    def put(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Have these rows, the likeliest first."""
        self.rows = rows
        self._columns = [_column(row[place] for row in rows) for place in range(len(self.parts))]

    def revise(self, state: State) -> None:
        for part, column in zip(self.parts, self._columns, strict=True):
            rows = state.masks[self.node]
            kept, cells = 0, []
            for cell, mask in column.items():
                if rows & mask and fits(state, part, cell):
                    kept |= mask
                    cells.append(cell)
            state.narrow(self.node, kept)
            limit(state, part, cells)
        row = self._row(state)
        if row is not None:
            for one, other in self._shared(row):
                alike(state, one, other)

    def settled(self, state: State) -> bool:
        row = self._row(state)
        if row is None:
            return False
        parts = all(_is(state, part, cell) for part, cell in zip(self.parts, self.rows[row], strict=True))
        return parts and all(_same(state, one, other) for one, other in self._shared(row))

    def _row(self, state: State) -> int | None:
        rows = state.masks[self.node]
        return None if rows & (rows - 1) else rows.bit_length() - 1

    def _shared(self, row: int) -> Iterable[tuple[int, int]]:
        first: dict[int, int] = {}
        for part, cell in zip(self.parts, self.rows[row], strict=True):
            if isinstance(cell, Slot):
                if cell.number in first:
                    yield first[cell.number], part
                first.setdefault(cell.number, part)


def _column(cells: Iterable[Cell]) -> dict[Cell, int]:
    column: dict[Cell, int] = {}
    for row, cell in enumerate(cells):
        column[cell] = column.get(cell, 0) | 1 << row
    return column


def fits(state: State, part: int, cell: Cell) -> bool:
    """Whether a part can be what a cell says."""
    match cell:
        case Mask(bit):
            return bool(state.masks[part] & bit)
        case Held(None):
            return bool(state.flags[part] & MISSING)
        case Held(bits):
            assert bits is not None
            return (
                bool(state.flags[part] & EXACT)
                and not state.least[part] & ~bits
                and not bits & ~state.masks[part]
            )
        case Fixed(low, high, flags):
            if flags == MISSING:
                return bool(state.flags[part] & MISSING)
            if flags == FIXED:
                return bool(state.flags[part] & (BOUNDED | FIXED))
            return bool(state.flags[part] & EXACT) and state.lows[part] <= high and low <= state.highs[part]
        case Slot():
            return True


def limit(state: State, part: int, cells: Sequence[Cell]) -> None:
    """Leave a part no more than what some cell says."""
    first = cells[0]
    if isinstance(first, Mask):
        state.narrow(part, sum({cell.bit for cell in cells if isinstance(cell, Mask)}))
    elif isinstance(first, Held):
        _limit_set(state, part, [cell.bits for cell in cells if isinstance(cell, Held)])
    elif not any(isinstance(cell, Slot) for cell in cells):
        _limit_number(state, part, [cell for cell in cells if isinstance(cell, Fixed)])


def _limit_set(state: State, part: int, held: Sequence[int | None]) -> None:
    known = [bits for bits in held if bits is not None]
    flags = (EXACT if known else 0) | (MISSING if len(known) < len(held) else 0)
    state.narrow_number(part, ALL, flags)
    if flags == EXACT:
        least, most = known[0], 0
        for bits in known:
            least, most = least & bits, most | bits
        state.keep_in_set(part, least, most)


def _limit_number(state: State, part: int, cells: Sequence[Fixed]) -> None:
    flags = 0
    for cell in cells:
        flags |= BOUNDED | FIXED if cell.flags == FIXED else cell.flags
    known = [cell for cell in cells if cell.flags != MISSING]
    if not known:
        state.narrow_number(part, ALL, MISSING)
    elif len(cells) == 1 and cells[0].flags == FIXED:
        if state.flags[part] != FIXED:
            if not state.flags[part] & BOUNDED:
                raise Conflict
            state.lows[part], state.highs[part] = cells[0].low, cells[0].high
            state.flags[part] = FIXED
            state.wake(part)
    else:
        state.narrow_number(part, (min(cell.low for cell in known), max(cell.high for cell in known)), flags)


def _is(state: State, part: int, cell: Cell) -> bool:
    match cell:
        case Mask(bit):
            return state.masks[part] == bit
        case Held(None):
            return state.flags[part] == MISSING
        case Held(bits):
            return state.flags[part] == EXACT and state.least[part] == state.masks[part] == bits
        case Fixed(low, high, flags):
            return state.flags[part] == flags and (flags == MISSING or state.interval(part) == (low, high))
        case Slot():
            return True


def _same(state: State, one: int, other: int) -> bool:
    if state.flags[one] != state.flags[other]:
        return False
    return not state.flags[one] & KNOWN or state.interval(one) == state.interval(other)


class Follows:
    """Where `node` is true its one part is, and where the part is false it is: what meets the narrower window meets
    the wider one."""

    def __init__(self, node: int, part: int) -> None:
        self.node = node
        self.parts: Sequence[int] = (part,)

    def revise(self, state: State) -> None:
        node, part = self.node, self.parts[0]
        inner, outer = state.masks[node], state.masks[part]
        if inner == TRUE:
            state.narrow(part, TRUE)
        elif not inner & FALSE:
            state.narrow(part, ~FALSE)
        if outer == FALSE:
            state.narrow(node, FALSE)
        elif not outer & TRUE:
            state.narrow(node, ~TRUE)

    def settled(self, state: State) -> bool:
        inner, outer = state.masks[self.node], state.masks[self.parts[0]]
        return outer == TRUE or inner == FALSE or (inner & TRUE == 0 and outer & FALSE == 0)


class Contrary:
    """Where `node` is not false, neither is its one part."""

    def __init__(self, node: int, part: int) -> None:
        self.node = node
        self.parts: Sequence[int] = (part,)

    def revise(self, state: State) -> None:
        node, part = self.node, self.parts[0]
        if not state.masks[node] & FALSE:
            state.narrow(part, ~FALSE)
        if state.masks[part] == FALSE:
            state.narrow(node, FALSE)

    def settled(self, state: State) -> bool:
        return state.masks[self.node] == FALSE or not state.masks[self.parts[0]] & FALSE
