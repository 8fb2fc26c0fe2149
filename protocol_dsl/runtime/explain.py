"""Why a criterion came out as it did, in the reader's words, values and dates. Standard library only.

Nothing here runs until a verdict is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from protocol_dsl.runtime.evidence import evidence
from protocol_dsl.runtime.openings import Opening, opening
from protocol_dsl.runtime.phrases import Group, Phrase, inline, listed, range_text, value_text
from protocol_dsl.runtime.records import ILLEGIBLE, Range
from protocol_dsl.runtime.stage import Case, CriterionRow, Stage
from protocol_dsl.runtime.table import Node, operands, weigh

_ATOMS = frozenset({"truth", "compare", "one_of", "contains", "constant"})


class Criterion(NamedTuple):
    """One criterion of a verdict. `because` are the values that decided it; for one that is unknown, `needs` are
    the values that could settle it and `residual` what they would have to be for it to pass."""

    id: str
    kind: str
    title: str
    outcome: str
    because: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    residual: str = ""


class Missing(NamedTuple):
    """A value that is not known: the unknown criteria it could settle on its own, and all that ask for it."""

    feature: str
    words: str
    settles: tuple[str, ...]
    needed_by: tuple[str, ...]


class Telling:
    """Tells one verdict: the values of all nodes, weighed once."""

    def __init__(self, stage: Stage, values: object, case: Case | None) -> None:
        self._stage = stage
        self._nodes = stage.nodes
        self._case = case
        self._values = stage.by_id(values)
        self._results = weigh(stage.nodes, self._values)

    def criterion(self, row: CriterionRow, code: bool | None) -> Criterion:
        """One criterion in words."""
        if code is None:
            open_lines = [node for _, _, node in row.lines if self._results[node] is None]
            phrases = tuple(self._residual(node, True) for node in open_lines)
            phrase = phrases[0] if len(phrases) == 1 else Group("all of", phrases)
            needs = self._needs(open_lines)
            text = f"{self._wanted(needs, phrase)}; passes if {inline(phrase)}"
            return Criterion(row.id, row.kind, row.title, "unknown", (), tuple(needs), text)
        reasons: list[tuple[int, bool, bool]] = []
        for _, _, node in row.lines:
            if self._results[node] is code:
                reasons += self._reasons(node, code, code)
        outcome = "passes" if code else "fails"
        return Criterion(row.id, row.kind, row.title, outcome, tuple(self._statements(reasons)))

    def missing(self, codes: tuple[bool | None, ...]) -> tuple[Missing, ...]:
        """What is not known and would matter, what would settle most first."""
        found: dict[str, tuple[list[str], list[str]]] = {}
        for row, code in zip(self._stage.criteria, codes, strict=True):
            lines = [node for _, _, node in row.lines]
            open_lines = [node for node in lines if self._results[node] is None] if code is None else []
            for name in self._needs(open_lines):
                settles, needed = found.setdefault(name, ([], []))
                needed.append(row.id)
                if self._could_settle(lines, name):
                    settles.append(row.id)
        order = sorted(found, key=lambda name: (-len(found[name][0]), -len(found[name][1])))
        words = {name: self._need(name) for name in order}
        return tuple(
            Missing(name, words[name], tuple(found[name][0]), tuple(found[name][1])) for name in order
        )

    # What decided

    def _reasons(self, index: int, value: bool, passing: bool) -> Iterator[tuple[int, bool, bool]]:
        """(atom, its value, whether that favours the criterion) for every atom that makes node `index` `value`;
        `passing` tells whether `value` here favours it."""
        node = self._nodes[index]
        match node[0]:
            case "not":
                yield from self._reasons(node[1], not value, passing)
            case "condition":
                yield from self._reasons(node[1], value, passing)
            case "known" if not value and self._results[node[1]] is None:
                yield index, False, passing
            case "known":
                yield from self._reasons(node[1], value, passing)
            case "all" | "any" | "at_least":
                for operand in operands(node):
                    if self._results[operand] is value:
                        yield from self._reasons(operand, value, passing)
            case _:
                yield index, value, passing

    def _statements(self, reasons: list[tuple[int, bool, bool]]) -> list[str]:
        """One sentence per value, with everything asked of it."""
        asked: dict[str, list[str]] = {}
        for index, value, passing in dict.fromkeys(reasons):
            statement, requirement = self._statement(self._nodes[index], value, passing)
            wanted = asked.setdefault(statement, [])
            if requirement and requirement not in wanted:
                wanted.append(requirement)
        return [_with_requirements(statement, wanted) for statement, wanted in asked.items()]

    def _statement(self, node: Node, value: bool, passing: bool) -> tuple[str, str]:
        match node[0]:
            case "known":
                return (
                    f"decided by absence of a record: no record shows {inline(self._words(node[1], True))}",
                    "",
                )
            case "truth":
                words = node[2] if value else node[3]
                seen = (
                    evidence(self._stage, self._stage.features[node[1]], value, self._case) if value else ""
                )
                return f"{words}{f' ({seen})' if seen else ''}", "" if passing else _NOT_ALLOWED[value]
            case "compare":
                needed = node[5] if value is passing else node[6]
                return self._compared(node), needed
            case "one_of" | "contains":
                needed = node[4] if value is passing else node[5]
                return self._valued(node[1]), needed
            case _:
                return "it always holds" if value else "it never holds", ""

    def _compared(self, node: Node) -> str:
        left, own = self._quantity(node[2]), self._features(node[2])
        others = [self._valued(name, "is") for name in self._features(node[3]) if name not in own]
        if not others:
            return left
        beside = "; ".join(others)
        for words in (self._stage.features[name].words for name in own):
            for limit in ("upper limit of normal", "lower limit of normal"):
                beside = beside.replace(f"{limit} of {words}", f"its {limit}")
        return f"{left} ({beside})"

    def _quantity(self, index: int) -> str:
        node = self._nodes[index]
        if node[0] == "value":
            return self._valued(node[1])
        names = self._features(index)
        parts = [self._valued(name, "") for name in names]
        value = self._results[index]
        if node[0] == "named" and value is not None:
            return f"{node[2]} was {_shown(value, node[3])} ({', '.join(parts)})"
        return ", ".join(self._valued(name) for name in names) or "the limit is fixed"

    def _valued(self, name: str, verb: str = "was") -> str:
        row, value = self._stage.features[name], self._values[name]
        seen = evidence(self._stage, row, value, self._case)
        counted = row.evidence in {"occurrences", "samples"}
        dated = (f" ({seen})" if counted else f" {seen}") if seen else ""
        return " ".join(part for part in (row.words, verb, _shown(value, row.unit)) if part) + dated

    # What is open

    def _residual(self, index: int, wanted: bool) -> Phrase:
        """What must still turn out so that node `index`, unknown now, becomes `wanted`."""
        node = self._nodes[index]
        match node[0]:
            case "not":
                return self._residual(node[1], not wanted)
            case "condition":
                return self._residual(node[1], wanted)
            case "all" | "any":
                members = [self._residual(one, wanted) for one in node[1] if self._results[one] is None]
                return _group("all of" if (node[0] == "all") is wanted else "any of", members)
            case "at_least":
                left = node[1] - sum(self._results[one] is True for one in node[2])
                members = [self._residual(one, True) for one in node[2] if self._results[one] is None]
                return _group(f"{'at least' if wanted else 'fewer than'} {left} of", members)
            case _:
                return self._words(index, wanted)

    def _words(self, index: int, wanted: bool) -> Phrase:
        node = self._nodes[index]
        match node[0]:
            case "truth":
                return str(node[2] if wanted else node[3])
            case "compare" | "one_of" | "contains":
                subject, held = node[-3], node[-2] if wanted else node[-1]
                return f"{subject} is {held}"
            case "condition":
                return str(node[2]) if wanted else f"not {node[2]}"
            case "not":
                return self._words(node[1], not wanted)
            case "known":
                return f"{'a' if wanted else 'no'} record shows {inline(self._words(node[1], True))}"
            case "all" | "any":
                members = [self._words(one, wanted) for one in node[1]]
                return _group("all of" if (node[0] == "all") is wanted else "any of", members)
            case "at_least":
                members = [self._words(one, True) for one in node[2]]
                return _group(f"{'at least' if wanted else 'fewer than'} {node[1]} of", members)
            case _:
                return "it always holds"

    def _needs(self, open_lines: list[int]) -> list[str]:
        """The values that leave the lines open, in the order the lines name them."""
        found: dict[str, None] = {}
        for line in open_lines:
            for atom in self._open_atoms(line):
                found.update(dict.fromkeys(self._open_values(atom)))
        return list(found)

    def _open_atoms(self, index: int) -> Iterator[int]:
        node = self._nodes[index]
        if self._results[index] is not None:
            return
        if node[0] in _ATOMS:
            yield index
            return
        # What is not known of a thing counts as absent once all its records can be read.
        for operand in node[2:] if node[0] == "known" else operands(node):
            yield from self._open_atoms(operand)

    def _open_values(self, atom: int) -> list[str]:
        names = self._features(atom)
        unknown = [name for name in names if self._values[name] is None]
        bounded = [name for name in names if isinstance(self._values[name], Range)]
        # Every value may be there and the result still not be: a root of a negative number, a division by zero.
        return unknown + bounded or names

    def _features(self, index: int) -> list[str]:
        found: dict[str, None] = {}
        waiting = [index]
        while waiting:
            node = self._nodes[waiting.pop()]
            if node[0] in {"value", "truth", "one_of", "contains"}:
                found[node[1]] = None
            waiting += reversed(operands(node))
        return list(found)

    def _wanted(self, needs: list[str], phrase: Phrase) -> str:
        """What a criterion waits for: records to find, and anchors that have not come."""
        openings = [self._opening(name) for name in needs]
        words = list(dict.fromkeys(text for one in openings for text in one.records))
        ahead = list(dict.fromkeys(anchor for one in openings for anchor in one.ahead))
        either = isinstance(phrase, Group) and phrase.heading == "any of"
        parts = [f"needs {_items(words, 'or' if either else 'and')}"] if words else []
        if ahead:
            parts.append(f"open until {listed(ahead)}, judge again then")
        return "; ".join(parts)

    def _need(self, name: str) -> str:
        return self._opening(name).text()

    def _opening(self, name: str) -> Opening:
        row, value = self._stage.features[name], self._values[name]
        if value == ILLEGIBLE:
            return Opening((f"a clear {row.need} (what is recorded leaves it open)",))
        if isinstance(value, Range) and row.evidence not in {"occurrences", "samples"}:
            return Opening((f"an exact {row.need} (known: {range_text(value, row.unit)})",))
        return opening(self._stage, row, self._case)

    def _could_settle(self, lines: list[int], name: str) -> bool:
        """Whether knowing `name` alone could decide the lines: with every atom that waits for it alone taken as it
        helps most, once for passing and once for failing."""
        return any(self._with_help(lines, name, wanted) is wanted for wanted in (True, False))

    def _with_help(self, lines: list[int], name: str, wanted: bool) -> bool | None:
        outcomes = [self._helped(line, name, wanted) for line in lines]
        if any(outcome is False for outcome in outcomes):
            return False
        return None if None in outcomes else True

    def _helped(self, index: int, name: str, wanted: bool) -> bool | None:
        node, value = self._nodes[index], self._results[index]
        if value is not None:
            return bool(value)
        match node[0]:
            case "not":
                inner = self._helped(node[1], name, not wanted)
                return None if inner is None else not inner
            case "condition":
                return self._helped(node[1], name, wanted)
            case "known":
                return wanted if self._open_values(node[2]) == [name] else None
            case "all" | "any" | "at_least":
                parts = [self._helped(one, name, wanted) for one in operands(node)]
                return _counted(node, parts)
            case _:
                return wanted if self._open_values(index) == [name] else None


def _items(words: list[str], word: str) -> str:
    """A list whose items may hold commas of their own."""
    if len(words) > 1 and any(", " in one for one in words):
        return f"{'; '.join(words[:-1])}; {word} {words[-1]}"
    return listed(words, word)


def by_words(missing: tuple[Missing, ...]) -> tuple[Missing, ...]:
    """What is missing, each thing once: several values may wait for one record."""
    found: dict[str, Missing] = {}
    for one in missing:
        known = found.get(one.words, one)
        settles, needed = (*known.settles, *one.settles), (*known.needed_by, *one.needed_by)
        found[one.words] = known._replace(
            settles=tuple(dict.fromkeys(settles)), needed_by=tuple(dict.fromkeys(needed))
        )
    return tuple(found.values())


_NOT_ALLOWED = {True: "this excludes", False: "it is required"}


def _counted(node: Node, parts: list[bool | None]) -> bool | None:
    least = len(parts) if node[0] == "all" else 1 if node[0] == "any" else node[1]
    if sum(part is True for part in parts) >= least:
        return True
    return None if sum(part is not False for part in parts) >= least else False


def _group(heading: str, members: list[Phrase]) -> Phrase:
    if len(members) == 1 and heading in {"all of", "any of", "at least 1 of"}:
        return members[0]
    if heading == "at least 1 of":
        heading = "any of"
    flattened: list[Phrase] = []
    for member in members:
        if isinstance(member, Group) and member.heading == heading and heading in {"all of", "any of"}:
            flattened += member.members
        elif member not in flattened:
            flattened.append(member)
    joined = _same_subject(flattened, heading)
    return joined[0] if len(joined) == 1 else Group(heading, tuple(joined))


def _same_subject(members: list[Phrase], heading: str) -> list[Phrase]:
    """ "x is a" and "x is b" are "x is a and b"."""
    word = {"all of": "and", "any of": "or"}.get(heading)
    joined: list[Phrase] = []
    for member in members:
        last = joined[-1] if joined else None
        if word and isinstance(member, str) and isinstance(last, str):
            subject, middle, predicate = member.partition(" is ")
            if middle and last.startswith(f"{subject} is "):
                joined[-1] = f"{last} {word} {predicate}"
                continue
        joined.append(member)
    return joined


def _shown(value: Any, unit: str) -> str:
    return value_text(value, unit)


def _with_requirements(statement: str, wanted: list[str]) -> str:
    if not wanted:
        return statement
    if wanted[0] in _NOT_ALLOWED.values():
        return f"{statement}; {wanted[0]}"
    verb = "is" if len(wanted) == 1 else "are"
    return f"{statement}; {listed(wanted)} {verb} required"
