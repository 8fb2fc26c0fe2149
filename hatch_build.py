"""Run while a wheel is built or the project is installed to work on: builds the parser's table beforehand."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_MODULE = Path("protocol_dsl", "syntax", "table.py")


class TableHook(BuildHookInterface):  # type: ignore[type-arg]
    """Writes `trial.table` beside the module that reads it. Without it, or when it is stale, the start is slower."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Raises what lark raises when the grammar is faulty: there is no package to be made of that."""
        # By its path, since nothing that the package rests on but lark is installed yet.
        spec = spec_from_file_location("table", Path(self.root, _MODULE))
        if spec is None or spec.loader is None:
            raise FileNotFoundError(f"`{_MODULE}` is missing")
        table = module_from_spec(spec)
        spec.loader.exec_module(table)
        made = table.sealed(table.grammar())
        try:
            table.PREBUILT.write_bytes(made)
        except OSError as error:
            self.app.display_warning(
                f"the parser's table could not be written, so starting takes longer: {error}"
            )
