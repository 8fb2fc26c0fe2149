"""Whatever stands in a file, the whole compiler answers with diagnostics that have codes or with a clean result.

`python -m benchmarks.fuzz` runs the same for as long as one likes.
"""

from __future__ import annotations

import resource
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import OPENINGS, SEEDS, mutants, nested, survive, truncations
from protocol_dsl import pipeline
from protocol_dsl.source import MAX_BYTES, SourceError, SourceFile, read_source

FLAGSHIP = SEEDS[0].read_text(encoding="utf-8")
fuzz = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

SMALL = """
protocol SMALL "Small" {{ }}
fact x : lab in umol/L plausible 0 to 1500 "X" {{ molar_mass 100 g/mol }}
fact d : date "D"
fact e : event with dose: number in mg "E"
inclusion I1 "One" {{ require {condition} }}
example "one" on 2026-03-02 {{ x 3 umol/L  e on 2026-01-05  expect eligible }}
"""

HUGE = (
    "99999999999999",
    "9" * 5_000,
    "0." + "0" * 5_000 + "1",
    "10^400",
    "2 ^ 99999",
    "9 ^ 9 ^ 9 ^ 9",
    "exp(99999)",
    "1e999",
    "1.7976931348623157" + "0" * 320,
)
LONG_TIMES = (
    "99999999999999 months",
    f"{'9' * 400} days",
    "99999999999999999999 hours",
    "10000 years",
    "0 days",
    "0.5 months",
    "1e9 days",
    "-3 days",
)
ODD_DATES = (
    "0000-01-01",
    "99999-01-01",
    "1900-02-29",
    "2026-13-45",
    "2026-02-30",
    "2026-00",
    "0001-01-01",
    "9999-12-31",
    "2026-03-02T25:61",
    "2026-03-02T23:59:60",
)


@pytest.mark.parametrize("seed", range(4))
def test_mutated_protocols(seed: int) -> None:
    valid = sum(survive(text) for text in islice(mutants(seed), 60))
    assert 0 < valid < 60, "some mutants are valid, others are not"


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_protocols_cut_off_anywhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len([survive(cut) for cut in truncations(text, len(text) // 80 + 1)]) > 60


@fuzz
@given(st.binary(max_size=400))
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("bytes") / "random.trial"
    path.write_bytes(content)
    with suppress(SourceError):
        survive(read_source(path).text)


def test_a_file_of_a_hundred_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.trial"
    with open(path, "wb") as stream:
        stream.truncate(100_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(SourceError) as refused:
        read_source(path)
    assert refused.value.kind == "too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MAX_BYTES // 1024 * 2


@pytest.mark.parametrize("opening", OPENINGS, ids=lambda opening: opening.strip())
@pytest.mark.parametrize("depth", [40, 10_000])
def test_nesting(opening: str, depth: int) -> None:
    survive(nested(opening, depth))


@pytest.mark.parametrize("sign", ["()", "{}", "[]", "<>"])
def test_brackets_closed_as_often_as_opened(sign: str) -> None:
    assert not survive(nested(sign[0], 10_000).replace("x\n}", f"x{sign[1] * 10_000}\n}}"))


def test_the_small_protocol_is_clean_before_anything_is_put_in() -> None:
    assert survive(SMALL.format(condition="x > 3 umol/L"))


@pytest.mark.parametrize("number", HUGE, ids=lambda number: number[:20])
def test_huge_numbers(number: str) -> None:
    for condition in (f"x > {number}", f"x > {number} umol/L", f"x in mg/dL > {number}", f"x < {number} ULN"):
        survive(SMALL.format(condition=condition))
    survive(SMALL.format(condition="x > 3 umol/L").replace("1500", number))
    survive(SMALL.format(condition="x > 3 umol/L").replace("100 g/mol", f"{number} g/mol"))
    survive(SMALL.format(condition="x > 3 umol/L").replace("x 3 umol/L", f"x {number} umol/L"))


@pytest.mark.parametrize("time", LONG_TIMES, ids=lambda time: time[:20])
def test_absurd_lengths_of_time(time: str) -> None:
    for condition in (f"e within {time} before screening", f"e at least {time} after d", f"age > {time}"):
        survive(SMALL.format(condition=condition))
    survive(SMALL.format(condition="x > 3 umol/L").replace('1500 "X"', f'1500 valid {time} "X"'))


@pytest.mark.parametrize("date", ODD_DATES)
def test_absurd_dates(date: str) -> None:
    text = SMALL.format(condition="e within 3 months before screening")
    for replaced in ("2026-03-02", "2026-01-05"):
        survive(text.replace(replaced, date))
    survive(text.replace("expect", f"d on {date}  birth_date on {date}  expect"))


@fuzz
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), st.integers(0, len(FLAGSHIP)))
def test_any_text_put_in_anywhere(text: str, place: int) -> None:
    survive(FLAGSHIP[:place] + text + FLAGSHIP[place:])


def test_the_flagship_itself_is_clean() -> None:
    assert survive(FLAGSHIP)
    assert pipeline.check(SourceFile("flagship.trial", FLAGSHIP)).protocol is not None
