"""The audit record: everything needed to make an allocation again, and who decided what."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping

from protocol_dsl.allocation.design import METHODS, Design, ratio_text
from protocol_dsl.allocation.lists import Slot
from protocol_dsl.allocation.stream import ALGORITHM, VERSION
from protocol_dsl.ir.protocol import Protocol


def audit_record(protocol: Protocol, design: Design, seed: str, date: str | None = None) -> dict[str, object]:
    """What was decided, by whom, and with which algorithm. No clock is read: `date` is the one given."""
    record: dict[str, object] = {
        "protocol": protocol.header.id,
        "title": protocol.header.title,
        "source": protocol.source_name,
        "protocol_sha256": protocol.source_digest,
        "algorithm": ALGORITHM,
        "version": VERSION,
        "seed": seed,
        "arms": [{"name": name, "label": label} for name, label in design.arms],
        "ratio": ratio_text(design.ratio),
        "ratio_from": design.ratio_from,
        "method": METHODS[design.method],
        "method_from": design.method_from,
        "blocks": list(design.blocks),
        "blocks_from": design.blocks_from,
        "strata": [
            {"by": factor.name, "label": factor.label, "levels": [level.text for level in factor.levels]}
            for factor in design.factors
        ],
    }
    return record | ({} if date is None else {"date": date})


def with_list(
    record: dict[str, object], slots: tuple[Slot, ...], number: int, number_from: str
) -> dict[str, object]:
    """The record of a list: how many places were asked for, how many there are, and the SHA-256 of its CSV form."""
    digest = hashlib.sha256(list_csv(slots).encode("utf-8")).hexdigest()
    counted = {"number": number, "number_from": number_from, "rows": len(slots), "list_sha256": digest}
    return record | counted


LIST_COLUMNS = ("stratum", "position", "block", "block_size", "arm")


def list_csv(slots: Iterable[Slot]) -> str:
    """A list as CSV with the columns of `LIST_COLUMNS`, lines ended by a line feed."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(LIST_COLUMNS)
    for slot in slots:
        rows.writerow((slot.stratum, slot.position, slot.block or "", slot.size or "", slot.arm))
    return text.getvalue()


def slot_json(slot: Slot) -> dict[str, object]:
    """One place of a list as JSON; `block` and `block_size` are null where there are no blocks."""
    values = (slot.stratum, slot.position, slot.block or None, slot.size or None, slot.arm)
    return dict(zip(LIST_COLUMNS, values, strict=True))


def record_text(record: Mapping[str, object]) -> str:
    """The record for people, a line for each thing."""
    lines = []
    for name, value in record.items():
        words = _words(name, value)
        if words and not name.endswith("_from"):
            origin = record.get(f"{name}_from")
            lines.append(f"{name.replace('_', ' '):<16}  {words}{f'  ({origin})' if origin else ''}")
    return "\n".join(lines) + "\n"


def _words(name: str, value: object) -> str:
    if name == "arms" and isinstance(value, list):
        return ", ".join(f"{arm['name']} ({arm['label']})" for arm in value)
    if name == "strata" and isinstance(value, list):
        return "; ".join(f"{factor['by']}: {' | '.join(factor['levels'])}" for factor in value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
