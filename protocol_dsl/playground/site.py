"""The files of the playground by their address, to be served or written to a folder."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Final

from attrs import frozen

from protocol_dsl.highlighting import words
from protocol_dsl.playground.packing import archive

PYODIDE: Final = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
"""The files of the npm package `pyodide` that a page loads."""


@frozen
class Site:
    """A page that begins with a protocol and patients; `pyodide` is the folder with the files of `PYODIDE`."""

    pyodide: Path
    protocol: str
    patients: str

    def files(self) -> dict[str, bytes]:
        """Every file by its address below the page's own."""
        page = files(__package__) / "page"
        own = {each.name: each.read_bytes() for each in page.iterdir() if each.is_file()}
        start = {"protocol": self.protocol, "patients": self.patients, "colours": colours()}
        return {
            **own,
            "start.json": json.dumps(start, ensure_ascii=False).encode(),
            "packages.zip": archive(),
            **{f"pyodide/{name}": (self.pyodide / name).read_bytes() for name in PYODIDE},
        }


def colours() -> list[list[str]]:
    """Class and regular expression, in the order in which they are tried at a place."""
    plain = [
        ["comment", r"#.*"],
        ["string", r'"""[^]*?(?:"""|(?![^]))'],
        ["string", words.STRING],
        ["number", words.DATE],
        ["number", words.NUMBER],
    ]
    return plain + [[name, words.pattern(name)] for name in words.CLASSES]
