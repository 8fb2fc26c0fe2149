"""Which facts a coded concept of a record leads to: by the codes of the protocol, its value sets, and a site's map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from protocol_dsl.adapters.fhir.code_map import Code, CodeMap
from protocol_dsl.adapters.mapping import Target
from protocol_dsl.adapters.remarks import Remark, Remarks
from protocol_dsl.diagnostics import suggest
from protocol_dsl.ir.facts import Fact
from protocol_dsl.runtime.schema import FactSchema, Schema
from protocol_dsl.vocabulary.codes import HIERARCHIES, MODIFICATIONS, system_name

_CATEGORY = 3
"""Characters of a category of ICD-10."""
_MOST_UNBOUND = 20_000
_MOST_SHOWN = 3


@frozen
class Bound:
    """A fact that a code leads to, the unit of values that state none, other words for coded values. Not `sure`: the
    code refines one that is bound, and may mean something else."""

    fact: FactSchema
    unit: str | None = None
    values: Mapping[str, str] = field(factory=dict)
    sure: bool = True


@define
class Bindings:
    """Facts by code. Codes that lead nowhere are counted, for one line a type of resource."""

    chosen: CodeMap
    _facts: dict[Code, list[Bound]] = field(factory=dict)
    _unbound: dict[str, dict[Code, list[Any]]] = field(factory=dict)
    _refined: dict[Code, tuple[str, int]] = field(factory=dict)

    def concepts(self, found: Iterable[object], kind: str) -> tuple[Bound, ...]:
        """Every fact that any coding of these CodeableConcepts leads to, once, for a resource of a type."""
        bound: dict[str, Bound] = {}
        codes: list[tuple[Code, str]] = []
        for concept in found:
            for code, display in codes_of(concept):
                codes.append((code, display))
                for one in self._lookup(code):
                    known = bound.get(one.fact.name)
                    if known is None or not known.sure:
                        bound[one.fact.name] = one
        if not bound and codes and not any(self.chosen.ignores(code) for code, _ in codes):
            self._count(kind, *codes[0])
        return tuple(bound.values())

    def report(self, remarks: Remarks) -> None:
        """Count what led nowhere: a line for each type of resource, and one for each code that refines a bound one."""
        for kind, codes in self._unbound.items():
            total = sum(count for count, _ in codes.values())
            often = sorted(codes.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST_SHOWN]
            shown = ", ".join(
                f"`{system}|{code}`{f' ({display[:40]})' if display else ''}"
                for (system, code), (_, display) in often
            )
            more = ", …" if len(codes) > _MOST_SHOWN else ""
            different = f"{len(codes)} different codes lead" if len(codes) > 1 else "its code leads"
            fix = "bind those that are needed in the protocol or in `[codes]` of a map; `ignore` silences"
            remarks.add(
                Remark(what=kind, reason=f"{different} to no fact: {shown}{more}", fix=fix, count=total)
            )
        for (system, code), (fact, count) in self._refined.items():
            reason = f"it refines a code of ICD-10 that `{fact}` is bound to, and may mean something else"
            fix = f'bind it as `code {system} "{code}"`, or ignore it in a map'
            remarks.add(Remark(what=fact, reason=reason, fix=fix, words=f"{system}|{code}", count=count))

    def _lookup(self, code: Code) -> Iterator[Bound]:
        system, text = code
        yield from self._facts.get((system, plain(system, text)), ())
        if system not in HIERARCHIES:
            return
        text = plain(system, text)
        for length in range(len(text) - 1, 0, -1):
            yield from self._facts.get((system, text[:length]), ())
        if system in MODIFICATIONS:
            yield from self._facts.get(("icd10", text), ())
            if len(text) > _CATEGORY:
                yield from self._facts.get(("icd10", text[:_CATEGORY]), ())
            if not self.chosen.ignores(code) and code not in self.chosen.codes:
                yield from self._refining(code, text)

    def _refining(self, code: Code, text: str) -> Iterator[Bound]:
        """Facts bound to a subcategory of ICD-10 that a national code refines, unless bound to that code itself."""
        own = {
            one.fact.name
            for length in range(1, len(text) + 1)
            for one in self._facts.get((code[0], text[:length]), ())
        }
        for length in range(_CATEGORY + 1, len(text)):
            for one in self._facts.get(("icd10", text[:length]), ()):
                if one.fact.name not in own:
                    _, count = self._refined.get(code, ("", 0))
                    self._refined[code] = (one.fact.name, count + 1)
                    yield evolve(one, sure=False)

    def _count(self, kind: str, code: Code, display: str) -> None:
        codes = self._unbound.setdefault(kind, {})
        if code in codes or len(codes) < _MOST_UNBOUND:
            codes.setdefault(code, [0, display])[0] += 1

    def bind(self, code: Code, bound: Bound) -> None:
        """Lead one code to a fact."""
        system, text = code
        self._facts.setdefault((system, plain(system, text)), []).append(bound)


def bindings_of(facts: Iterable[Fact], schema: Schema, chosen: CodeMap, remarks: Remarks) -> Bindings:
    """The bindings of a protocol and a map; facts the protocol does not declare are counted in `remarks`."""
    found = Bindings(chosen)
    # The map comes first: it knows better what the site means by a code that the protocol names too.
    for code, target in chosen.codes.items():
        if target.fact in schema.facts:
            found.bind(code, Bound(schema.facts[target.fact], target.unit, target.values))
    for fact in facts:
        for bound in fact.codes:
            if fact.name in schema.facts:
                one = Bound(schema.facts[fact.name], bound.unit)
                found.bind((system_name(bound.system), bound.code), one)
    for name in sorted(_named(chosen.codes.values(), chosen) - schema.facts.keys()):
        near = suggest(name, schema.facts, 1)
        fix = f"did you mean `{near[0]}`?" if near else "remove it, unless another protocol needs it"
        reason = "the protocol declares no such fact"
        remarks.add(Remark(what=chosen.place, reason=reason, fix=fix, words=name))
    chosen.report(remarks)
    return found


def _named(targets: Iterable[Target], chosen: CodeMap) -> set[str]:
    return {target.fact for target in targets} | (chosen.allergies or frozenset()) | chosen.complete


def codes_of(concept: object) -> Iterator[tuple[Code, str]]:
    """The codings of a CodeableConcept with their displays. Its words stand as codes of `text` (that of a map)
    and of `inn`, since a drug may be named and not coded."""
    if not isinstance(concept, dict):
        return
    words = [concept.get("text")]
    codings = concept.get("coding")
    for coding in codings if isinstance(codings, list) else []:
        if isinstance(coding, dict) and isinstance(coding.get("code"), str):
            system, display = coding.get("system"), coding.get("display")
            name = system_name(system) if isinstance(system, str) else "no system"
            words.append(display)
            yield (name, coding["code"].strip()), display if isinstance(display, str) else ""
    for word in dict.fromkeys(word.strip() for word in words if isinstance(word, str) and word.strip()):
        yield ("text", word), ""
        yield ("inn", word), ""


def plain(system: str, code: str) -> str:
    """A code as it is compared: of ICD-10 without its dot, of names without regard to case."""
    if system in HIERARCHIES:
        return code.replace(".", "").upper().rstrip("*+†")
    return code.casefold() if system in {"text", "inn"} else code
