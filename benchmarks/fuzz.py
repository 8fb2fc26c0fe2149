"""Broken, cut and absurd files through the whole compiler: a diagnostic with a code or a clean result, each time.

`python -m benchmarks.fuzz --minutes 10 [--seed 1]`; the tests run a short part of the same.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, process_time

from protocol_dsl import pipeline
from protocol_dsl.artifacts import build
from protocol_dsl.diagnostics.render import Format, render
from protocol_dsl.source import SourceFile

SEEDS = (
    Path(__file__).parents[1] / "protocols" / "nct02812121.trial",
    Path(__file__).parents[1] / "protocol_dsl" / "library" / "liver.trial",
)
FORMS: tuple[Format, ...] = ("text", "json", "sarif", "github")
LONGEST = 10.0
"""Seconds of processor time no file of a protocol's size may take."""

_TOKEN = re.compile(r'"""[\s\S]*?"""|"[^"\n]*"|#[^\n]*|\w+|\s+|.', re.DOTALL)
_NUMBERS = (
    "0", "1", "-1", "007", "1.", ".5", "1e999", "1e-999", "99999999999999999999", "9" * 400, "0." + "0" * 400 + "1",
    "10^400", "1/0", "NaN", "inf", "-0", "100,000", "1_000", "٣", "½",
)  # fmt: skip
_UNITS = (
    "mg/dL", "umol/L", "mmHg", "%", "10^9/L", "x 10^9/L", "[iU]/L", "Cel", "mo", "months", "years", "ULN", "LLN",
    "kg/m2", "furlong", "{INR}", "mg/mg", "1", "//", "mg//dL", "10^400/L", "µmol/L",
)  # fmt: skip
_DATES = (
    "0000-01-01", "99999-01-01", "1900-02-29", "2026-13-45", "2026-02-30", "9999-12-31", "0001-01-01", "2026",
    "2026-03-02T25:61", "2026-03-02T23:59:60", "-2026-03-02",
)  # fmt: skip
_WORDS = (
    "require", "reject", "not", "known", "any of {", "all of {", "at least 2 of {", "{", "}", "(", ")", "if", "then",
    "else", "within 3 months before", "for more than 6 months", "ever", "ongoing", "is", "positive", "screening",
    "first", "last", "unless", "when", "define x =", "fact", "inclusion", "exclusion", "example", "use liver", '"',
    '"""', "#", "\\", "between", "and", "or", "in mg/dL", "^", "-", "99999999999999 months", "at least 0 days after",
    "half_lives of", "longer of { 3 days, 2 years }", "mean of last 3", "count of", "where", "except {",
    "2 consecutive", "\x00", "\u202e", "é",
)  # fmt: skip


class FailedError(Exception):
    """A file on which the compiler raised, hung, or kept silent about what is wrong."""


def survive(text: str) -> bool:
    """Compile `text` with everything that is made of it; whether it was valid. Raises FailedError."""
    start = process_time()
    source = SourceFile("fuzzed.trial", text)
    try:
        valid = _compiled(source)
    except FailedError:
        raise
    except Exception as error:
        raise FailedError(f"{type(error).__name__}: {error}") from error
    if (taken := process_time() - start) > LONGEST:
        raise FailedError(f"took {taken:.1f} seconds")
    return valid


def _compiled(source: SourceFile) -> bool:
    result = pipeline.check(source)
    for form in FORMS:
        render(form, result.diagnostics, source)
    if any(not re.fullmatch(r"[SNTRA]\d{3}", diagnostic.code) for diagnostic in result.diagnostics):
        raise FailedError("a diagnostic without a code")
    if result.protocol is None:
        if not result.diagnostics and re.search(r"^protocol\b", source.text, re.MULTILINE):
            raise FailedError("no protocol and no word why")
        return False
    for artifact in build(result.protocol):
        if artifact.path.endswith(".py"):
            compile(artifact.text, artifact.path, "exec")
    return True


def mutants(seed: int, texts: tuple[str, ...] | None = None) -> Iterator[str]:
    """Mutations of protocols without end, the same for the same seed."""
    rng = random.Random(seed)
    originals = texts or tuple(path.read_text(encoding="utf-8") for path in SEEDS)
    while True:
        tokens = _TOKEN.findall(rng.choice(originals))
        for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
            rng.choice(_MUTATIONS)(tokens, rng)
        yield "".join(tokens)


Mutation = Callable[[list[str], random.Random], None]


