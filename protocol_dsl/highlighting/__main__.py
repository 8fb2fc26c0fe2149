"""Writes the files that editors read: `python -m protocol_dsl.highlighting`, in a checkout."""

from __future__ import annotations

from pathlib import Path

from protocol_dsl.highlighting.textmate import textmate, vim

EDITORS = Path(__file__).resolve().parents[2] / "editors"
FILES = {
    EDITORS / "vscode" / "syntaxes" / "trial.tmLanguage.json": textmate,
    EDITORS / "vim" / "syntax" / "trial.vim": vim,
}

if __name__ == "__main__":
    for path, made in FILES.items():
        path.write_text(made(), "utf-8")
