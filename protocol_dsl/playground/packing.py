"""The archive of Python packages that the page unpacks: those of this very installation, as far as they are Python."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from protocol_dsl.syntax.table import grammar, sealed

_PACKAGES = ("protocol_dsl", "attr", "attrs", "click", "jinja2", "lark", "markupsafe")
"""What `trialc` imports for one protocol, and what these import; all run without their compiled parts."""
_COMPILED = frozenset({".pyc", ".so", ".pyd", ".c"})


def archive() -> bytes:
    """A zip of the packages, each under its own name, of the unit tables and of what tells our version."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for package in _PACKAGES:
            for name, file in _files(package):
                zipped.write(file, name)
        for name, file in _files("ucumvert"):
            if name == "ucumvert/__init__.py" or file.suffix == ".xml":
                zipped.write(file, name)
        # An editable installation has these elsewhere, or not at all.
        _add(zipped, "protocol_dsl/syntax/trial.lark", grammar())
        _add(zipped, "protocol_dsl/syntax/trial.table", sealed(grammar()))
        about = f"Metadata-Version: 2.1\nName: protocol-dsl\nVersion: {version('protocol-dsl')}\n"
        _add(zipped, f"protocol_dsl-{version('protocol-dsl')}.dist-info/METADATA", about)
    return packed.getvalue()


def _add(zipped: zipfile.ZipFile, name: str, content: str | bytes) -> None:
    if name not in zipped.namelist():
        zipped.writestr(name, content)


def _files(package: str) -> Iterator[tuple[str, Path]]:
    """The files of an installed package that are not compiled, by name in the archive. Raises ModuleNotFoundError."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package `{package}` is not installed")
    root = Path(spec.submodule_search_locations[0])
    for file in sorted(root.rglob("*")):
        if file.is_file() and file.suffix not in _COMPILED and "__pycache__" not in file.parts:
            yield f"{package}/{file.relative_to(root).as_posix()}", file
