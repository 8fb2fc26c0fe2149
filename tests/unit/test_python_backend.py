"""The generated checker: that it says what the reference says, whatever the values, texts and sizes."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tokenize
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import attrs
import checker_sample as sample
import pytest
from checker_loading import load

from protocol_dsl.backends.python import emit, emit_standalone
from protocol_dsl.backends.python.expressions import Level, Text, chain, flat
from protocol_dsl.backends.python.rails import disjunction
from protocol_dsl.backends.writer import Writer, string
from protocol_dsl.ir.citations import Citation
from protocol_dsl.ir.facts import Fact
from protocol_dsl.ir.features import Feature, Given, Occurs
from protocol_dsl.ir.formulas import All, AtLeast, Formula, Not, Truth
from protocol_dsl.ir.formulas import Any as AnyOf
from protocol_dsl.ir.numbers import Arithmetic, Number, Value
from protocol_dsl.ir.protocol import Header, Protocol, Question, Stage
from protocol_dsl.runtime.records import Range, Records
from protocol_dsl.testing.differential import compare
from protocol_dsl.testing.protocols import random_protocol
from protocol_dsl.vocabulary.calendar import When

ROOT = Path(__file__).parents[2]
FLAGSHIP, WIDE = load(sample.FLAGSHIP), load(sample.WIDE)


def engine(protocol: Protocol, module: Any) -> Callable[[Records, When], Mapping[str, Any]]:
    """The checker as the differential runner asks for it, its own parts compared with each other on the way."""

    def judge(records: Records, on: When) -> dict[str, Any]:
        patient = module.Patient.from_records(records)
        found: dict[str, Any] = {}
        for index, stage in enumerate(protocol.stages):
            verdict = module.check(patient, on, stage.name)
            assert verdict.stage.weigh(verdict.values) == verdict.codes
            assert index or module.is_eligible(patient, on) is verdict.eligible
            found |= {one.id: code for one, code in zip(stage.criteria, verdict.codes, strict=True)}
            found |= {f"feature {name}": one for name, one in verdict.stage.by_id(verdict.values).items()}
            assert str(verdict)
        return found

    return judge


@pytest.mark.parametrize(
    ("protocol", "module"), [(sample.FLAGSHIP, FLAGSHIP), (sample.WIDE, WIDE)], ids=["flagship", "wide"]
)
def test_agrees_with_the_reference(protocol: Protocol, module: Any) -> None:
    report = compare(protocol, engine(protocol, module), 150, seed=7)
    assert report.agrees, report.text()


@pytest.mark.parametrize("seed", range(1000, 1012))
def test_agrees_with_the_reference_on_random_protocols(seed: int) -> None:
    protocol = random_protocol(seed)
    report = compare(protocol, engine(protocol, load(protocol)), 25, seed)
    assert report.agrees, report.text()


def random_value(rng: Random, row: Any, bounded: bool) -> Any:
    if rng.random() < 0.2:
        return None
    if row.type == "truth":
        return rng.random() < 0.5
    if row.type == "choice":
        return rng.choice(["female", "male"] if row.id == "sex" else ["I", "II", "III", "IV"])
    if row.type == "set":
        return frozenset(name for name in ("kras", "nras", "braf") if rng.random() < 0.4)
    value = rng.choice([0.0, 1.0, 1.5, 2.5, 17.0, 18.0, 40.0, 65.0, 171.0, 342.0, 0.1, rng.uniform(-5, 400)])
    if bounded and rng.random() < 0.3:
        return Range(*rng.choice([(-math.inf, value), (value, math.inf), (value, value + 3.0)]))
    return value


@pytest.mark.parametrize("bounded", [False, True])
def test_the_code_says_what_the_table_says(bounded: bool) -> None:
    rng = Random(20 + bounded)
    table = WIDE._ELIGIBILITY
    for _ in range(1500):
        row = {name: random_value(rng, kind, bounded) for name, kind in table.features.items()}
        verdict = WIDE.check_row(row)
        assert verdict.codes == table.weigh(row)
        features = WIDE.Features(**{table.features[name].name: value for name, value in row.items()})
        assert WIDE.check_features(features).codes == verdict.codes
        assert WIDE.is_eligible_features(features) is verdict.eligible


def test_a_test_that_says_more_than_another_is_left_out() -> None:
    one, other = Text("a is True", Level.COMPARISON), Text("b is True", Level.COMPARISON)
    both = chain(Level.AND, "and", [one, other])
    assert flat(disjunction([both, other])) == "b is True"
    assert flat(disjunction([other, both])) == "b is True"
    assert (
        flat(disjunction([both, Text("c is True", Level.COMPARISON)]))
        == "(a is True and b is True) or c is True"
    )


def test_not_a_number_decides_nothing() -> None:
    table = FLAGSHIP._ELIGIBILITY
    names = [name for name, row in table.features.items() if row.type == "number"]
    decided = dict.fromkeys(table.features) | dict.fromkeys(names, math.nan)
    unknown = dict.fromkeys(table.features)
    assert FLAGSHIP.check_row(decided).codes == FLAGSHIP.check_row(unknown).codes


def test_check_row_refuses_what_it_cannot_read() -> None:
    with pytest.raises(ValueError, match=r"`inr_` is no feature of NCT02812121; did you mean `inr`\?"):
        FLAGSHIP.check_row({"inr_": 1.8})
    with pytest.raises(ValueError, match=r"`inr` is '1\.8', which is not a finite number; give a float"):
        FLAGSHIP.check_row({"inr": "1.8"})
    assert FLAGSHIP.check_row({"age": 70.0}).outcome == "ineligible"


def test_many_patients_and_one_agree() -> None:
    patients = [{"id": str(age), "age": age} for age in (17, 18, 65, 66)]
    many = list(FLAGSHIP.check_many(patients, "2026-03-02"))
    assert [verdict.outcome for verdict in many] == [
        "ineligible",
        "undetermined",
        "undetermined",
        "ineligible",
    ]
    assert many == [FLAGSHIP.check(patient, "2026-03-02") for patient in patients]
    assert [FLAGSHIP.is_eligible(patient, "2026-03-02") for patient in patients] == [False, None, None, False]


@pytest.mark.parametrize(
    ("on", "reason"), [("2026", "not one day"), ("2026-13-01", "month"), ("soon", "not a date")]
)
def test_a_day_of_judging_that_is_none(on: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        FLAGSHIP.check({"id": "P1"}, on)


def test_a_stage_that_is_none() -> None:
    with pytest.raises(
        ValueError, match="there is no stage `followup`; this protocol has `eligibility`, `registration`"
    ):
        WIDE.check({"id": "P1"}, "2026-03-02", "followup")


# The text


def test_emission_is_deterministic() -> None:
    assert emit(sample.WIDE) == emit(sample.WIDE)


@pytest.mark.parametrize(
    "protocol", [sample.FLAGSHIP, sample.WIDE, random_protocol(3)], ids=["flagship", "wide", "random"]
)
def test_the_text_is_typed_and_formatted(protocol: Protocol, tmp_path: Path) -> None:
    path = tmp_path / "checker.py"
    path.write_text(emit(protocol)[0].text, encoding="utf-8")
    typed = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file=",
        "--cache-dir",
        str(tmp_path),
        str(path),
    ]
    found = subprocess.run(
        typed,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"MYPYPATH": str(ROOT), "PATH": ""},
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr
    layout = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--isolated",
        "--line-length",
        "100",
        "--diff",
        str(path),
    ]
    found = subprocess.run(layout, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_each_criterion_stands_under_its_sentence() -> None:
    text = emit(sample.FLAGSHIP)[0].text
    judge = text[text.index("def judge_eligibility(") :]
    sentence = judge.index("# | Patients with ACLF-which is characterized by acute hepatic insult")
    note = judge.index("# Note: The source prints the unit as '10×ULN umol/L'")
    line = judge.index("# - require total_bilirubin >= 10 ULN")
    code = judge.index("total_bilirubin >= 10.0 * total_bilirubin_upper")
    assert judge.index("# I1, inclusion: Acute-on-chronic liver failure") < sentence < note < line < code


HOSTILE = [
    'quotes " and """ and \'\'\'',
    "back\\slash at the end \\",
    "line\nbreak\r and \x0c form \x85 next \u2028 separator \u2029 paragraph",
    "import os; os.abort()\n    raise SystemExit",
    "type: ignore",
    "fmt: off",
    "right \u202e to left, nul \x00, lone \ud800 surrogate",
    "{braces} %s $HOME \N{GREEK SMALL LETTER BETA}-blocker",
    "#",
    "",
    "x" * 500,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_text_holds(text: str) -> None:
    criterion = attrs.evolve(
        sample.criterion("E1", text, sample.reject(Truth("E4.1"), text), notes=(text,)),
        citations=(Citation(text),),
    )
    protocol = sample.protocol(
        Stage("eligibility", sample.SCREENING, (criterion,)),
        header=Header(text, text, ()),
        facts=tuple(attrs.evolve(fact, label=text) for fact in sample.FACTS),
        questions=(Question("E4.1", text, "investigator"),),
    )
    code = emit(protocol)[0].text
    tree_only = [
        token.type
        for token in tokenize.generate_tokens(StringIO(code.encode("utf-8", "replace").decode()).readline)
    ]
    assert tokenize.ERRORTOKEN not in tree_only
    verdict = load(protocol, code).check({"id": "P1", "answers": {"E4.1": True}}, "2026-03-02")
    assert verdict.codes == (False,)
    assert verdict.criteria[0].title == " ".join("".join(c if c.isprintable() else " " for c in text).split())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_literal_reads_back(text: str) -> None:
    assert eval(string(text)) == text
    assert string(text).isprintable()


