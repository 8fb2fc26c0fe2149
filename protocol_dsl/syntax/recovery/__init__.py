"""Reading a file that has faults: each is reported once, and all that is sound is kept.

The text is mended where single signs are wrong, split into items, and read as far as it goes; in an item that
does not read, the statement at fault is reported and blanked out, and the item is read again.
"""

from __future__ import annotations

from protocol_dsl.syntax.recovery.recover import Recovered, recover

__all__ = ["Recovered", "recover"]
