"""`python -m benchmarks`: what can be measured."""

from __future__ import annotations

from importlib import import_module

NAMES = (
    "checker",
    "peers",
    "compile_time",
    "keystrokes",
    "start_up",
    "planning",
    "conformance",
    "populations",
    "fuzz",
    "layouts",
    "proof",
)

if __name__ == "__main__":
    for name in NAMES:
        module = import_module(f"benchmarks.{name}")
        first = (module.__doc__ or "").splitlines()[0]
        print(f"python -m benchmarks.{name:<14} {first}")
