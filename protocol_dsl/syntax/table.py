"""The parser's table: built from the grammar, or read as it was built when the package was installed.

Building takes most of a second, reading a twentieth of one. A table is read only when its seal fits; otherwise it
is as if it were not there. This module stands alone, since the build hook runs it before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from lark import Lark, Token

_HERE = Path(__file__)
PREBUILT = _HERE.with_name("trial.table")
"""Where the build hook puts the table: inside the package, and nowhere else is one looked for."""


class _WholeWords:
    """Has the lexer look for a name everywhere: so `requires` is one word, and never `require` and `s`."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens as they come."""
        return stream


def parser(grammar: str, sealed: bytes | None, **attached: object) -> Lark:
    """A parser of the grammar with `transformer`, `lexer_callbacks` attached; by the sealed table if it fits."""
    from lark import Lark  # noqa: PLC0415 - an import of a tenth of a second that `--help` does without

    table = _opened(grammar, sealed)
    if table is None:
        return Lark(grammar, **_OPTIONS, postlex=_WholeWords(), **attached)
    load: Callable[..., Lark] = Lark._load_from_dict  # as lark's own stand-alone parsers do
    return load(**_unpacked(table), postlex=_WholeWords(), **attached)


def sealed(grammar: str) -> bytes:
    """The table of a grammar as text, under a first line that seals it with all that it was made from."""
    built = parser(grammar, None)
    from lark.grammar import Rule  # noqa: PLC0415 - as above
    from lark.lexer import TerminalDef  # noqa: PLC0415

    data, memo = built.memo_serialize([TerminalDef, Rule])
    data["options"] = {name: data["options"][name] for name in data["options"] if name not in _ATTACHED}
    body = json.dumps(_packed(data, memo), separators=(",", ":")).encode()
    return _seal(grammar, body) + b"\n" + body


def prebuilt() -> bytes | None:
    """The table that lies in the package, None where there is none."""
    try:
        return PREBUILT.read_bytes()
    except OSError:
        return None


def grammar() -> str:
    """The grammar as packed into the wheel, or as it lies in a checkout."""
    packed = _HERE.with_name("trial.lark")
    path = packed if packed.is_file() else _HERE.parents[2] / "grammar" / "trial.lark"
    return path.read_text("utf-8")


_OPTIONS: Mapping[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "maybe_placeholders": True,
    "keep_all_tokens": True,
}
_ATTACHED = frozenset({"transformer", "postlex", "lexer_callbacks"})


def _seal(grammar: str, body: bytes) -> bytes:
    """A digest of lark's version, of this module (the options, and how a table is written), grammar and table."""
    import lark  # noqa: PLC0415 - as above

    parts = lark.__version__.encode(), _HERE.read_bytes(), grammar.encode(), body
    each = b"".join(hashlib.sha256(part).digest() for part in parts)
    return hashlib.sha256(each).hexdigest().encode()


def _opened(grammar: str, sealed: bytes | None) -> dict[str, Any] | None:
    """The table under the seal; None if it is stale, cut short or damaged in any way."""
    seal, _, body = (sealed or b"").partition(b"\n")
    try:
        fits = seal == _seal(grammar, body)
    except OSError:  # an installation without sources
        return None
    opened: dict[str, Any] | None = json.loads(body) if fits else None
    return opened


def _packed(data: dict[str, Any], memo: dict[int, Any]) -> dict[str, Any]:
    """What lark would pickle, as JSON can hold it: lists for keys that are numbers, and numbers for actions.

    A state is `[token, action, token, action, …]`; an action is the state to go to, or `~rule` to reduce by.
    """
    table = data["parser"]["parser"]
    rows = {
        state: sorted(
            (table["tokens"][token], ~to["@"] if reduce else to) for token, (reduce, to) in row.items()
        )
        for state, row in table["states"].items()
    }
    tokens = {name: number for number, name in enumerate(sorted(table["tokens"].values()))}
    states = _reached(rows, table["start_states"]["start"])
    table["tokens"] = list(tokens)
    table["states"] = [
        [number for name, to in rows[state] for number in (tokens[name], states.get(to, to))]
        for state in states
    ]
    for ends in ("start_states", "end_states"):
        table[ends] = {start: states[state] for start, state in table[ends].items()}
    return {"data": data, "memo": [memo[number] for number in range(len(memo))]}


def _reached(rows: Mapping[int, list[tuple[str, int]]], start: int) -> dict[int, int]:
    """The states in the order they are reached, numbered: lark numbers them anew in every run."""
    queue, numbers = [start], {start: 0}
    for state in queue:
        for _, to in rows[state]:
            if to >= 0 and to not in numbers:
                numbers[to] = len(queue)
                queue.append(to)
    return numbers


def _unpacked(packed: dict[str, Any]) -> dict[str, Any]:
    table = packed["data"]["parser"]["parser"]
    rules = [(1, {"@": rule}) for rule in range(len(packed["memo"]))]
    states = {
        state: {
            token: (0, to) if to >= 0 else rules[~to] for token, to in zip(row[::2], row[1::2], strict=True)
        }
        for state, row in enumerate(table["states"])
    }
    table |= {"tokens": dict(enumerate(table["tokens"])), "states": states}
    return {"data": packed["data"], "memo": dict(enumerate(packed["memo"]))}
