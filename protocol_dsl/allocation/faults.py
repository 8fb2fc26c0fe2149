"""Why no allocation is made."""

from __future__ import annotations


class AllocationError(Exception):
    """The allocation asked for cannot be made: `reason`, and the `fix`."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__(f"{reason}; {fix}")
        self.reason = reason
        self.fix = fix


class Refused(AllocationError):  # noqa: N818 - says what became of the patient
    """This patient is not allocated: the protocol, or what is known of the patient, does not allow it."""
