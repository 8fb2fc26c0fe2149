"""A first protocol file from a registry record: all it says that is certain, drafts of what is plain, questions."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

from protocol_dsl.formatter import formatted
from protocol_dsl.highlighting.words import CLASSES
from protocol_dsl.registry.blocks import Block, blocks
from protocol_dsl.registry.drafting.draft import verb_of
from protocol_dsl.registry.record import PlannedArm, Record
from protocol_dsl.source import SourceFile

_TEXTS = ("official_title", "acronym", "sponsor")
_DATES = ("start_date", "completion_date")
_TERMS = ("status", "study_type", "purpose", "allocation", "model", "masking", "sex")
_TITLE = 70
_NAME = 30
_LIBRARIES = ("laboratory", "body", "oncology", "pregnancy")
_ANCHORS = {"randomization": "Randomization", "enrollment": "Enrollment"}
_RESERVED = frozenset().union(*CLASSES.values(), _ANCHORS, _LIBRARIES, {"age", "sex", "screening"})
"""Names no arm and no intervention is given: words of the language, and what it or the file declares itself."""


def scaffold(record: Record, identifier: str) -> str:
    """The text of a protocol file, laid out: header, criteria, interventions and arms, each with its source.

    A sentence that is not plain becomes a question for the investigator; a line that was read out of a sentence is
    marked `draft`, and the file does not build before somebody has confirmed it.
    """
    made = blocks(record)
    title = _quoted(record.fields.get("title", identifier))
    parts = [
        "# Lines marked `draft` were read out of their sentence: hold each against it, and remove the word.\n"
        "# Where a question can be decided from records, write the condition in its place.",
        "\n".join(_uses(made)),
        "\n".join([f"protocol {identifier} {title} {{", *_header(record), "}"]),
        "\n".join(_anchors(made)),
        *(_criterion(block) for block in made),
        *_treatment(record, made),
    ]  # fmt: skip
    return formatted(SourceFile(f"{identifier}.trial", "\n\n".join(filter(None, parts)) + "\n"))


def blank(identifier: str) -> str:
    """The text of a protocol file to begin with where there is no record, laid out."""
    return formatted(SourceFile(f"{identifier}.trial", _BLANK.replace("NCT00000000", identifier)))


def _uses(made: tuple[Block, ...]) -> Iterator[str]:
    asked = {library for block in made for draft in block.drafts for library in draft.libraries}
    return (f"use {library}" for library in _LIBRARIES if library in asked)


def _anchors(made: tuple[Block, ...]) -> Iterator[str]:
    asked = {draft.anchor for block in made for draft in block.drafts}
    return (f'anchor {name} "{label}"' for name, label in _ANCHORS.items() if name in asked)


def _header(record: Record) -> Iterator[str]:
    fields = record.fields
    yield from (f"{key} {_quoted(fields[key])}" for key in _TEXTS if key in fields)
    yield from (f"identifier {_quoted(one)}" for one in record.identifiers)
    yield 'registry "ClinicalTrials.gov"'
    yield from (f"condition {_quoted(condition)}" for condition in dict.fromkeys(record.conditions))
    if "phase" in fields:
        yield f"phase {fields['phase'].replace(' ', '_')}"
    yield from (f"{key} {_word(fields[key])}" for key in _TERMS if key in fields)
    yield from (f"{key} {_quoted(fields[key])}" for key in _DATES if key in fields)
    if re.fullmatch(r"\d+(?: estimated| actual)?", fields.get("enrollment", "")):
        yield f"enrollment {fields['enrollment']}"
    yield from (f"{key} {fields[key]}" for key in ("age", "healthy_volunteers") if key in fields)


def _criterion(block: Block) -> str:
    sentence = block.sentence
    kind = "exclusion" if sentence.section == "exclusion" else "inclusion"
    verb = verb_of(kind)
    if block.drafts:
        lines = [
            f"source {_quoted(sentence.text)}",
            *(f"draft {verb} {one.condition}" for one in block.drafts),
        ]
    else:
        lines = [f"{verb} answer yes to {_quoted(sentence.whole)} by investigator"]
    title = textwrap.shorten(sentence.text, _TITLE, placeholder=" …")
    head = f"{kind} {block.name} {_quoted(title)} {{"
    return "\n".join([head, _source(sentence.pointer, sentence.digest), *lines, "}"])


def _treatment(record: Record, made: tuple[Block, ...]) -> Iterator[str]:
    taken = {*_RESERVED, *(block.name.casefold() for block in made)}
    taken.update(word for block in made for one in block.drafts for word in re.findall(r"\w+", one.condition))
    drugs = _names([one.name for one in record.interventions], "intervention", taken)
    arms = _names([one.label for one in record.arms], "arm", taken)
    for number, (name, drug) in enumerate(zip(drugs, record.interventions, strict=True), 1):
        kind = f"kind {_word(drug.kind)}" if drug.kind else ""
        yield "\n".join(
            [
                f"intervention {name} {_quoted(drug.name or name)} {{",
                kind,
                _source_of(record, "intervention", number),
                "}",
            ]
        )
    for number, (name, arm) in enumerate(zip(arms, record.arms, strict=True), 1):
        given = [
            drug
            for drug, one in zip(drugs, record.interventions, strict=True)
            if one.name in arm.given or arm.label in one.arms
        ]
        yield "\n".join(_arm(name, arm, given, _source_of(record, "arm", number)))


def _arm(name: str, arm: PlannedArm, given: Iterable[str], source: str) -> Iterator[str]:
    """What is given when is left open: the registry states it, if at all, in sentences."""
    yield f"arm {name} {_quoted(arm.label or name)} {_word(arm.role) if arm.role else ''} {{"
    yield source
    yield from [f"provide {drug}" for drug in given] or [f"provide {_quoted(arm.label or name)}"]
    yield 'note "Doses and days are still to be written."'
    yield "}"


def _source_of(record: Record, section: str, number: int) -> str:
    sentence = next(one for one in record.section(section) if one.place == str(number))
    return _source(sentence.pointer, sentence.digest)


def _source(pointer: str, digest: str) -> str:
    return f"source {pointer} #{digest}"


def _names(labels: Iterable[str], kind: str, taken: set[str]) -> tuple[str, ...]:
    """A name of the language for each label, none of them `taken`, to which they are added: `iron`, else `arm_iron`."""
    made = []
    for place, label in enumerate(labels, 1):
        stem = _stem(label)
        free = (
            f"{kind}_{stem}" if stem else f"{kind}_{place}",
            *(f"{kind}_{place}_{n}" for n in range(2, 99)),
        )
        first = (stem,) if re.match(r"[a-z]", stem) else ()
        name = next(one for one in (*first, *free) if one not in taken)
        taken.add(name)
        made.append(name)
    return tuple(made)


def _stem(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return textwrap.shorten(" ".join(words), _NAME, placeholder="").replace(" ", "_")


def _word(text: str) -> str:
    """A term of the registry's vocabulary as a name: `not yet recruiting` to `not_yet_recruiting`."""
    name = re.sub(r"[ /-]+", "_", text)
    return name if re.fullmatch(r"[a-z_]+", name) else _quoted(text)


def _quoted(text: str) -> str:
    plain = "".join(one for one in text if one.isprintable())
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


_BLANK = """# Each field and block is explained in docs/manual; `trialc check` tells what is missing.
protocol NCT00000000 "A short title" {
  phase 2
  # status recruiting
  # age 18 to 65 years
}

# Facts of everyday laboratory values are in a library; declare what else the criteria ask about.
use laboratory
# fact pregnant : yes/no "Pregnant"

inclusion I1 "Adults" {
  source "Aged 18 or over"
  require age >= 18 years
}
inclusion I2 "Platelets" {
  source "Platelets at least 100 x 10^9/L"
  require platelets >= 100 10^9/L
}
inclusion I3 "Consent" {
  source "Written informed consent"
  require answer yes to "Has the patient consented in writing?" by participant because consent
}

# intervention study_drug "The drug under study" { kind drug }
# arm treated "Treated" experimental { give study_drug 10 mg daily for 4 weeks }

# An example is a test: a patient, and what has to come out.
example "an adult with enough platelets" on 2026-03-01 {
  age 40 years
  platelets 150 10^9/L on 2026-03-01
  answer yes to "Has the patient consented in writing?"
  expect eligible
}
"""
