"""Faults of single signs, found without the grammar, and the text as it was probably meant.

The mended text has the length of the original, so that places in it are places in the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from protocol_dsl.diagnostics import Fix
from protocol_dsl.source import Span
from protocol_dsl.syntax.errors import (
    DecimalComma,
    NumberTooLong,
    ThousandsComma,
    UnclosedString,
    UnclosedTextBlock,
    UnknownSign,
)
from protocol_dsl.syntax.signs import described

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from protocol_dsl.diagnostics import Diagnostic

MOST_DIGITS = 40
"""Digits of the longest number that is read."""

STRING = r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+"""|"(?!"")(?:[^"\\\n]++|\\.)*+"'
"""A text in quotes, as in the grammar; possessive, so that one without an end is refused in one pass."""
ANNOTATION = r'\{[^{}\s"]*\}'
"""Braces round one word, such as the annotation of a unit: balanced, and no comment begins inside."""
HASH = r"(?<=\w )\#[0-9a-f]{8,64}(?!\w)"
"""The hash behind a pointer, after which the line goes on; any other such sign begins a comment."""
OPAQUE = rf"{STRING}|{ANNOTATION}|{HASH}|\#[^\n]*"
"""What is read as a whole: nothing inside it is a word or a sign."""

_MOST_MENDED = 200
"""Faults mended at most: a file with more is no protocol, and its errors are not shown to the end anyway."""

_NUMBERS = r"\d+(?:\.\d+)?(?:,\d+(?:\.\d+)?)+"
_ZEROS = r"(?<![\d.])[1-9]\d{0,2}(?:\.000)+(?![\d.])"
"""A number whose point could part thousands: nobody records a value to three zeros."""
_LONG = rf"\d[\d.]{{{MOST_DIGITS},}}"
_FAULT = re.compile(
    rf"(?P<opaque>{OPAQUE})"
    r'|(?P<block>""")|(?P<quote>")'
    rf"|(?P<long>{_LONG})|(?P<comma>{_NUMBERS})|(?P<zeros>{_ZEROS})"
    r"|(?P<sign>==+|&&?|\|\|?|=>|=<|<>|!(?!=)|[“”„‟«»][^“”„‟«»\"\n]*[“”„‟«»]"
    r"|[^\s!-~µμ°±×≤≥≠\u00a0\u2009\u202f]+|[\x00-\x08\x0e-\x1f\x7f\x1c-\x1f]+|[$?@\\`~]+|(?<![A-Za-z0-9\]}])')",
    re.ASCII,
)
_SUSPECT = re.compile(rf"{OPAQUE}|(?P<suspect>(?<=\d),(?=\d)|{_LONG}|{_ZEROS})", re.ASCII)
_ITEM_LINE = re.compile(
    r"\n(?=(?:library|use|protocol|facts?|valueset|define|anchor|cohort|inclusion|exclusion|stage|intervention"
    r"|regimen|arm|epoch|visits?|example)[ \t]+[\w\"])"
)
_TAIL = re.compile(r"[ \t]*[{}]?[ \t]*$")


@frozen
class Mended:
    """The text as it was probably meant, what was wrong, and where."""

    text: str
    diagnostics: tuple[Diagnostic, ...]
    marks: tuple[Span, ...]


@frozen
class _Fault:
    """One fault, and what stands in its place in the mended text (of the same length)."""

    diagnostic: Diagnostic
    start: int
    meant: str


def suspicious(text: str) -> bool:
    """Whether the text holds what the grammar would take, but a reader could take otherwise."""
    return any(found.lastgroup == "suspect" for found in _SUSPECT.finditer(text))


def mend(text: str) -> Mended:
    """Find every fault of single signs and put what was meant in its place."""
    faults = tuple(sorted(_faults(text), key=lambda fault: fault.start))
    parts, at = [], 0
    for fault in faults:
        parts += [text[at : fault.start], fault.meant]
        at = fault.start + len(fault.meant)
    marks = tuple(Span(fault.start, fault.start + len(fault.meant)) for fault in faults)
    return Mended("".join([*parts, text[at:]]), _once_each(fault.diagnostic for fault in faults), marks)


