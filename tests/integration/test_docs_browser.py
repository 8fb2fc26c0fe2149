"""The HTML document as a browser lays it out: nothing wider than a phone, every link leads on, a clean console."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from html import escape, unescape
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "unit"))

from docs_sample import FLAGSHIP, OUTCOMES, hostile

from protocol_dsl.backends.docs import emit
from protocol_dsl.pipeline import check
from protocol_dsl.source import read_source
from protocol_dsl.testing.examples import example_outcomes

ROOT = Path(__file__).parent.parent.parent

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update",
    "--disable-background-networking", "--disable-sync", "--enable-logging=stderr",
)  # fmt: skip
# Added to a copy of the page for the test alone: what a reader's browser makes of it, as JSON in an attribute.
PROBE = """<script>addEventListener("load", () => {
  const inside = [...document.querySelectorAll('a[href^="#"]')].map(a => decodeURIComponent(a.hash.slice(1)));
  const wide = [...document.querySelectorAll("main *, header *, nav *, footer *")].filter(e =>
    !e.closest(".scroll, .sr, thead") && e.getBoundingClientRect().right > innerWidth + 1);
  parent.document.body.dataset.report = JSON.stringify({
    width: innerWidth, page: document.documentElement.scrollWidth, links: inside.length,
    lost: inside.filter(id => !document.getElementById(id)), wide: wide.map(e => e.outerHTML.slice(0, 80)),
    cut: [...document.querySelectorAll("svg text")].filter(t => { const s = t.ownerSVGElement, b = t.getBBox();
      return b.x < -4 || b.x + b.width > s.viewBox.baseVal.width + 4 || b.y + b.height > s.viewBox.baseVal.height + 4;
    }).map(t => t.textContent),
    columns: getComputedStyle(document.querySelector(".criterion")).gridTemplateColumns.split(" ").length,
  });
});</script>"""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")


def written(protocol, outcomes) -> str:
    return next(artifact.text for artifact in emit(protocol, outcomes) if artifact.path == "protocol.html")


def page_of(made: str) -> str:
    if made == "sample":
        return written(FLAGSHIP, OUTCOMES)
    if made == "hostile":
        return written(hostile(), None)
    protocol = check(read_source(ROOT / "protocols" / "nct02812121.trial")).protocol
    assert protocol is not None
    return written(protocol, example_outcomes(protocol))


def run(tmp_path: Path, page: str, *flags: str) -> subprocess.CompletedProcess[str]:
    place = tmp_path / "protocol.html"
    place.write_text(page, encoding="utf-8")
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags, place.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)


def report(tmp_path: Path, page: str, width: int) -> dict:
    # A frame, because a browser's own window is never as narrow as a phone.
    inner = escape(page.replace("</body>", f"{PROBE}</body>"))
    frame = f'<meta charset="utf-8"><body><iframe width="{width}" style="border:0" srcdoc="{inner}"></iframe>'
    ran = run(tmp_path, frame, "--dump-dom", "--window-size=1400,1000")
    assert ":CONSOLE" not in ran.stderr
    found = re.search(r'data-report="([^"]+)"', ran.stdout)
    assert found is not None
    return json.loads(unescape(found[1]))


@pytest.mark.parametrize("width", [380, 1280])
@pytest.mark.parametrize("made", ["compiled", "sample", "hostile"])
def test_nothing_runs_over_and_every_link_leads_on(tmp_path, made, width):
    seen = report(tmp_path, page_of(made), width)
    assert seen["width"] == width
    assert seen["page"] <= width
    assert seen["wide"] == []
    assert seen["lost"] == []
    assert seen["links"] > 10
    assert seen["cut"] == []
    assert seen["columns"] == (1 if width == 380 else 2)


def test_it_prints_as_pages(tmp_path):
    target = tmp_path / "protocol.pdf"
    run(tmp_path, written(FLAGSHIP, OUTCOMES), "--no-pdf-header-footer", f"--print-to-pdf={target}")
    printed = target.read_bytes()
    assert printed.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert 8 <= pages <= 24
