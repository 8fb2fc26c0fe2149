"""The tutorial and the guides, done as a reader does them: files written, commands run, what they print compared.

A fenced block whose info string has `file=NAME` writes the file; `append` and `replace` change the one that stands.
`replace` puts each statement where one stands that begins with the same two words. A `console` block holds commands
and what they print; `--update-golden` writes that anew, to be read before it is kept.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from trialc import ROOT, trialc

DOCS = ROOT / "docs"
GUIDES = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("[!R]*.md"))]
BLOCK = re.compile(r"^```(\w+)[ \t]*([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PLAIN = re.compile(r"[\w./=:-]+")
"""An argument that needs no shell: with these alone, `trialc` runs in this process."""
KEY = re.compile(r'\s*(\w+ +(?:"[^"]*"|\w+))')


def test_there_are_guides() -> None:
    assert len(GUIDES) > 1


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_guide(guide: Path, tmp_path: Path, update_golden: bool) -> None:
    told = guide.read_text(encoding="utf-8")
    done = BLOCK.sub(lambda found: followed(found, tmp_path), told)
    if update_golden:
        guide.write_text(done, encoding="utf-8")
    assert done == told, "read the difference; --update-golden writes the guide anew"


def followed(block: re.Match[str], folder: Path) -> str:
    """The block as it should stand, after its file is written or its commands are run."""
    kind, about, text = block.groups()
    named = re.search(r"file=(\S+)", about)
    if named:
        write(folder / named[1], text, about)
    elif kind == "console":
        shown = "".join(f"$ {command}\n{printed(command, folder)}" for command in commands(text))
        return f"```console\n{shown}```"
    return block[0]


def write(file: Path, text: str, about: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    old = file.read_text(encoding="utf-8") if file.exists() else ""
    if about.endswith("replace"):
        text = replaced(old, text)
    elif about.endswith("append"):
        text = f"{old}\n{text}"
    file.write_text(text, encoding="utf-8")


def replaced(old: str, new: str) -> str:
    """The old text with each statement of the new one in the place of that which begins alike."""
    for statement in statements(new):
        key = KEY.match(statement)
        assert key, statement
        indent = re.match(" *", statement)[0]  # type: ignore[index]  # matches everything
        # Up to the next line that stands no deeper: the statement's own closing brace goes with it.
        pattern = rf"^{indent}{re.escape(key[1])}(?!\w)[^\n]*\n(?:{indent} [^\n]*\n|{indent}\}}\n)*"
        old, count = re.subn(pattern, lambda _: statement, old, count=1, flags=re.MULTILINE)  # noqa: B023
        assert count, f"nothing begins with `{key[1]}`"
    return old


def statements(text: str) -> list[str]:
    """The statements of a snippet, at whatever depth it stands."""
    depth = len(text) - len(text.lstrip(" "))
    return [
        each for each in re.split(rf"^(?={' ' * depth}[^\s}}])", text, flags=re.MULTILINE) if each.strip()
    ]


def commands(text: str) -> list[str]:
    """What stands behind each prompt; a line that ends in a backslash goes on."""
    return [found[2:] for found in re.findall(r"^\$ (?:.*\\\n)*.*$", text, re.MULTILINE)]


def printed(command: str, folder: Path) -> str:
    words = shlex.split(command.replace("\\\n", " "))
    if words[0] == "trialc" and all(map(PLAIN.fullmatch, words)):
        ran = trialc(*words[1:], cwd=folder)
        text = ran.out + ran.err
    else:
        text = shell(command, folder)
    # No one can see spaces at a line's end, and editors take them away.
    return "".join(f"{line.rstrip()}\n" for line in text.replace(str(folder), ".").splitlines())


def shell(command: str, folder: Path) -> str:
    """What a shell prints, with `trialc` and `python` those of this run."""
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "COLUMNS": "100",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=environment,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stdout, done.stdout
    return done.stdout
