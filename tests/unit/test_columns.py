"""Frames of features judged by Polars: kinds of frame, bounded columns, and errors that name the columns."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pandas
import polars
import pyarrow
import pytest

from protocol_dsl.backends.columns import FrameError, check_frame
from protocol_dsl.ir.features import Feature, Given, NamedAnchor
from protocol_dsl.ir.formulas import All, Compare, Contains, OneOf
from protocol_dsl.ir.numbers import Call, Const, Value
from protocol_dsl.ir.protocol import Criterion, Header, Line, Protocol, Stage
from protocol_dsl.testing.palette import random_facts


def number(value):
    return Const(Fraction(value))


HEAVY = Compare(">=", Call("max", (Value("weight"), number(10))), number(70), atom="a1")
MILD = OneOf("nyha", ("I", "II"), atom="a2")
KRAS = Contains("mutations", ("kras", "braf"), atom="a3")
PROTOCOL = Protocol(
    Header("X", "x", ()),
    random_facts(Random(0)),
    (
        Feature("weight", Given("weight"), "number", "kg", "weight"),
        Feature("nyha", Given("nyha"), "choice", "1", "class"),
        Feature("mutations", Given("mutations"), "set", "1", "mutations"),
    ),
    (),
    (
        Stage(
            "eligibility",
            NamedAnchor("screening"),
            (
                Criterion("I1", "inclusion", "Heavy", (Line("require", HEAVY, "require"),)),
                Criterion("I2", "inclusion", "Mild", (Line("require", All((MILD, KRAS)), "require"),)),
            ),
        ),
    ),
)
COLUMNS = {
    "weight": [70.0, 69.9, None, float("nan"), float("inf")],
    "nyha": ["I", "II", None, "IV", "I"],
    "mutations_has_kras": [True, False, None, None, True],
    "mutations_has_egfr": [True, False, None, None, True],
    "mutations_has_braf": [False, False, None, True, False],
}
EXPECTED = {
    "i1": [True, False, None, None, None],
    "i2": [True, False, None, False, True],
    "verdict": ["eligible", "ineligible", "undetermined", "ineligible", "undetermined"],
}


def test_polars() -> None:
    assert check_frame(PROTOCOL, polars.DataFrame(COLUMNS)).to_dict(as_series=False) == EXPECTED
    assert check_frame(PROTOCOL, polars.LazyFrame(COLUMNS)).collect().to_dict(as_series=False) == EXPECTED


def test_arrow() -> None:
    assert check_frame(PROTOCOL, pyarrow.table(COLUMNS)).to_pydict() == EXPECTED


def test_pandas() -> None:
    judged = check_frame(PROTOCOL, pandas.DataFrame(COLUMNS))
    assert isinstance(judged, pandas.DataFrame)
    found = {name: [None if value is pandas.NA else value for value in judged[name]] for name in judged}
    assert found == EXPECTED


def test_whole_numbers_are_numbers() -> None:
    frame = polars.DataFrame({**COLUMNS, "weight": [70, 69, None, 71, 0]})
    assert check_frame(PROTOCOL, frame)["i1"].to_list() == [True, False, None, True, False]


def test_bounded_numbers_come_in_two_columns() -> None:
    protocol = Protocol(
        PROTOCOL.header,
        PROTOCOL.facts,
        PROTOCOL.features[:1],
        (),
        (
            Stage(
                "eligibility",
                NamedAnchor("screening"),
                (
                    Criterion(
                        "I1",
                        "inclusion",
                        "Heavy",
                        (Line("require", Compare(">=", Value("weight"), number(70), atom="a1"), "require"),),
                    ),
                ),
            ),
        ),
    )
    ends = {"weight_low": [70.0, -float("inf"), 60.0, None], "weight_high": [float("inf"), 69.0, 80.0, None]}
    judged = check_frame(protocol, polars.DataFrame(ends), missing=True)
    assert judged["i1"].to_list() == [True, False, None, None]
    assert judged["missing"].to_list() == ["", "", "weight", "weight"]


def test_all_that_is_wrong_with_a_frame_is_said_at_once() -> None:
    frame = polars.DataFrame({"nyha": [1], "mutations_has_kras": [True], "mutations_has_egfr": ["yes"]})
    with pytest.raises(FrameError) as raised:
        check_frame(PROTOCOL, frame)
    assert str(raised.value) == (
        "there is no column `weight` (nor `weight_low` and `weight_high`); column `nyha` holds Int64, expected "
        "choices; there is no column `mutations_has_braf` of truths; column `mutations_has_egfr` holds String, "
        "expected truths"
    )


def test_what_is_no_frame() -> None:
    with pytest.raises(FrameError, match="a builtins object is no frame"):
        check_frame(PROTOCOL, [1, 2])
