"""Functions of one's own, named on the command line as `package.module:function`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module

from protocol_dsl.cli.exits import CouldNotRun
from protocol_dsl.diagnostics import suggest

_FORM = "write it as `package.module:function`"


def function_named(path: str, what: str) -> Callable[..., object]:
    """The function of that path, from the current folder or from what is installed; `what` it is given and returns.

    Raises:
        CouldNotRun: there is none, or its module cannot be imported.
    """
    module, _, name = path.partition(":")
    if not name or not all(part.isidentifier() for part in module.split(".")):
        raise CouldNotRun(f"`{path}` names no function", _FORM)
    found: object = _module(module)
    for part in name.split("."):
        if not hasattr(found, part):
            near = suggest(part, [one for one in dir(found) if not one.startswith("_")])
            raise CouldNotRun(
                f"`{module}` has no `{name}`", f"did you mean `{near[0]}`?" if near else "check the name"
            )
        found = getattr(found, part)
    if not callable(found):
        raise CouldNotRun(f"`{path}` is no function", f"name one that is given {what}")
    return found


def _module(name: str) -> object:
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name and f"{name}.".startswith(f"{error.name}."):
            raise CouldNotRun(
                f"there is no module `{error.name}`", "run this where it can be imported from, or install it"
            ) from None
        raise CouldNotRun(f"`{name}` needs the module `{error.name}`", "install it") from None
    except (Exception, SystemExit) as error:
        said = f"{type(error).__name__}: {error}".rstrip(": ")
        raise CouldNotRun(f"importing `{name}` raised {said}", "mend the module first") from None
