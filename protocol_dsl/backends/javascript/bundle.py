"""The runtime of generated JavaScript: its files as one text, in an order in which each stands after what it uses."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

FILES = (
    "calendar", "numbers", "windows", "repeats", "series", "events",
    "phrases", "logic", "evidence", "openings", "telling", "reading", "judging",
)  # fmt: skip
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|function|class|let)", re.MULTILINE)
_DECLARED = re.compile(r"^(?:const|function|class|let) ([\w$]+)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(?://|/\*\*|\*(?: |/)).*\n", re.MULTILINE)


@cache
def runtime() -> str:
    """All files of the runtime, without their imports and exports."""
    return "\n".join(_folded(name) for name in FILES)


@cache
def runtime_names() -> tuple[str, ...]:
    """What the runtime declares: no function of a protocol's own may be named so."""
    return tuple(_DECLARED.findall(runtime()))


def without_comments(text: str) -> str:
    """Code without the lines that are comments, as a page carries it; for code with no comment beside code."""
    return re.sub(r"\n{2,}", "\n", _COMMENT.sub("", text))


def _folded(name: str) -> str:
    text = files("protocol_dsl.backends.javascript").joinpath("runtime", f"{name}.js").read_text("utf-8")
    return _EXPORT.sub("", _IMPORT.sub("", text)).strip() + "\n"
