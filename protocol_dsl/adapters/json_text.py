"""JSON read value by value from a stream, of which only a piece is held."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from protocol_dsl.adapters.incoming import BadPatient, BadPatients

LARGEST_VALUE = 16_000_000
"""Characters of the largest single patient or resource that is read."""

_BLANK = re.compile(r"[ \t\r\n]*")
_NEXT_LINE = re.compile(r"\n(?=[^\s}\],])")
_PIECE = 65_536
_JSON_ERRORS = {
    "Expecting value": "a value is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes belongs here",
    "Expecting ':' delimiter": "a colon belongs here",
    "Expecting ',' delimiter": "a comma belongs here",
    "Unterminated string starting at": "a text is not closed",
    "Invalid control character at": "a text holds a line end or another control character",
    "Invalid \\escape": "a text holds an unknown escape",
    "Invalid \\uXXXX escape": "a text holds a malformed `\\u` escape",
    "Illegal trailing comma before end of object": "nothing follows the comma",
    "Illegal trailing comma before end of array": "nothing follows the comma",
}


class JsonText:
    """The text still to be read, of which only a piece is held."""

    def __init__(self, pieces: Iterator[str], name: str, what: str = "patient") -> None:
        """`what` one value is, as messages say it."""
        self._pieces = pieces
        self._what = what
        self._name = name
        self._held = ""
        self._at = 0
        self._line = 1
        self._left_of_held = 0
        self._ended = False
        self.broken = False
        """Whether the text itself could not be read on."""
        self._decoder = json.JSONDecoder(object_pairs_hook=_unrepeated)

    def peek(self) -> str:
        """The next character that is not blank, "" at the end."""
        while True:
            blank = _BLANK.match(self._held, self._at)
            self._advance(self._at if blank is None else blank.end())
            if self._at < len(self._held) or not self._more(1):
                return self._held[self._at : self._at + 1]

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; whoever asks takes the value after each."""
        self.take("{", "an object belongs here")
        while self.peek() != "}":
            key = self.value()
            if not isinstance(key, str):
                raise self.fault("a name in double quotes belongs here", "mend the JSON there")
            self.take(":", "a colon belongs here")
            self.peek()
            yield key
            if self.peek() != "}":
                self.take(",", "a comma or the closing brace of the object belongs here")
        self.take("}", "")

    def items(self) -> Iterator[None]:
        """A turn for each value of the array that comes next; whoever asks takes it."""
        self.take("[", "a bracket belongs here")
        while self.peek() != "]":
            yield
            if self.peek() != "]":
                self.take(",", "a comma or the closing bracket of the array belongs here")
        self.take("]", "")

    def take(self, character: str, otherwise: str) -> None:
        """Step over `character`, which must come next."""
        if self.peek() != character:
            raise self.fault(otherwise, "mend the JSON there")
        self._advance(self._at + 1)

    def value(self) -> Any:
        """The next JSON value. Raises BadPatient when it is one, and is stepped over, but cannot be used."""
        place = self.place()
        try:
            return self._decoded(self._decoder)
        except _Repeated as error:
            fix = "keep one of them; several values of a lab go in one list"
            fault = BadPatient(place, f"the key `{error}` stands twice in one object", fix)
        except ValueError:
            fault = BadPatient(place, "a number has too many digits", "check the value")
        self._decoded(_ANY_VALUE)
        raise fault

    def resume(self) -> None:
        """Go on after a fault, at the next line that is no continuation: neither indented nor a closing bracket."""
        while (found := _NEXT_LINE.search(self._held, self._at)) is None:
            self._advance(max(len(self._held) - 1, self._at))
            if not self._more(_PIECE):
                self._advance(len(self._held))
                return
        self._advance(found.end())

    def _decoded(self, decoder: json.JSONDecoder) -> Any:
        wanted = _PIECE
        while True:
            try:
                value, end = decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError as error:
                # A piece that was cut short fails at its very end, or with a text that is not closed.
                cut = error.pos >= len(self._held) - 16 or error.msg.startswith("Unterminated")
                fault = self._syntax(error)  # its place is told by what is held now
                if not cut or not self._more(wanted):
                    raise fault from None
                self._refuse_endless()
                wanted *= 2
            except RecursionError:
                raise self.fault("brackets are nested too deep", "flatten the record") from None
            else:
                self._advance(end)
                return value

    def place(self) -> str:
        """The file and the line of what comes next."""
        return f"{self._name}:{self._line}"

    def fault(self, reason: str, fix: str) -> BadPatients:
        """What is wrong with what comes next."""
        return BadPatients(self.place(), reason, fix)

    def _advance(self, end: int) -> None:
        self._line += self._held.count("\n", self._at, end)
        self._at = end

    def _more(self, wanted: int) -> bool:
        """Hold at least `wanted` characters more; False when nothing is left."""
        self._left_of_held = self._column(self._at) - 1
        self._held, self._at = self._held[self._at :], 0
        held, size = [self._held], 0
        while size < wanted and not self._ended:
            try:
                piece = next(self._pieces, None)
            except BadPatients:
                self.broken = True
                raise
            self._ended = piece is None
            held.append(piece or "")
            size += len(piece or "")
        self._held = "".join(held)
        return size > 0

    def _column(self, at: int) -> int:
        """The column, from 1, of a place in what is held."""
        line_end = self._held.rfind("\n", 0, at)
        return at - line_end if line_end >= 0 else self._left_of_held + at + 1

    def _refuse_endless(self) -> None:
        if len(self._held) - self._at > LARGEST_VALUE:
            limit = f"{LARGEST_VALUE // 1_000_000} MB"
            raise self.fault(f"one {self._what} is larger than {limit}", "check that its brackets close")

    def _syntax(self, error: json.JSONDecodeError) -> BadPatients:
        line = self._line + self._held.count("\n", self._at, error.pos)
        column = self._column(error.pos)
        reason = _JSON_ERRORS.get(error.msg, error.msg[:1].lower() + error.msg[1:])
        return BadPatients(f"{self._name}:{line}", f"it is no JSON at column {column}: {reason}", _MEND)


_MEND = "mend the JSON there; patients come as an array, or one object a line"


_ANY_VALUE = json.JSONDecoder(parse_int=str, parse_float=str)
"""Steps over what the reading decoder refuses."""


class _Repeated(Exception):  # noqa: N818 - says what is wrong
    """A key that stands twice."""


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    # The last of two would win in silence.
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Repeated(next(name for name in names if names.count(name) > 1)[:80])
    return found
