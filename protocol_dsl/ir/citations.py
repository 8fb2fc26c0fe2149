"""Where a thing stands in the source."""

from __future__ import annotations

from attrs import field, frozen

from protocol_dsl.source import NOWHERE, Span


@frozen
class Citation:
    """A place in the source: the quoted `text`, or a `pointer` such as `inclusion 3` into the registry record, with the
    first digits of its sentence's hash (`digest`)."""

    text: str | None = None
    pointer: str | None = None
    digest: str | None = None
    span: Span = field(default=NOWHERE, eq=False, repr=False)

    @property
    def words(self) -> str:
        """The sentence, or where it stands when it is only pointed at."""
        return self.text or self.pointer or ""
