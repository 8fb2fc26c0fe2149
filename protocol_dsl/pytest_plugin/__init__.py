"""The pytest plugin: examples of .trial files as tests, with `--trial` or `trial_examples = true`.

pytest loads this in every run of whoever has the package installed, so the compiler is loaded with the first file.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from protocol_dsl.pytest_plugin.examples import TrialFile

_COVERAGE = "tell what of each condition the collected examples of .trial files show"
_WHAT = "run the examples of .trial files as tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option on the command line, and its like in the configuration."""
    group = parser.getgroup("trial", "clinical-trial protocols")
    group.addoption("--trial", action="store_true", help=_WHAT)
    group.addoption("--trial-coverage", action="store_true", help=_COVERAGE)
    parser.addini("trial_examples", f"{_WHAT} (default: false)", type="bool", default=False)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> TrialFile | None:
    """The collector of a .trial file, when examples are asked for or the file is named on the command line."""
    if file_path.suffix != ".trial" or not (_asked(parent.config) or parent.session.isinitpath(file_path)):
        return None
    from protocol_dsl.pytest_plugin.examples import TrialFile  # noqa: PLC0415 - loads the compiler

    collector: TrialFile = TrialFile.from_parent(parent, path=file_path)
    return collector


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What the examples that were run show of the criteria, when that is asked for."""
    if config.getoption("--trial-coverage"):
        from protocol_dsl.pytest_plugin.examples import covered  # noqa: PLC0415 - loads the compiler

        for title, lines in covered(config):
            terminalreporter.section(f"criteria covered: {title}")
            for line in lines:
                terminalreporter.line(line)


def _asked(config: pytest.Config) -> bool:
    return bool(config.getoption("--trial") or config.getini("trial_examples"))
