"""The compiler in a browser: a page, Pyodide, and the packages that the command line needs.

The page runs `trialc` itself, in a worker: what it shows is what the command prints. Nothing leaves the browser.
"""

from protocol_dsl.playground.site import PYODIDE, Site

__all__ = ["PYODIDE", "Site"]
