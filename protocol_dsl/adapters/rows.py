"""Tables of text: CSV with a header, each row checked against it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import BinaryIO

from attrs import frozen

from protocol_dsl.adapters.incoming import BadPatient, BadPatients, Skip, Watch, stop, unwatched
from protocol_dsl.adapters.lines import text_lines

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_FIELD = "check that the quotes pair up"


@frozen
class Row:
    """One row: the line it starts on, and its cells by column, blanks round them removed."""

    line: int
    cells: dict[str, str]


class Table:
    """An open table: its columns, then its rows, once."""

    def __init__(self, stream: BinaryIO, name: str, delimiter: str = ",", watch: Watch = unwatched) -> None:
        """Read the header. Raises BadPatients."""
        self.name = name
        self.delimiter = delimiter
        self._reader = csv.reader(text_lines(stream, name, watch), delimiter=delimiter, strict=True)
        self.columns = self._header()

    def __iter__(self) -> Iterator[Row]:
        """The rows that are not blank. Raises BadPatients for one that does not fit the header."""
        return self.rows(stop)

    def rows(self, skip: Skip) -> Iterator[Row]:
        """The rows that are not blank and fit the header; `skip` is told of others. Raises BadPatients where none that
        follow can be read."""
        width = len(self.columns)
        while True:
            line = self._reader.line_num + 1
            try:
                cells = self._next()
            except BadPatient as error:
                skip(error)
                continue
            if cells is None:
                return
            if cells and len(cells) != width:
                skip(self._ragged(line, cells))
            elif cells:
                yield Row(line, dict(zip(self.columns, map(str.strip, cells), strict=True)))

    def place(self, line: int) -> str:
        """A row's place as messages name it."""
        return f"{self.name}:{line}"

    def need(self, column: str) -> str:
        """`column`, which must be there. Raises BadPatients."""
        if column in self.columns:
            return column
        near = get_close_matches(column, self.columns, 1)
        fix = f"did you mean `{near[0]}`?" if near else f"its columns are {_listed(self.columns)}"
        raise BadPatients(self.place(1), f"there is no column `{column}`", fix)

    def _header(self) -> tuple[str, ...]:
        columns = self._next()
        while columns is not None and not columns:
            columns = self._next()
        if columns is None:
            raise BadPatients(self.name, "it is empty", "begin with a line that names the columns")
        names = tuple(column.strip() for column in columns)
        self._refuse_delimiter(names)
        for position, name in enumerate(names):
            if not name:
                raise BadPatients(self.place(1), f"column {position + 1} has no name", "name every column")
            if name in names[:position]:
                reason = f"two columns are named `{name}`"
                raise BadPatients(self.place(1), reason, "give every column a name of its own")
        return names

    def _refuse_delimiter(self, names: Sequence[str]) -> None:
        if len(names) > 1:
            return
        for other, word in DELIMITERS.items():
            if other in names[0] and other != self.delimiter:
                reason = f"its columns seem to be parted by {word}, not by {DELIMITERS[self.delimiter]}"
                fix = (
                    f"say so with `--delimiter {other if other != chr(9) else 'tab'}`, or save it with commas"
                )
                raise BadPatients(self.place(1), reason, fix)

    def _next(self) -> list[str] | None:
        try:
            return next(self._reader, None)
        except csv.Error as error:
            line = self._reader.line_num
            if "field larger" in str(error):
                reason = f"a cell is longer than {csv.field_size_limit()} characters"
                raise BadPatients(self.place(line), reason, _FIELD) from None
            if "unexpected end" in str(error):
                raise BadPatients(self.place(line), "a quoted cell is not closed", _FIELD) from None
            raise BadPatient(self.place(line), _plain(error), _FIELD) from None

    def _ragged(self, line: int, cells: Sequence[str]) -> BadPatient:
        reason = f"the row has {len(cells)} cells, the header {len(self.columns)}"
        fix = "put cells that hold a comma in double quotes, and write every empty cell"
        return BadPatient(self.place(line), reason, fix)


def _plain(error: csv.Error) -> str:
    return f"it is no CSV ({str(error).replace(chr(39), '`')})"


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(f"`{column[:40]}`" for column in columns[:12])
    return shown + (", …" if len(columns) > 12 else "")