def test_a_comment_gives_no_orders() -> None:
    writer = Writer()
    writer.comment("type: ignore")
    writer.comment("fmt: off")
    writer.comment("fine # noqa: F401")
    assert writer.text() == "# . type: ignore\n# . fmt: off\n# fine No. noqa: F401\n"


AWKWARD = (
    "class",
    "log",
    "print",
    "patient",
    "on",
    "features",
    "self",
    "values",
    "occurs",
    "Stage",
    "i1",
    "E1",
    "None",
    "undecided",
    "field",
    "1st",
    "…",
)


def test_awkward_names_never_collide() -> None:
    facts = tuple(Fact(name, "yes_no", name) for name in AWKWARD)
    features = tuple(Feature(name, Given(name), "truth", "1", name) for name in AWKWARD)
    criteria = tuple(
        sample.criterion(f"I{n}", "t", sample.require(Truth(name))) for n, name in enumerate(AWKWARD)
    )
    stage = Stage("eligibility", sample.SCREENING, criteria)
    module = load(sample.protocol(stage, facts=facts, features=features, definitions=(), questions=()))
    for position, name in enumerate(AWKWARD):
        data = dict.fromkeys(AWKWARD, True) | {name: False}
        assert module.check_row(data).codes == tuple(other != position for other in range(len(AWKWARD)))
        records = Records("P1", data)
        assert module.check(module.Patient.from_records(records), "2026-03-02").codes[position] is False


