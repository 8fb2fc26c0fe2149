"""`trialc play` in Chromium: the compiler runs in the page, and nothing is asked of any other place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from browsers import chromium

ROOT = Path(__file__).parents[2]
AXE, PYODIDE = os.environ.get("AXE", ""), os.environ.get("PYODIDE", "")
"""`axe.min.js` and the npm package, which `.ci/pages` fetches."""
SMALL = """protocol SMALL01 "A small protocol" { sex all }
fact inr : lab  plausible 0.5 to 20, recorded to 0.01  "INR"
inclusion I1 "Coagulopathy" {
  source "INR of at least 1.5"
  require inr >= 1.5
}
example "fits" on 2026-03-02 {
  inr 1.8
  expect eligible
}
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where `trialc play` serves the small protocol."""
    file = tmp_path_factory.mktemp("play") / "small.trial"
    file.write_text(SMALL, encoding="utf-8")
    command = [
        sys.executable,
        "-u",
        "-m",
        "protocol_dsl.cli.main",
        "play",
        file,
        "--port",
        "0",
        "--pyodide",
        PYODIDE,
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as serving:
        yield re.search(r"http://\S+", serving.stdout.readline())[0]
        serving.terminate()


@pytest.fixture(scope="module")
def page(address):
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        settled(page, "Compiles")
        yield page
        assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []


def settled(page, words):
    """Wait until the compiler has answered so."""
    page.wait_for_function(
        "words => document.querySelector('#state').textContent.startsWith(words)", arg=words, timeout=120_000
    )


def write(page, text, words):
    page.fill("#protocol", text)
    page.wait_for_function("() => document.querySelector('#state').textContent.startsWith('Checking')")
    settled(page, words)


def test_verdicts_stand_beside_the_text(page):
    assert "Patient fits as at 2026-03-02: ELIGIBLE" in page.inner_text("#verdicts .said")


def test_a_mistake_is_marked_and_told(page):
    write(page, SMALL.replace("1.5\n}", "1.5 mg\n}"), "1 error")
    assert "`1.5 mg` has a unit, but `inr` is a plain number" in page.inner_text("#findings")
    assert page.inner_text(".marks .error") == "1.5 mg"
    page.click("#findings button")
    assert page.evaluate("document.querySelector('#protocol').selectionStart") == SMALL.index("1.5\n}")
    write(page, SMALL, "Compiles")
    assert page.inner_text("#findings") == ""


@pytest.mark.parametrize(("tab", "words"), [("examples", "1 example, 1 pass"), ("analysis", "I1  inr 1.49")])
def test_the_other_tabs(page, tab, words):
    page.click(f"#tab-{tab}")
    page.wait_for_function(
        "([tab, words]) => document.querySelector(`#${tab} .said`).textContent.includes(words)",
        arg=[tab, words],
    )


def test_the_document(page):
    page.click("#tab-document")
    page.wait_for_function("() => document.querySelector('iframe').srcdoc.includes('A small protocol')")
    page.frame_locator("iframe").get_by_role("heading", name="A small protocol").wait_for()


def test_laying_out(page):
    write(page, SMALL.replace("  require inr", "      require   inr"), "Compiles")
    page.click("#layout")
    page.wait_for_function(
        "() => document.querySelector('#protocol').value.includes('\\n  require inr >= 1.5')"
    )


def test_axe_finds_nothing(page):
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, {iframes: false})")
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
