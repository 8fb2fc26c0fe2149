"""What the site adds to the pages: one for every code, and trees of pages from the lists that people read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from protocol_dsl import catalog
from protocol_dsl.diagnostics import Diagnostic, parse_page

if TYPE_CHECKING:
    from sphinx.application import Sphinx

STAGES = {
    "S": "Reading: how a file is written",
    "N": "Names: what is declared",
    "T": "Types, units and time",
    "R": "Rules: what a protocol should not say",
    "A": "Analysis: what the criteria come to",
}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / "codes"))
    app.connect("source-read", lambda _, name, text: listed(name, text))
    return {"parallel_read_safe": True}


def listed(name: str, text: list[str]) -> None:
    """Below a folder's README, the tree of the pages it links to: the list that people read is the only one."""
    if name.endswith("README"):
        pages = dict.fromkeys(re.findall(r"\]\((?!\.\.|http)([\w/-]+)\.md\)", text[0]))
        text[0] += "\n\n```{toctree}\n:hidden:\n\n" + "\n".join(pages) + "\n```\n"


def write(folder: Path) -> None:
    """All pages and their index, into `folder`; one that stands there already is left, and not built anew."""
    folder.mkdir(exist_ok=True)
    pages = {f"{cls.code}.md": page(cls) for cls in catalog.all_codes()} | {"index.md": index()}
    for stale in set(folder.glob("*.md")) - {folder / name for name in pages}:
        stale.unlink()
    for name, text in pages.items():
        file = folder / name
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")


def page(cls: type[Diagnostic]) -> str:
    sections = parse_page(cls)
    example = f"```trial\n{sections.example}\n```" if sections.example else ""
    parts = (
        f"# {cls.code} {words(cls)}",
        f"*{cls.severity}*",
        sections.what,
        *(("## Why it matters", sections.why) if sections.why else ()),
        *(("## Example", example) if example else ()),
        *(("## Cure", sections.cure) if sections.cure else ()),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def index() -> str:
    """The list by stage: the letter of a code."""
    parts = ["# Codes", "Every finding has a code. `trialc explain CODE` prints the page that stands here."]
    hidden = []
    for letter, stage in STAGES.items():
        classes = [cls for cls in catalog.all_codes() if cls.code.startswith(letter)]
        hidden += [cls.code for cls in classes]
        parts.append(f"## {stage}")
        parts.append("| code | | |\n| --- | --- | --- |\n" + "\n".join(map(row, classes)))
    parts.append("```{toctree}\n:hidden:\n\n" + "\n".join(hidden) + "\n```")
    return "\n\n".join(parts) + "\n"


def row(cls: type[Diagnostic]) -> str:
    first = parse_page(cls).what.split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
    return f"| [{cls.code}]({cls.code}.md) | {cls.severity} | {first} |"


def words(cls: type[Diagnostic]) -> str:
    return cls.name.replace("-", " ")
