"""A generated module and all it imports of ours in one file, which runs on a bare interpreter.

Each module is taken over as it is written, comments and all, without its docstring and imports; imports of the
standard library are gathered at the top. A private name that two modules share gets its module's name in one; a public
one is refused, also where the standard library has it: whoever reads the file should find one meaning for it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from importlib.util import find_spec
from pathlib import Path

from attrs import field, frozen

PACKAGE = "protocol_dsl"


class NotSelfContainedError(Exception):
    """A module cannot be taken into one file: names the module and what stands in the way."""


@frozen
class Imports:
    """What the gathered code needs of the standard library."""

    modules: dict[str, None] = field(factory=dict)
    names: dict[str, dict[str, None]] = field(factory=dict)

    def bound(self) -> set[str]:
        """The names that the imports bind."""
        named = {name.rpartition(" as ")[2] for names in self.names.values() for name in names}
        return named | {name.partition(".")[0] for name in self.modules}

    def text(self) -> str:
        """The import statements, sorted."""
        lines = [f"import {name}" for name in sorted(self.modules)]
        lines += [
            f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(self.names.items())
        ]
        return "\n".join(lines)


def inlined(module: str) -> str:
    """`module` (the text of a generated module) with everything it imports of this package written into it.

    Raises NotSelfContainedError where two modules give one public name two meanings.
    """
    texts: dict[str, str] = {}
    _collect(module, texts)
    imports, taken, parts = Imports(), {}, []  # type: Imports, dict[str, str], list[str]
    for name, text in (*texts.items(), ("generated", module)):
        parts.append(_body(name, text, imports, taken))
    for name in imports.bound():
        if name in taken:
            raise NotSelfContainedError(f"`{name}` is defined by `{taken[name]}` and by the standard library")
    docstring = _docstring(module)
    head = f"{docstring}\n\nfrom __future__ import annotations\n\n{imports.text()}\n"
    return head + "".join(f"\n\n{part.strip(chr(10))}\n" for part in parts)


def _collect(text: str, texts: dict[str, str]) -> None:
    """The modules `text` rests on, each after those it rests on itself."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom) and _is_ours(node.module) and node.module not in texts:
            source = _source(str(node.module))
            _collect(source, texts)
            texts[str(node.module)] = source


def _source(module: str) -> str:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise NotSelfContainedError(f"`{module}` has no source to take over")
    return Path(spec.origin).read_text(encoding="utf-8")


def _is_ours(module: str | None) -> bool:
    return module is not None and module.split(".")[0] == PACKAGE


def _docstring(text: str) -> str:
    first = ast.parse(text).body[0]
    return "\n".join(text.split("\n")[: first.end_lineno])


def _body(module: str, text: str, imports: Imports, taken: dict[str, str]) -> str:
    """The code of one module without docstring and imports, its names put into `taken`."""
    tree = ast.parse(text)
    lines = text.split("\n")
    aliases: list[str] = []
    for index, node in enumerate(tree.body):
        docstring = index == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            aliases += _note_import(module, node, imports)
        elif not docstring:
            continue
        for line in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[line] = ""
    renamed = _renamed(module, tree, taken)
    code = "\n".join([*aliases, *lines])
    return _rename(code, renamed) if renamed else _fewer_blanks(code)


def _note_import(module: str, node: ast.Import | ast.ImportFrom, imports: Imports) -> list[str]:
    """Notes a standard import; gives assignments for names of ours that are imported under another name."""
    if isinstance(node, ast.Import):
        for name in node.names:
            if _is_ours(name.name) or name.asname:
                raise NotSelfContainedError(f"`{module}` imports `{name.name}` as a module")
            imports.modules[name.name] = None
        return []
    if _is_ours(node.module):
        return [f"{name.asname} = {name.name}" for name in node.names if name.asname]
    if node.module != "__future__":
        names = imports.names.setdefault(str(node.module), {})
        for name in node.names:
            names[f"{name.name} as {name.asname}" if name.asname else name.name] = None
    return []


def _renamed(module: str, tree: ast.Module, taken: dict[str, str]) -> dict[str, str]:
    """New names for the private names of `module` that are taken. Raises NotSelfContainedError for a public one."""
    renamed: dict[str, str] = {}
    own = module.rpartition(".")[2]
    for name in _defined(tree):
        if name in taken and not name.startswith("_"):
            raise NotSelfContainedError(f"`{name}` is defined by `{taken[name]}` and by `{module}`")
        if name in taken:
            renamed[name] = f"_{own}{name}"
        taken[renamed.get(name, name)] = module
    return renamed


def _defined(tree: ast.Module) -> list[str]:
    names: dict[str, None] = {}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names[node.name] = None
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                names.update({part.id: None for part in ast.walk(target) if isinstance(part, ast.Name)})
    return list(names)


def _rename(code: str, renamed: dict[str, str]) -> str:
    """Names replaced wherever they stand by themselves (not as an attribute)."""
    lines = code.split("\n")
    edits: list[tuple[int, int, str, str]] = []
    before = ""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.NAME and token.string in renamed and before != ".":
            edits.append((token.start[0] - 1, token.start[1], token.string, renamed[token.string]))
        elif token.type == tokenize.STRING and "f" in token.string.split('"')[0].split("'")[0].lower():
            edits += _inside_string(token, renamed)
        before = token.string
    for line, column, old, new in reversed(edits):
        lines[line] = lines[line][:column] + new + lines[line][column + len(old) :]
    return _fewer_blanks("\n".join(lines))


def _inside_string(token: tokenize.TokenInfo, renamed: dict[str, str]) -> list[tuple[int, int, str, str]]:
    """Names inside a formatted string, which is one token before Python 3.12."""
    edits = []
    for offset, line in enumerate(token.string.split("\n")):
        for found in re.finditer(r"(?<![\w.])_\w+", line):
            if found[0] in renamed:
                column = found.start() + (token.start[1] if offset == 0 else 0)
                edits.append((token.start[0] - 1 + offset, column, found[0], renamed[found[0]]))
    return edits


def _fewer_blanks(code: str) -> str:
    while "\n\n\n\n" in code:
        code = code.replace("\n\n\n\n", "\n\n\n")
    return code