def large(count: int) -> Protocol:
    facts = [Fact(f"lab{n}", "lab", f"Lab {n}", "U/L", "U/L") for n in range(count)]
    facts += [Fact(f"event{n}", "event", f"Event {n}") for n in range(count)]
    features = [Feature(f"lab{n}", sample.sample(f"lab{n}"), "number", "U/L", "") for n in range(count)]
    features += [
        Feature(f"event{n}", Occurs(f"event{n}", sample.before(n % 30 + 1, "day")), "truth", "1", "")
        for n in range(count)
    ]
    criteria = tuple(
        sample.criterion(
            f"I{n}",
            f"Criterion {n}",
            sample.require(
                AnyOf((sample.compare(">=", Value(f"lab{n}"), sample.const(n)), Not(Truth(f"event{n}"))))
            ),
        )
        for n in range(count)
    )
    stage = Stage("eligibility", sample.SCREENING, criteria)
    return sample.protocol(stage, facts=tuple(facts), features=tuple(features), definitions=())


def test_a_thousand_criteria_in_linear_time() -> None:
    def seconds(protocol: Protocol) -> float:
        start = perf_counter()
        emit(protocol)
        return perf_counter() - start

    few, many = large(125), large(1000)
    ratio = seconds(many) / min(seconds(few) for _ in range(3))
    assert ratio < 8 * 2.5
    module = load(many)
    assert module.check({"id": "P1", "lab7": 7}, "2026-03-02").codes[:9] == (None,) * 7 + (True, None)


@pytest.mark.parametrize("depth", [20, 100])
def test_deep_nesting(depth: int) -> None:
    formula: Formula = Truth("pregnant")
    number: Number = Value("inr")
    for level in range(depth):
        other = (Truth("lactating"), Not(formula))
        formula = (
            AtLeast(1, (formula, Truth("lactating"))) if level % 3 == 0 else (All, AnyOf)[level % 2](other)
        )
        number = Arithmetic("+" if level % 2 else "-", sample.const(1), number)
    criteria = (
        sample.criterion("I1", "deep", sample.require(formula)),
        sample.criterion("I2", "deep", sample.require(sample.compare(">", number, sample.const(0)))),
    )
    protocol = sample.protocol(Stage("eligibility", sample.SCREENING, criteria))
    report = compare(protocol, engine(protocol, load(protocol)), 40)
    assert report.agrees, report.text()


# Alone

ALONE = """
import json, runpy, sys
module = runpy.run_path(sys.argv[1])
for line in sys.stdin:
    print(json.dumps(module["check"](json.loads(line), "2026-03-02").to_json()))
print([name for name in sys.modules if name.split(".")[0] in {"protocol_dsl", "attrs", "lark"}])
"""
PATIENTS = (
    '{"id": "P1", "age": 45, "inr": {"value": "<1.4", "on": "2026-03-01"}, "gi_bleeding": [{"on": "2026-01-02"}]}',
    '{"id": "P2", "birth_date": "1980-02-29", "total_bilirubin": {"value": 20, "unit": "mg/dL", "uln": 1.0}}',
    '{"id": "P3", "bogus": 1, "inr": 99}',
)


@pytest.mark.parametrize("protocol", [sample.FLAGSHIP, sample.WIDE], ids=["flagship", "wide"])
def test_the_standalone_form_runs_on_a_bare_interpreter(protocol: Protocol, tmp_path: Path) -> None:
    path = tmp_path / emit_standalone(protocol).path
    path.write_text(emit_standalone(protocol).text, encoding="utf-8")
    bare = [sys.executable, "-I", "-S", "-c", ALONE, str(path)]
    found = subprocess.run(
        bare, input="\n".join(PATIENTS), capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert found.returncode == 0, found.stderr
    *verdicts, imported = found.stdout.splitlines()
    assert imported == "[]"
    module = FLAGSHIP if protocol is sample.FLAGSHIP else WIDE
    expected = [module.check(json.loads(line), "2026-03-02").to_json() for line in PATIENTS]
    assert [json.loads(line) for line in verdicts] == expected
