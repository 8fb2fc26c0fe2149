"""The page in Chromium: the form judges as the Python checker does, nothing is asked of a network, the keyboard reaches
everything, and axe finds nothing amiss on any screen."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from browsers import chromium

from protocol_dsl.artifacts import build_documents
from protocol_dsl.cli.checker import Checker
from protocol_dsl.pipeline import load
from protocol_dsl.vocabulary.calendar import parse_when

ROOT = Path(__file__).parents[2]
NAMES = ("nct02812121", "nct02650414", "nct04780204", "nct05751044", "nct05921903")
START = "#screen form .row select >> nth=0"
AXE = os.environ.get("AXE", "")
"""`axe.min.js`, which `.ci/pages` fetches."""


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for name in NAMES:
        made = build_documents(load(ROOT / "protocols" / f"{name}.trial"))
        text = next(one.text for one in made if one.path == "protocol.html")
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, pages):
    """Opens a page; at the end nothing was said on the console and nothing asked of any network."""
    said, asked, contexts = [], [], []

    def open_page(name=NAMES[0], width=1300, scheme="light", **more):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto((pages / f"{name}.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not url.startswith("file:")] == []


def shown(page):
    """The form's verdict and outcomes."""
    items = page.locator("#screen [data-criterion]").evaluate_all(
        "found => found.map(one => [one.dataset.criterion, one.dataset.outcome])"
    )
    return page.locator("#screen .outcome").get_attribute("data-outcome"), dict(items)


@pytest.mark.parametrize("name", NAMES)
def test_every_example_typed_into_the_form(opened, name) -> None:
    protocol, page = load(ROOT / "protocols" / f"{name}.trial"), opened(name)
    checker = Checker(protocol)
    for place, example in enumerate(protocol.examples, start=1):
        page.select_option(START, index=place)
        day = parse_when(example.on)
        expected = checker.outcomes(checker.patient_from_json(example.record, day), day)
        words = {True: "passes", False: "fails", None: "unknown"}
        assert shown(page)[1] == {one: words[outcome] for one, outcome in expected.items()}, example.name
        typed = json.loads(page.locator("#screen pre").text_content())
        again = checker.outcomes(checker.patient_from_json(typed | {"on": None}, day), day)
        assert again == expected, example.name


def test_typing_turns_criteria(opened) -> None:
    page = opened()
    verdict, outcomes = shown(page)
    assert verdict == "undetermined"
    assert outcomes["I4"] == "unknown"
    age = page.get_by_label("Age", exact=True)
    for typed, outcome in (
        ("66", "fails"),
        ("18", "passes"),
        ("17", "fails"),
        ("> 60", "unknown"),
        ("", "unknown"),
    ):
        age.fill(typed)
        assert shown(page)[1]["I4"] == outcome, typed
    inr = page.get_by_role("group", name="International normalized ratio")
    inr.get_by_label("Value", exact=True).fill("1,5")
    assert "a comma may part thousands or decimals" in inr.inner_text()


def test_units_convert(opened) -> None:
    page = opened()
    page.select_option(START, index=1)
    bilirubin = page.get_by_role("group", name="Serum total bilirubin", exact=True)
    bilirubin.get_by_label("Value", exact=True).fill("20")
    bilirubin.get_by_label("Unit").select_option("mg/dL")
    bilirubin.get_by_label("Upper limit of normal").fill("1")
    assert shown(page)[1]["I1"] == "passes"
    bilirubin.get_by_label("Value", exact=True).fill("9.9")
    assert shown(page)[1]["I1"] == "fails"


def test_what_to_find_out_next_leads_to_its_field(opened) -> None:
    page = opened()
    page.locator("#screen").get_by_role("link", name="Age", exact=True).click()
    page.wait_for_function("document.activeElement.matches('input')")
    page.keyboard.type("70")
    assert shown(page)[0] == "ineligible"


def test_the_keyboard_alone(opened) -> None:
    page = opened()
    page.get_by_label("Judged on").focus()
    for key in ("Tab", "ArrowDown", "Tab", "Tab", "Tab"):
        page.keyboard.press(key)
    assert shown(page)[0] == "eligible"
    page.get_by_role("button", name="Clear").press("Enter")
    assert shown(page)[0] == "undetermined"


def test_paper_has_the_result_and_no_form(opened) -> None:
    page = opened()
    page.emulate_media(media="print")
    assert not page.locator("#screening").is_visible()
    page.emulate_media(media="screen")
    page.select_option(START, index=1)
    page.emulate_media(media="print")
    assert page.locator("#screen .judged").first.is_visible()
    assert page.locator("#screen .entered").is_visible()
    assert not page.locator("#screen form").is_visible()


def test_without_a_script_the_page_says_so(opened) -> None:
    page = opened(java_script_enabled=False)
    assert page.get_by_text("The form needs a script").is_visible()
    assert not page.locator("#screen").is_visible()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [390, 1300])
def test_nothing_runs_over(opened, name, width) -> None:
    page = opened(name, width)
    page.select_option(START, index=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1300])
@pytest.mark.parametrize("name", NAMES[:3])
def test_axe_finds_nothing(opened, name, width, scheme) -> None:
    page = opened(name, width, scheme, bypass_csp=True)
    page.select_option(START, index=1)
    for _ in range(2):  # filled, then empty
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.get_by_role("button", name="Clear").click()


def test_a_page_stays_small(pages) -> None:
    sizes = {path.stem: path.stat().st_size for path in pages.iterdir()}
    assert all(size < 1_000_000 for size in sizes.values()), sizes