def _delete(tokens: list[str], rng: random.Random) -> None:
    start = rng.randrange(len(tokens))
    del tokens[start : start + rng.choice((1, 1, 1, 2, 5, 40))]
    tokens.append(" ")


def _swap(tokens: list[str], rng: random.Random) -> None:
    one, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    tokens[one], tokens[other] = tokens[other], tokens[one]


def _repeat(tokens: list[str], rng: random.Random) -> None:
    start = rng.randrange(len(tokens))
    piece = tokens[start : start + rng.choice((1, 2, 10, 60))]
    place = rng.choice((start, rng.randrange(len(tokens))))
    tokens[place:place] = piece


def _insert(tokens: list[str], rng: random.Random) -> None:
    tokens.insert(rng.randrange(len(tokens)), f" {rng.choice(_WORDS + _NUMBERS + _UNITS + _DATES)} ")


def _cut(tokens: list[str], rng: random.Random) -> None:
    start = rng.randrange(len(tokens))
    del tokens[start:]
    tokens.append(" ")


def _replaced(pattern: str, choices: tuple[str, ...]) -> Mutation:
    wanted = re.compile(pattern)

    def replace(tokens: list[str], rng: random.Random) -> None:
        places = [place for place, token in enumerate(tokens) if wanted.fullmatch(token)]
        if places:
            tokens[rng.choice(places)] = rng.choice(choices)

    return replace


def _another_name(tokens: list[str], rng: random.Random) -> None:
    names = [place for place, token in enumerate(tokens) if re.fullmatch(r"[a-z_]\w+", token)]
    if names:
        tokens[rng.choice(names)] = tokens[rng.choice(names)]


def _other_number(tokens: list[str], rng: random.Random) -> None:
    places = [place for place, token in enumerate(tokens) if token.isdecimal()]
    if places:
        tokens[rng.choice(places)] = str(rng.choice((1, 2, 3, 17, 28, 40, 65, 171, 342, 2025)))


def _other_sign(tokens: list[str], rng: random.Random) -> None:
    places = [place for place, token in enumerate(tokens) if token in "<>=+*/"]
    if places:
        tokens[rng.choice(places)] = rng.choice("<>=+*/")


def _noise(tokens: list[str], rng: random.Random) -> None:
    place = rng.randrange(len(tokens))
    tokens[place] += chr(
        rng.choice((0, 9, 10, 34, 92, 127, 160, 0x202E, 0x2028, 0xFEFF, 0x1F600, rng.randrange(0xD800)))
    )


_MUTATIONS: tuple[Mutation, ...] = (
    _delete,
    _swap,
    _repeat,
    _insert,
    _insert,
    _cut,
    _another_name,
    *(_other_number,) * 6,
    *(_other_sign,) * 3,
    _noise,
    _replaced(r"\d+", _NUMBERS),
    _replaced(r"\d{4}", _DATES),
    _replaced(r"umol|mg|dL|g|L|months|weeks|days|years|ULN", _UNITS),
)


def truncations(text: str, step: int) -> Iterator[str]:
    """The text cut off at every `step`th character."""
    return (text[:end] for end in range(0, len(text), step))


OPENINGS = (
    "(", "{", "[", "not ", "known ", "-", "if x then ", "any of { ", "all of { ", "none of { ", "at least 2 of { ",
    "larger of { ", "ln(", "abs(", "1 + ", "1 * ", "2 ^ ", "x and ", "x or ", "(x or ", "not (", "when x ", "for x { ",
    "x in ", "x between ", "longer of { ", "1 of ", '"', '"""', "x where ", "x except { ", "if x then 1 else ",
)  # fmt: skip
"""What a file can open over and over without closing it."""


def nested(opening: str, depth: int) -> str:
    """A criterion whose condition opens the same thing `depth` times."""
    return (
        'protocol DEEP "Deep" { }\nfact x : yes/no "X"\n'
        f'inclusion I1 "Deep" {{\n  require {opening * depth}x\n}}\n'
    )


def main() -> int:
    """Mutate until the time is over. Exit code 1 with the first file that fails, written beside."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--minutes", type=float, default=1.0)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    end, tried, valid = monotonic() + 60 * given.minutes, 0, 0
    for text in mutants(given.seed):
        if monotonic() > end:
            break
        tried += 1
        try:
            valid += survive(text)
        except FailedError as failure:
            path = Path(f"fuzzed-{given.seed}-{tried}.trial")
            path.write_text(text, encoding="utf-8", errors="surrogatepass")
            print(f"{failure}; the file is {path}")
            return 1
    print(f"{tried} files, {valid} of them valid, none failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
