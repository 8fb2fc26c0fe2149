"""A screening part by part: the verdicts of each in a Parquet file of its own, and a ledger of those that are finished,
so that it can go on later."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from shutil import rmtree
from typing import Any, Literal, Protocol

from attrs import asdict, define, field, frozen

from protocol_dsl.adapters.incoming import BadPatients
from protocol_dsl.adapters.remarks import Remark, Remarks

LEDGER = "screening.json"
VERDICTS = "verdicts"
_SAMPLED = 1 << 20


@frozen
class Refusal:
    """A patient who could not be judged: as `BadPatients` says it."""

    place: str
    reason: str
    fix: str
    patient: str


@frozen
class Written:
    """A part that is judged: how many patients, how many of them as at today for want of a day, what in their records
    was not understood, and who could not be judged."""

    patients: int
    undated: int = 0
    remarks: tuple[Remark, ...] = ()
    refusals: tuple[Refusal, ...] = ()


class Part(Protocol):
    """Some patients who are judged together."""

    def write(self, path: Path) -> Written:
        """Judge them, and write their verdicts as Parquet."""


Begun = Literal["anew", "changed", "resumed"]


@define
class Ledger:
    """What is finished of a screening in a folder, kept there as `screening.json`. `key` is the hash of all that the
    verdicts rest on, `about` the same in words."""

    folder: Path
    key: str
    about: Mapping[str, Any]
    today: str
    finished: list[Written] = field(factory=list)
    complete: bool = False

    @property
    def files(self) -> list[Path]:
        """The files of verdicts of the finished parts (a part may be a folder of them)."""
        parts = [self._file(number) for number in range(len(self.finished))]
        return [
            path for part in parts for path in (sorted(part.glob("*.parquet")) if part.is_dir() else [part])
        ]

    def judge(self, parts: Iterable[Part]) -> Iterator[Written]:
        """Judge the parts that are not finished, each written down before it is told."""
        for number, part in enumerate(parts):
            if number < len(self.finished):
                yield self.finished[number]
                continue
            path = self._file(number)
            draft = path.with_suffix(".draft")
            written = part.write(draft)
            os.replace(draft, path)
            self.finished.append(written)
            self._save()
            yield written
        self.complete = True
        self._save()

    def remarks(self) -> Remarks:
        """What was not understood in all finished parts."""
        found = Remarks()
        for written in self.finished:
            for remark in written.remarks:
                found.add(remark)
        return found

    def refusals(self) -> list[BadPatients]:
        """Who could not be judged in all finished parts."""
        return [
            BadPatients(one.place, one.reason, one.fix, one.patient)
            for written in self.finished
            for one in written.refusals
        ]

    def _file(self, number: int) -> Path:
        return self.folder / VERDICTS / f"part-{number:05}.parquet"

    def _save(self) -> None:
        parts = [asdict(written) for written in self.finished]
        told = {"key": self.key, "today": self.today, **self.about, "complete": self.complete, "parts": parts}
        draft = self.folder / f".{LEDGER}"
        draft.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(draft, self.folder / LEDGER)


def opened_ledger(folder: Path, about: Mapping[str, Any], today: str, resume: bool) -> tuple[Ledger, Begun]:
    """The ledger of a folder: what is finished there counts when `resume` is set and it rests on the very same
    `about` (plain data that says what the verdicts come of), judged today where nothing gives a day; else the
    screening starts anew. Raises OSError."""
    key = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
    ledger = Ledger(folder, key, about, today)
    (folder / VERDICTS).mkdir(parents=True, exist_ok=True)
    known = _known(folder / LEDGER) if resume else None
    if known is not None and known.get("key") == key and _same_day(known, today):
        for part in known["parts"]:
            if not ledger._file(len(ledger.finished)).exists():
                break
            remarks = tuple(Remark(**remark) for remark in part["remarks"])
            refusals = tuple(Refusal(**refusal) for refusal in part["refusals"])
            ledger.finished.append(Written(part["patients"], part["undated"], remarks, refusals))
        return ledger, "resumed"
    for old in (folder / VERDICTS).glob("part-*"):
        rmtree(old) if old.is_dir() else old.unlink()
    ledger._save()
    return ledger, "anew" if known is None else "changed"


def _same_day(known: Mapping[str, Any], today: str) -> bool:
    return known.get("today") == today or not any(part["undated"] for part in known["parts"])


def _known(path: Path) -> dict[str, Any] | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and isinstance(told.get("parts"), list) else None


def fingerprint(paths: Iterable[Path]) -> list[list[Any]]:
    """What tells files from others of their names: size, time of the last change, and a hash of their ends (of
    Parquet the last one tells of all columns). Raises OSError."""
    found: list[list[Any]] = []
    for path in sorted(path for path in paths if path.is_file()):
        told = path.stat()
        with open(path, "rb") as stream:
            hashed = hashlib.sha256(stream.read(_SAMPLED))
            stream.seek(max(0, told.st_size - _SAMPLED))
            hashed.update(stream.read(_SAMPLED))
        found.append([str(path.resolve()), told.st_size, told.st_mtime_ns, hashed.hexdigest()])
    return found
