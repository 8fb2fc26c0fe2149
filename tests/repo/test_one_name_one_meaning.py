"""Whatever a protocol's programs take of the runtime folds into one file: no public name has two meanings in it."""

from __future__ import annotations

from pathlib import Path

from protocol_dsl.backends.standalone import inlined

PACKAGE = Path(__file__).resolve().parents[2] / "protocol_dsl"


def test_the_whole_runtime_folds_into_one_module() -> None:
    modules = sorted((PACKAGE / "runtime").rglob("*.py"))
    names = [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in modules
        if path.name != "__init__.py"
    ]
    assert len(names) > 40
    text = "\n".join(['"""All of it."""', *(f"from {name} import everything" for name in names)])
    compile(inlined(text), "<all of the runtime>", "exec")
