"""The extension as it is installed: all its manifest names is inside, nothing else is, and its client loads."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

SOURCES = Path(__file__).parents[3] / "editors" / "vscode"
VSIX = Path(os.environ["VSIX"])

LOADED = """
const Module = require("node:module");
const load = Module._load;
const get = (of, name) => (name === "prototype" ? of.prototype : anything);
const anything = new Proxy(class {}, { get, apply: () => anything });
Module._load = (name, ...rest) => (name === "vscode" ? anything : load(name, ...rest));
const client = require(process.argv[1]);
process.stdout.write(Object.keys(client).sort().join(" "));
"""
"""Loads the client where `vscode` is a thing that has every name."""


def inside() -> dict[str, bytes]:
    with ZipFile(VSIX) as packed:
        names = (name for name in packed.namelist() if name.startswith("extension/"))
        return {name.removeprefix("extension/"): packed.read(name) for name in names}


def named(manifest: dict[str, object]) -> set[str]:
    """The files that a manifest names."""
    given = manifest["contributes"]
    assert isinstance(given, dict)
    paths = [manifest["main"], *(one["configuration"] for one in given["languages"])]
    paths += [one["path"] for kind in ("grammars", "snippets") for one in given[kind]]
    return {str(PurePosixPath(path)) for path in map(str, paths)}


def test_it_holds_what_its_manifest_names_and_nothing_else() -> None:
    files = inside()
    rest = {name for name in files if name.lower() not in ("package.json", "readme.md")}
    assert rest == named(json.loads(files["package.json"]))


def test_its_files_are_those_of_the_checkout() -> None:
    for name, data in inside().items():
        original = SOURCES / ("README.md" if name.lower() == "readme.md" else name)
        if name not in ("package.json", "dist/extension.js"):
            assert data == original.read_bytes(), name


def test_the_client_is_whole(tmp_path: Path) -> None:
    script = tmp_path / "extension.js"
    script.write_bytes(inside()["dist/extension.js"])
    ran = subprocess.run(["node", "-e", LOADED, str(script)], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.returncode) == ("activate deactivate", 0), ran.stderr[-2000:]
