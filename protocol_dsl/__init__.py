"""The .trial compiler: one file as the truth of a clinical-trial protocol::

    from protocol_dsl import build, load
    protocol = load("protocols/nct02812121.trial")     # raises NotCompiled with every finding in its text
    for artifact in build(protocol):
        print(artifact.path)

`load` compiles a file, `check` gives every finding of a `SourceFile`, `read_source` reads one, `build` makes the
artifacts. Each is loaded when it is first asked for: generated checkers import `protocol_dsl.runtime` alone.
"""

from __future__ import annotations

from importlib import import_module

_DOOR = {
    "CheckResult": "pipeline",
    "NotCompiled": "pipeline",
    "build": "artifacts",
    "check": "pipeline",
    "load": "pipeline",
    "read_source": "source",
}


def __getattr__(name: str) -> object:
    """The public names, from the module each lives in."""
    if name in _DOOR:
        return getattr(import_module(f"protocol_dsl.{_DOOR[name]}"), name)
    raise AttributeError(f"module `protocol_dsl` has no `{name}`")


def __dir__() -> list[str]:
    return sorted(_DOOR)
