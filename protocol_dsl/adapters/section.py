"""One table of a TOML file, read by what is asked of it: what nobody asked for is a mistake."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from protocol_dsl.adapters.incoming import BadPatients


class Section:
    """One table: `place` is its file, `path` the name it stands under."""

    def __init__(self, entries: Mapping[str, Any], place: str, path: str) -> None:
        self._entries = entries
        self._place = place
        self._path = path
        self._asked: list[str] = []

    def fault(self, reason: str, fix: str) -> BadPatients:
        """A mistake in this table."""
        inside = f"in `{self._path}`, " if self._path else ""
        return BadPatients(self._place, inside + reason, fix)

    @property
    def names(self) -> tuple[str, ...]:
        """Every key."""
        return tuple(self._entries)

    def has(self, key: str) -> bool:
        """Whether a key is there."""
        self._asked.append(key)
        return key in self._entries

    def is_text(self, key: str) -> bool:
        """Whether a key holds a text."""
        return isinstance(self._entries.get(key), str)

    def text(self, key: str) -> str | None:
        """The text under a key, None when it is absent."""
        if not self.has(key):
            return None
        value = self._entries[key]
        if hasattr(value, "isoformat"):  # TOML writes dates without quotes
            return str(value.isoformat())
        if not isinstance(value, str):
            raise self.fault(f"`{key}` is no text", f'write it in quotes, as in `{key} = "…"`')
        return value

    def needed(self, key: str) -> str:
        """The text under a key that must be there."""
        found = self.text(key)
        if not found:
            near = get_close_matches(key, self._entries, 1)
            fix = f"did you mean `{key}` by `{near[0]}`?" if near else f'add it, as in `{key} = "…"`'
            raise self.fault(f"`{key}` is missing", fix)
        return found

    def truth(self, key: str) -> bool:
        """Yes or no; no when absent."""
        value = self._entries.get(key, False)
        self._asked.append(key)
        if not isinstance(value, bool):
            raise self.fault(f"`{key}` is neither true nor false", f"write `{key} = true`")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        value = self._entries.get(key, [])
        self._asked.append(key)
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise self.fault(f"`{key}` is no list of texts", f'write it as in `{key} = ["pH"]`')
        return tuple(value)

    def texts(self, key: str) -> dict[str, str]:
        """A table of texts; empty when absent."""
        table = self.table(key, optional=True)
        return {name: table.text(name) or "" for name in table.names}

    def table(self, key: str, optional: bool = False) -> Section:
        """The table under a key."""
        value = self._entries.get(key, {} if optional else None)
        self._asked.append(key)
        path = f"{self._path}.{key}" if self._path else key
        if value is None:
            raise self.fault(f"`[{path}]` is missing", "add the table; the map needs it")
        if not isinstance(value, dict):
            raise self.fault(f"`{key}` is no table", f"write it as a table `[{path}]`")
        return Section(value, self._place, path)

    def tables(self, key: str) -> tuple[Section, ...]:
        """The tables under a key, each headed `[[key]]`."""
        value = self._entries.get(key, [])
        self._asked.append(key)
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            raise self.fault(f"`{key}` is no list of tables", f"head each one `[[{key}]]`")
        return tuple(Section(table, self._place, f"{key} {n}") for n, table in enumerate(value, 1))

    def finish(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._entries:
            if key not in self._asked:
                near = get_close_matches(key, self._asked, 1)
                known = ", ".join(f"`{name}`" for name in self._asked)
                fix = f"did you mean `{near[0]}`?" if near else f"the keys are {known}"
                raise self.fault(f"there is no key `{key[:60]}`", fix)
