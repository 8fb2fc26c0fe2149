"""The import rule and the sizes of the house, over the syntax trees of all modules."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from house import imports, modules, tree

RANKS = {
    "source": 0, "vocabulary": 0,
    "diagnostics": 1, "runtime": 1, "highlighting": 1,
    "syntax": 2, "ir": 2,
    "semantics": 3, "formatter": 3, "analysis": 3, "backends": 3,
    "lowering": 4, "adapters": 4, "testing": 4, "allocation": 4, "registry": 4,
    "catalog": 5, "pipeline": 5, "artifacts": 5, "populations": 5,
    "lsp": 6, "pytest_plugin": 6, "playground": 6,
    "cli": 7,
}  # fmt: skip
STRANGERS = {
    "formatter": {"ir"}, "analysis": {"syntax", "semantics"}, "backends": {"syntax", "semantics"},
}  # fmt: skip
"""Units of a lower rank that a unit knows nothing of all the same."""

SHARED_BY_BACKENDS = {
    "base", "names", "writer", "standalone", "prose", "encounters", "bounds", "spans", "filtering", "evidence",
    "columnwise", "frame", "judging", "tables", "attrition",
}  # fmt: skip

OWNERS = {
    "attrs": {"vocabulary", "source", "diagnostics", "syntax", "ir", "semantics", "formatter", "analysis", "backends",
              "lowering", "adapters", "testing", "allocation", "populations", "registry", "catalog", "pipeline", "cli",
              "lsp", "playground"},
    "lark": {"syntax"},
    "ucumvert": {"vocabulary"},
    "jinja2": {"backends"},
    "markupsafe": {"backends"},
    "typst": {"backends"},
    "docx": {"backends"},
    "hypothesis": {"testing", "backends"},
    "pytest": {"pytest_plugin"},
    "sqlglot": {"backends"},
    "polars": {"backends"},
    "pyarrow": {"populations"},
    "duckdb": {"populations"},
    "psycopg": {"populations"},
    "pyspark": {"populations"},
    "click": {"cli"},
    "rich": {"cli"},
    "pygments": {"highlighting"},
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
}  # fmt: skip
"""Third parties, and the units that may import them. The runtime and what it rests on are not among them."""

LAZY = {
    "rich", "hypothesis", "jinja2", "markupsafe", "lark", "ucumvert", "sqlglot", "polars", "pyarrow",
    "duckdb", "psycopg", "pyspark", "pytest", "typst", "docx",
}  # fmt: skip
"""Third parties that are slow to load: their owner may import them, and its own modules that do, in a function."""

LONGEST_MODULE = 500
LONGEST_FUNCTION = 60


def unit(module: str) -> str:
    """The unit a module belongs to: `ir` for `protocol_dsl.ir.walk`."""
    return module.split(".")[1] if "." in module else ""


def own_imports() -> list[tuple[str, str, str]]:
    """(importing module, imported module, place) for every import inside the package."""
    return [
        (module, target, f"{path.name}:{line}")
        for module, path in modules().items()
        for target, line in imports(path)
        if target.split(".")[0] == "protocol_dsl"
    ]


def test_every_unit_has_a_rank() -> None:
    units = {unit(module) for module in modules()} - {""}
    assert units <= RANKS.keys(), f"give these a rank: {units - RANKS.keys()}"


def test_imports_go_down() -> None:
    wrong = [
        f"{module} imports {target} ({place})"
        for module, target, place in own_imports()
        if unit(module) not in {"", unit(target)} and RANKS[unit(module)] <= RANKS.get(unit(target), 9)
    ]
    assert not wrong, "\n".join(wrong)


def test_strangers_stay_strangers() -> None:
    wrong = [
        f"{module} imports {target} ({place})"
        for module, target, place in own_imports()
        if unit(target) in STRANGERS.get(unit(module), ())
    ]
    assert not wrong, "\n".join(wrong)


def test_the_package_door_loads_nothing() -> None:
    # `trialc --help` and generated checkers pass through it.
    door = modules()["protocol_dsl"]
    assert {name.split(".")[0] for name, _ in imports(door)} <= {"__future__", "importlib"}


def test_back_ends_are_strangers() -> None:
    wrong = []
    for module, target, place in own_imports():
        ours, theirs = module.split(".")[2:3], target.split(".")[2:3]
        both = unit(module) == unit(target) == "backends" and ours and theirs
        if both and ours != theirs and theirs[0] not in SHARED_BY_BACKENDS:
            wrong.append(f"{module} imports {target} ({place})")
    assert not wrong, "\n".join(wrong)


def test_each_third_party_has_its_owner() -> None:
    wrong = []
    for module, path in modules().items():
        for target, line in imports(path):
            name = target.split(".")[0]
            known = name in sys.stdlib_module_names or name == "protocol_dsl"
            if not known and unit(module) not in OWNERS.get(name, ()):
                wrong.append(f"{path.name}:{line}: {unit(module)} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_the_runtime_is_standard_library_alone() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, path in modules().items()
        if unit(module) == "runtime" or module == "protocol_dsl.vocabulary.calendar"
        for target, _ in imports(path)
        if target.split(".")[0] not in sys.stdlib_module_names
        and unit(target) != "runtime"
        and target != "protocol_dsl.vocabulary.calendar"
    ]
    assert not wrong, "\n".join(wrong)


def test_imports_stand_at_the_top() -> None:
    wrong = []
    for path in modules().values():
        for function in functions(path):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    names = (
                        [node.module or ""]
                        if isinstance(node, ast.ImportFrom)
                        else [a.name for a in node.names]
                    )
                    if not all(slow(name) for name in names):
                        wrong.append(f"{path}:{node.lineno}: {function.name} imports {', '.join(names)}")
    assert not wrong, "\n".join(wrong)


def slow(name: str) -> bool:
    """Whether an import loads a slow third party: it is one, or a package of ours that imports one, or a module of ours
    that imports such a package."""
    return _loads(name) or any(_loads(target) for path in _inside(name) for target, _ in imports(path))


def _loads(name: str) -> bool:
    if name.split(".", maxsplit=1)[0] in LAZY:
        return True
    return any(target.split(".")[0] in LAZY for path in _inside(name) for target, _ in imports(path))


def _inside(name: str) -> list[Path]:
    return [path for module, path in modules().items() if f"{module}.".startswith(f"{name}.")]


def test_modules_and_functions_are_short() -> None:
    wrong = []
    for path in modules().values():
        lines = path.read_text(encoding="utf-8").count("\n")
        if lines > LONGEST_MODULE:
            wrong.append(f"{path}: {lines} lines, at most {LONGEST_MODULE}")
        for function in functions(path):
            length = (function.end_lineno or 0) - function.lineno + 1
            if length > LONGEST_FUNCTION:
                wrong.append(
                    f"{path}:{function.lineno}: {function.name} has {length} lines, at most {LONGEST_FUNCTION}"
                )
    assert not wrong, "\n".join(wrong)


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file."""
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_no_module_is_named_for_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "core", "manager", "misc"}
    assert not [module for module in modules() if vague & set(module.split("."))]