def _once_each(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same sign written in many places is one slip: said where it stands first, with one fix for all."""
    said: dict[object, Diagnostic] = {}
    for one in found:
        key = one.what if isinstance(one, UnknownSign) else one.span
        first = said.get(key)
        if isinstance(first, UnknownSign) and isinstance(one, UnknownSign):
            said[key] = _joined(first, one)
        else:
            said[key] = one
    return tuple(said.values())


def _joined(first: UnknownSign, again: UnknownSign) -> UnknownSign:
    edits = tuple(edit for one in (first, again) for fix in one.fixes for edit in fix.edits)
    return evolve(first, more=first.more + 1, fixes=(Fix(edits),) if edits else ())


def _faults(text: str) -> Iterator[_Fault]:
    at = many = 0
    while many < _MOST_MENDED and (found := _FAULT.search(text, at)):
        at = found.end()
        match found.lastgroup:
            case "block":
                fault = _open_block(text, found.start())
            case "quote":
                fault = _open_string(text, found.start())
            case "long":
                fault = _long_number(found)
            case "zeros":
                fault = _zeros(found)
            case "comma":
                fault = _comma(found)
            case "sign":
                fault = _sign(found)
            case _:
                inner = _swallowed(text, found)
                if inner is None:
                    continue
                fault = inner
        at, many = fault.start + len(fault.meant), many + 1
        yield fault


def _swallowed(text: str, found: re.Match[str]) -> _Fault | None:
    """A triple-quoted text that ran over the beginning of an item: it lacks its end, the next one its start."""
    literal = found[0]
    if not literal.startswith('"""') or not _ITEM_LINE.search(literal):
        return None
    # As many as are opened are closed: then an item line inside is merely quoted.
    return None if text.count('"""') % 2 == 0 else _open_block(text, found.start())


def _open_block(text: str, start: int) -> _Fault:
    item = _ITEM_LINE.search(text, start)
    end = item.start() if item else len(text)
    return _Fault(UnclosedTextBlock(Span(start, start + 3)), start, '""' + _blank(text[start + 2 : end]))


def _open_string(text: str, start: int) -> _Fault:
    end = text.find("\n", start)
    content = text[start + 1 : len(text) if end < 0 else end]
    tail = _TAIL.search(content)
    words = content[: tail.start()] if tail else content
    kept = content[len(words) :]
    if not words:
        diagnostic = UnclosedString(Span(start, start + 1), "write the quote that opens the text")
        return _Fault(diagnostic, start, " " + kept)
    close = Fix.insert(start + 1 + len(words), '"')
    diagnostic = UnclosedString(Span(start, start + 1), "write a quote where the text ends", fixes=(close,))
    # The closing quote takes the place of the blank after the words, or of their last character.
    literal = f'"{words}"' if kept[:1] in (" ", "\t") else f'"{words[:-1]}"'
    rest = kept[1:] if kept[:1] in (" ", "\t") else kept
    return _Fault(diagnostic, start, (literal + rest).replace("\\", " "))


def _long_number(found: re.Match[str]) -> _Fault:
    digits = sum(map(str.isdigit, found[0]))
    diagnostic = NumberTooLong(Span(*found.span()), digits, MOST_DIGITS)
    return _Fault(diagnostic, found.start(), "1".rjust(len(found[0])))


def _zeros(found: re.Match[str]) -> _Fault:
    written, span = found[0], Span(*found.span())
    whole, plain = written.replace(".", ""), written.partition(".")[0]
    fixes = (Fix.put(span, whole), Fix.put(span, plain))
    fault = ThousandsComma(span, written, whole, plain, "a point before three zeros", fixes=fixes)
    return _Fault(fault, span.start, plain.rjust(len(written)))


def _comma(found: re.Match[str]) -> _Fault:
    written = found[0]
    span, groups = Span(*found.span()), written.split(",")
    listed = ", ".join(groups)
    if len(groups[0]) <= 3 and all(len(group.partition(".")[0]) == 3 for group in groups[1:]):
        number = written.replace(",", "")
        fixes = (Fix.put(span, number), Fix.put(span, listed))
        fault = ThousandsComma(span, written, number, listed, fixes=fixes)
        return _Fault(fault, span.start, number.rjust(len(written)))
    if len(groups) == 2 and "." not in written:
        point = written.replace(",", ".")
        cure = f"write `{point}` for one number, or `{listed}` for two"
        fixes = (Fix.put(span, point), Fix.put(span, listed))
        return _Fault(DecimalComma(span, written, cure, fixes=fixes), span.start, point)
    cure = f"write a blank after each comma: `{listed}`"
    diagnostic = DecimalComma(span, written, cure, fixes=(Fix.put(span, listed),))
    return _Fault(diagnostic, span.start, groups[0].rjust(len(written)))


def _sign(found: re.Match[str]) -> _Fault:
    start, end = found.span()
    if found[0].isalpha():
        start, end = _whole_word(found.string, start, end)
    sign = described(found.string[start:end])
    fixes = (
        ()
        if sign.instead is None
        else (Fix.put(Span(start, end), _spaced(found.string, start, end, sign.instead)),)
    )
    return _Fault(UnknownSign(Span(start, end), sign.what, sign.cure, fixes=fixes), start, sign.meant)


def _whole_word(text: str, start: int, end: int) -> tuple[int, int]:
    """The name that foreign letters stand in."""
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return start, end


def _spaced(text: str, start: int, end: int, word: str) -> str:
    """A word put in place of a sign, with blanks towards what touches the sign."""
    if not word.isalpha() or text[start].isalnum():
        return word
    before = " " if start > 0 and not text[start - 1].isspace() else ""
    return before + word + (" " if end < len(text) and not text[end].isspace() else "")


def _blank(text: str) -> str:
    """Blanks in place of every character but line ends."""
    return re.sub(r"[^\n]", " ", text)
