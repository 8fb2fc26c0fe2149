"""Entry point of `trialc`.

The front page is printed without click, which takes three times as long to load as Python to start.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

from protocol_dsl.cli.front import FRONT_PAGE


def main() -> None:
    """Run `trialc` with the arguments of the process, and exit."""
    arguments = sys.argv[1:]
    # A shell that completes a line asks without arguments.
    if arguments in ([], ["--help"], ["-h"]) and "_TRIALC_COMPLETE" not in os.environ:
        arguments = ["--help"]
        try:
            sys.stdout.write(FRONT_PAGE)
            sys.stdout.flush()
            return
        except (OSError, AttributeError):
            # A closed or broken output: the shell says so, or keeps silent.
            pass
    sys.exit(import_module("protocol_dsl.cli.shell").run(arguments))


if __name__ == "__main__":
    main()
