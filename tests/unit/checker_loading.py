"""Generated checkers brought to life in tests."""

from __future__ import annotations

import sys
import types
from typing import Any

from protocol_dsl.backends.python import emit
from protocol_dsl.ir.protocol import Protocol


def load(protocol: Protocol, text: str | None = None) -> Any:
    """The checker of `protocol` as a module."""
    code = emit(protocol)[0].text if text is None else text
    module = types.ModuleType(f"checker_{id(protocol)}")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    exec(compile(code, "checker.py", "exec"), module.__dict__)
    return module
