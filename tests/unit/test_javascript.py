"""The JavaScript back end's text: names, literals and comments, whatever the protocol's own words are."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from protocol_dsl.backends.javascript import emit
from protocol_dsl.backends.javascript.bundle import FILES, runtime, runtime_names, without_comments
from protocol_dsl.backends.javascript.code import Call, key, lines, literal, member
from protocol_dsl.ir.numbers import Const
from protocol_dsl.pipeline import load

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "protocol_dsl" / "backends" / "javascript" / "runtime"
TEXT = emit(load(ROOT / "protocols" / "nct02812121.trial"))[0].text


def test_every_file_of_the_runtime_stands_after_those_it_imports() -> None:
    assert sorted(path.stem for path in RUNTIME.iterdir()) == sorted(FILES)
    for place, name in enumerate(FILES):
        wanted = re.findall(r'from "\./(\w+)\.js"', (RUNTIME / f"{name}.js").read_text())
        assert set(wanted) <= set(FILES[:place]), name


def test_every_name_imported_is_exported_and_used() -> None:
    for name in FILES:
        text = (RUNTIME / f"{name}.js").read_text()
        for names, source in re.findall(r'^import \{([^}]*)\} from "\./(\w+)\.js"', text, re.MULTILINE):
            exporting = (RUNTIME / f"{source}.js").read_text()
            for one in filter(None, (one.strip() for one in names.split(","))):
                assert re.search(rf"^export (?:const|function|class) {one}\b", exporting, re.MULTILINE), one
                assert len(re.findall(rf"\b{one}\b", text)) > 1, f"{one} in {name}"


def test_one_file_without_imports() -> None:
    assert not re.search(r"^import ", TEXT, re.MULTILINE)
    assert re.findall(r"^export .*", TEXT, re.MULTILINE) == ["export { protocol, check, judge };"]
    assert [name for name, count in Counter(runtime_names()).items() if count > 1] == []


def test_each_line_stands_under_its_source() -> None:
    own = TEXT.split("// What follows is the same for every protocol.")[0]
    assert own.index("// | Positive serum hepatitis B surface") < own.index(
        '"I2", "inclusion", "HBsAg positive'
    )
    assert 'line(\n          "require inr >= 1.5 or prothrombin_activity < 40 %",\n          any(' in own


def test_without_comments_nothing_but_comments_goes() -> None:
    bare = without_comments(runtime())
    assert "//" not in re.sub(r'"[^"\n]*"|`[^`]*`|/\^.*/', "", bare)
    assert runtime_names() == tuple(re.findall(r"^(?:const|function|class|let) ([\w$]+)", bare, re.MULTILINE))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (Const(Fraction(1, 3)).double, "0.3333333333333333"),
        (1e22, "1e+22"),
        (2**53 + 1, '"9007199254740993"'),
        (None, "null"),
        ((True, "a"), '[true, "a"]'),
        ({"a b": 1}, '{ "a b": 1 }'),
        ('a"\\\n', '"a\\"\\\\\\n"'),
        ("\u2028\u202e\U000e0001", '"\\u2028\\u202e\\udb40\\udc01"'),
    ],
)
def test_literals(value, text) -> None:
    assert literal(value) == text


def test_names_of_properties() -> None:
    assert [key("inr"), key("liver.meld"), key("__proto__")] == ["inr", '"liver.meld"', '["__proto__"]']
    assert [member("f", "inr"), member("f", "1.2")] == ["f.inr", 'f["1.2"]']


def test_long_calls_are_broken() -> None:
    call = Call("all", (Call("known", ("a" * 60,)), "b" * 60))
    assert list(lines("x: ", call, ",", "")) == ["x: all(", f"  known({'a' * 60}),", f"  {'b' * 60},", "),"]
