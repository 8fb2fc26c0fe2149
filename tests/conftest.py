"""Options shared by all tests."""

from __future__ import annotations

import os

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` rewrites what golden tests compare with."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files (never in CI)")


@pytest.fixture(scope="session")
def update_golden(pytestconfig: pytest.Config) -> bool:
    """Whether golden files are to be rewritten; refused in CI, where they are what is tested."""
    wanted = bool(pytestconfig.getoption("--update-golden"))
    if wanted and os.environ.get("CI"):
        pytest.exit(
            "--update-golden is for a person at a desk: in CI the golden files are the test", returncode=2
        )
    return wanted
