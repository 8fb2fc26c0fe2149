"""The site: `sphinx-build -W -b html docs build/site`."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "site"), str(HERE.parent)]  # the extension, and generated/ for its docstrings

project = "trialc"
copyright = "the trialc authors"  # noqa: A001 - Sphinx wants this name
version = release = installed("protocol-dsl")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton", "pages"]
exclude_patterns = ["build", "site"]

html_theme = "furo"
html_title = "trialc"
html_static_path = ["site/static"]
html_css_files = ["site.css"]

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
copybutton_selector = "div.highlight-sh pre, div.highlight-python pre, div.highlight-trial pre"

autodoc_member_order = "bysource"
default_role = "code"  # docstrings put names in single backticks
autodoc_typehints = "description"
