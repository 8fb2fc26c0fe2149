"""Designs that fit and do not, strata that part the patients, patients allocated and refused, ledgers that hold."""

from __future__ import annotations

import hashlib
import io
from fractions import Fraction

import pytest
from allocation_designs import Asked, design, made, protocol

from protocol_dsl import pipeline
from protocol_dsl.allocation.design import design_of
from protocol_dsl.allocation.faults import AllocationError, Refused
from protocol_dsl.allocation.ledger import Entry, next_entry, read_ledger, write_ledger
from protocol_dsl.allocation.lists import allocation_list
from protocol_dsl.allocation.minimization import imbalances, minimized, parts
from protocol_dsl.allocation.patient import cell_of
from protocol_dsl.allocation.record import audit_record, list_csv, record_text, with_list
from protocol_dsl.allocation.strata import Cell, cells, factors_of
from protocol_dsl.allocation.stream import ALGORITHM, VERSION, Stream
from protocol_dsl.ir.schema import schema_of
from protocol_dsl.runtime.reading import read_patient
from protocol_dsl.runtime.records import Range
from protocol_dsl.source import SourceFile
from protocol_dsl.vocabulary.calendar import parse_when

TWO = "randomize to a, b"
DAY = parse_when("2026-03-02")


@pytest.mark.parametrize(
    ("randomize", "asked", "message"),
    [
        ("", {}, "does not say to which arms"),
        (TWO, {}, "states no ratio for its 2 arms, a, b"),
        (TWO, {"ratio": (1, 1, 1)}, "`1:1:1` has 3 parts for 2 arms"),
        (TWO, {"ratio": (1, 0)}, "a part that is not from 1 to 100"),
        (TWO, {"ratio": (1, 1)}, "states no block sizes; give sizes that 2 divides, such as `--blocks 2,4`"),
        (
            TWO,
            {"ratio": (2, 1), "blocks": (3, 4)},
            "a block of 4 cannot hold the ratio 2:1, whose parts add up to 3",
        ),
        (TWO, {"ratio": (1, 1), "blocks": (0,)}, "a block of 0 cannot hold"),
        (TWO, {"ratio": (1, 1), "blocks": (2000,)}, "larger than 1000"),
        (TWO + " in ratio 2:1", {"ratio": (1, 1)}, "`1:1` is not the protocol's, which is 2:1"),
        (TWO + " in ratio 1:1 in blocks of 4", {"blocks": (6,)}, "`6` are not the protocol's, which are 4"),
        (TWO + " in ratio 1:1 by method urn", {}, "the protocol's method, `urn`, is none"),
        (
            TWO + " in ratio 1:1 by method simple",
            {"method": "blocks"},
            "is not the protocol's, which is `simple`",
        ),
        (
            TWO + " in ratio 1:1 by method simple",
            {"blocks": (4,)},
            "block sizes are given, but the method is simple",
        ),
        (TWO + " in ratio 2:1 by method minimization", {}, "no factors to balance"),
        (TWO + " in ratio 1:1 by method minimisation", {}, "no factors to balance"),
        (TWO + " in ratio 1:1 in blocks of 2 stratified by organs", {}, "`organs` is a set"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_reason(randomize, asked, message):
    with pytest.raises(AllocationError) as found:
        design(randomize, **asked)
    assert message in str(found.value)


def test_what_the_user_gives_and_what_is_stated_is_told_apart():
    given = design(TWO, ratio=(2, 1), blocks=(6, 3))
    assert (given.ratio, given.ratio_from) == ((2, 1), "given by the user; the protocol states none")
    assert given.blocks == (3, 6)
    stated = design(TWO + " in ratio 2:1 in blocks of 3, 6", ratio=(2, 1), blocks=(3, 6))
    assert (stated.ratio_from, stated.blocks_from) == ("stated by the protocol", "stated by the protocol")


def test_the_stream_is_the_hash_it_is_documented_to_be():
    key = f"{ALGORITHM}/{VERSION}\n".encode()
    for text in ("geheim ü", "d" * 64, "sex=male"):
        key += len(text.encode()).to_bytes(8, "big") + text.encode()
    words = []
    for counter in range(3):
        digest = hashlib.sha256(key + counter.to_bytes(8, "big")).digest()
        words += [int.from_bytes(digest[at : at + 8], "big") for at in range(0, 32, 8)]
    stream = Stream("geheim ü", "d" * 64, "sex=male")
    assert [stream.below(2**64) for _ in words] == words


def test_fields_of_the_stream_do_not_run_together():
    assert Stream("ab", "c", "").below(2**64) != Stream("a", "bc", "").below(2**64)


def test_numbers_past_the_last_multiple_are_drawn_again():
    # A bound just over half of all words rejects nearly half of them: the words kept are unchanged and in order.
    bound = 2**63 + 1
    words = Stream("s", "d", "n")
    kept = [word for word in (words.below(2**64) for _ in range(40)) if word < bound]
    drawn = Stream("s", "d", "n")
    assert [drawn.below(bound) for _ in kept] == kept
    assert 10 < len(kept) < 30


STRATA = "in ratio 1:1 in blocks of 2, 4 stratified by"


@pytest.mark.parametrize(
    ("by", "levels"),
    [
        ("sex", ("male", "female")),
        ("smoker", ("yes", "no")),
        ("heavy", ("yes", "no")),
        ("receptor", ("positive", "negative", "unclear")),
        ("ecog cut at 2", ("<2", ">=2")),
        ("doubled cut at 17, 24.5, 30", ("<17", "17 to <24.5", "24.5 to <30", ">=30")),
        ("age cut at 65", ("<65", ">=65")),
    ],
)
def test_a_factor_has_its_levels(by, levels):
    (factor,) = design(f"{TWO} {STRATA} {by}").factors
    assert tuple(level.text for level in factor.levels) == levels


def test_a_bound_that_reaches_over_a_cut_decides_nothing():
    (factor,) = factors_of(protocol(f"{TWO} {STRATA} score cut at 2"))
    assert factor.level(Range(2.0, 9.0)).text == ">=2"
    assert factor.level(Range(1.0, 2.0)) is None
    assert factor.level(None) is None
    assert factor.level(2.0).text == ">=2"
    assert factor.levels[0].high == Fraction(2)


def test_too_many_strata_are_refused():
    cuts = ", ".join(str(cut) for cut in range(1, 40))
    many = f"{TWO} {STRATA} score cut at {cuts} and by weight cut at {cuts}"
    with pytest.raises(AllocationError, match="1,600 strata"):
        allocation_list(design(many), "s", "d", 1)


PATIENT = {"id": "P1", "birth_date": "1970-01-01", "sex": "female", "ecog": 2, "smoker": True}


def placed(by: str, record: dict[str, object]) -> Cell:
    one = protocol(f"{TWO} {STRATA} {by}")
    records = read_patient(record, schema_of(one), DAY).records
    return cell_of(one, design_of(one, Asked()), records, DAY)


@pytest.mark.parametrize(
    ("by", "more", "key"),
    [
        ("sex and by ecog cut at 2", {}, "sex=female, ecog>=2"),
        ("smoker", {}, "smoker=yes"),
        ("age cut at 56", {}, "age>=56"),
        ("age cut at 57", {}, "age<57"),
        ("doubled cut at 10, 20", {"score": 5}, "doubled=10 to <20"),
        ("heavy", {"weight": {"value": "<90", "unit": "kg"}}, "heavy=no"),
        ("ecog cut at 2", {"ecog": {"value": "<2", "on": "2026-03-01"}}, "ecog<2"),
        ("receptor", {"receptor": [{"value": "unclear", "on": "2026-01-01"}]}, "receptor=unclear"),
    ],
)
def test_a_patient_falls_in_one_stratum(by, more, key):
    assert placed(by, PATIENT | more).key == key


@pytest.mark.parametrize(
    ("by", "more", "message"),
    [
        (
            "receptor",
            {},
            "stratum is unknown, because Receptor is not known; record `receptor`, which is `positive`",
        ),
        ("ecog cut at 2", {"ecog": {"value": 1, "on": "2026-02-01"}}, "because ECOG status is not known"),
        ("ecog cut at 2", {"ecog": 9}, "because ECOG status is not known"),
        ("score cut at 2", {"score": "<3"}, "because Score is only known to be below 3"),
        ("sex", {"birth_date": "2010-01-01"}, "`P1` is ineligible and is not allocated: fails I1"),
        ("sex", {"birth_date": None}, "`P1` is undetermined and is not allocated: is not known to pass I1"),
    ],
)
def test_a_patient_who_may_not_be_allocated_is_refused(by, more, message):
    with pytest.raises(Refused) as found:
        placed(by, PATIENT | more)
    assert message in str(found.value)


STAGES = """
anchor randomization "Randomization"
stage baseline at randomization { inclusion B1 "Smokes" { source "smokers" require smoker } }
"""


@pytest.mark.parametrize(("smoker", "fits"), [(True, True), (False, False), (None, False)])
def test_a_stage_judged_at_randomization_decides_as_well(smoker, fits):
    one = protocol(f"{TWO} {STRATA} sex", STAGES)
    records = read_patient(PATIENT | {"smoker": smoker}, schema_of(one), DAY).records
    if fits:
        assert cell_of(one, design_of(one, Asked()), records, DAY).key == "sex=female"
    else:
        with pytest.raises(Refused, match="for baseline and is not allocated"):
            cell_of(one, design_of(one, Asked()), records, DAY)


def filled(plan, keys, seed="s") -> list[Entry]:
    known = {cell.key: cell for cell in cells(plan.factors)}
    entries: list[Entry] = []
    for number, key in enumerate(keys):
        entries.append(next_entry(plan, seed, "d", entries, f"P{number}", "2026-03-02", known[key]))
    return entries


@pytest.mark.parametrize("method", ["blocks", "simple"])
def test_patients_one_by_one_are_given_the_list(method):
    blocks = " in blocks of 2, 4" if method == "blocks" else f" by method {method}"
    clauses = f"in ratio 1:1{blocks} stratified by sex"
    # Clauses stand in any order in the language.
    plan = design(f"{TWO} {clauses}")
    entries = filled(
        plan, ["sex=male", "sex=female", "sex=male", "sex=male", "sex=female", "sex=male", "sex=male"]
    )
    listed = {(slot.stratum, slot.position): slot.arm for slot in allocation_list(plan, "s", "d", 8)}
    assert [listed[one.stratum, one.position] for one in entries] == [one.arm for one in entries]
    assert [one.position for one in entries] == [1, 1, 2, 3, 2, 4, 5]


def test_a_ledger_is_read_back_and_held_to_its_seed():
    plan = design(f"{TWO} {STRATA} sex")
    entries = filled(plan, ["sex=male", "sex=female", "sex=male", "sex=male"])
    text = io.StringIO()
    write_ledger(text, entries)
    assert list(read_ledger(io.StringIO(text.getvalue()), "ledger")) == entries
    male = next(iter(cells(plan.factors)))
    more = ("P9", "2026-03-02", male)
    with pytest.raises(AllocationError, match="in the ledger already, as number 2"):
        next_entry(plan, "s", "d", entries, "P1", "2026-03-02", male)
    with pytest.raises(AllocationError, match="another version of the protocol"):
        next_entry(plan, "s", "other", entries, *more)
    with pytest.raises(AllocationError, match="do not give its arm"):
        next_entry(plan, "another seed 1", "d", entries, *more)
    with pytest.raises(AllocationError, match="stands at place 1 of its stratum and says 2"):
        next_entry(plan, "s", "d", entries[2:], *more)
    with pytest.raises(AllocationError, match="is none of this protocol"):
        next_entry(
            design(f"{TWO} {STRATA} smoker"),
            "s",
            "d",
            entries,
            "P9",
            "2026-03-02",
            Cell((("smoker", "yes"),)),
        )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("patient,arm\n", "is no ledger; its first line must be"),
        ("number,patient,on,stratum,position,arm,protocol_sha256\n1,P1\n", "line 2 of `l` is no entry"),
        (
            "number,patient,on,stratum,position,arm,protocol_sha256\n2,P1,,,1,a,d\n",
            "line 2 of `l` is number 2, not 1",
        ),
        ('number,"patient', "is no ledger"),
    ],
)
def test_what_is_no_ledger_is_refused(text, message):
    with pytest.raises(AllocationError) as found:
        read_ledger(io.StringIO(text), "l")
    assert message in str(found.value)
    assert read_ledger(io.StringIO(""), "l") == ()


def who(*levels: str) -> Cell:
    return Cell(tuple(enumerate(levels)))  # type: ignore[arg-type]


def test_minimization_sums_the_ranges_of_the_counts():
    before = [(who("male", "old"), "a"), (who("male", "young"), "a"), (who("female", "old"), "b")]
    # Male: a 2, b 0. Old: a 1, b 1. A man joining a leaves ranges 3 and 1, one joining b 1 and 1.
    assert imbalances(("a", "b"), before, who("male", "old")) == {"a": 4, "b": 2}


def test_minimization_prefers_four_times_in_five():
    before = [(who("male"), "a")]
    drawn = [minimized(("a", "b", "c"), before, who("male"), f"seed {seed}", "d") for seed in range(3000)]
    shares = [drawn.count(arm) / len(drawn) for arm in "abc"]
    assert shares == pytest.approx([0.2, 0.4, 0.4], abs=0.03)


def test_minimization_keeps_every_factor_even_and_makes_no_list():
    plan = design(f"{TWO} in ratio 1:1 stratified by sex and by smoker by method minimization")
    keys = [cell.key for cell in cells(plan.factors)]
    order = Stream("order", "", "")
    entries = filled(plan, [keys[order.below(4)] for _ in range(200)])
    for level in ("sex=male", "sex=female", "smoker=yes", "smoker=no"):
        arms = [one.arm for one in entries if level in one.stratum]
        assert abs(arms.count("a") - arms.count("b")) <= 8
    with pytest.raises(AllocationError, match="minimization makes no list"):
        allocation_list(plan, "s", "d", 4)


def test_an_arm_is_counted_as_many_parts_as_its_share():
    assert parts(("a", "b"), (2, 1)) == (("a", 0), ("a", 1), ("b", 0))
    assert parts(("a", "b"), (4, 2)) == parts(("a", "b"), (2, 1))
    assert parts(("a", "b"), (3, 3)) == (("a", 0), ("b", 0))


def test_minimization_of_unequal_arms_goes_on_from_the_ledger():
    plan = design(f"{TWO} in ratio 2:1 stratified by sex by method minimization")
    entries = filled(plan, ["sex=male", "sex=female", "sex=male"] * 20)
    text = io.StringIO()
    write_ledger(text, entries)
    read = read_ledger(io.StringIO(text.getvalue()), "ledger")
    male = next(iter(cells(plan.factors)))
    more = next_entry(plan, "s", "d", read, "P99", "2026-03-02", male)
    assert more == next_entry(plan, "s", "d", entries, "P99", "2026-03-02", male)
    with pytest.raises(AllocationError, match="do not give its arm"):
        next_entry(plan, "another seed", "d", read, "P99", "2026-03-02", male)


def test_the_record_says_who_decided_and_how_to_do_it_again():
    one = protocol(TWO)
    plan = design_of(one, Asked((2, 1), (3,)))
    slots = allocation_list(plan, "s", one.source_digest, 4)
    record = with_list(audit_record(one, plan, "s"), slots, 4, "given")
    assert record["protocol_sha256"] == one.source_digest
    assert (record["algorithm"], record["version"], record["seed"]) == (ALGORITHM, VERSION, "s")
    assert record["ratio_from"] == "given by the user; the protocol states none"
    assert record["list_sha256"] == hashlib.sha256(list_csv(slots).encode()).hexdigest()
    assert record["rows"] == 6
    assert "date" not in record
    assert audit_record(one, plan, "s", "2026-03-02")["date"] == "2026-03-02"
    assert "ratio             2:1  (given by the user" in record_text(record)


@pytest.mark.parametrize(
    ("number", "message"), [(0, "allocates nobody"), (2_000_000, "more than 1,000,000 rows")]
)
def test_a_list_has_a_sensible_length(number, message):
    with pytest.raises(AllocationError, match=message):
        allocation_list(made((1, 1), (2,)), "s", "d", number)


def test_nobody_is_allocated_where_nothing_says_who_is_eligible():
    text = 'protocol T1 "T" { } arm a "A" { provide "x" } arm b "B" { provide "x" } randomize to a, b'
    one = pipeline.check(SourceFile("t.trial", text)).protocol
    records = read_patient(PATIENT, schema_of(one), DAY).records
    with pytest.raises(AllocationError, match="T1 has no criteria to judge by"):
        cell_of(one, design_of(one, Asked((1, 1), (2,))), records, DAY)
