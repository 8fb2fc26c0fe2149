"""The two documents as pages: well formed, self-contained, deterministic, and safe whatever the protocol says."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from docs_sample import EVIL, FLAGSHIP, OUTCOMES, hostile
from markdown_it import MarkdownIt

from protocol_dsl.backends.docs import emit
from protocol_dsl.backends.docs.render import css_string, markdown_text, mermaid_text
from protocol_dsl.backends.javascript import page_part

VOID = {"meta", "path", "rect", "circle", "br"}
EVIL_WORDS = " ".join(EVIL.split())


class Page(HTMLParser):
    """What the tests look at: elements, ids, links, headings, text, and tags left open or closed twice."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.parents: list[tuple[str, tuple[str, ...]]] = []
        self.text: list[str] = []
        self.style = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.parents.append((tag, tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> out of turn"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)

    def having(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.elements if (value := attrs.get(attribute)) is not None]


def html(protocol=FLAGSHIP, outcomes=OUTCOMES, checker="") -> str:
    made = emit(protocol, outcomes, checker=checker)
    return next(artifact.text for artifact in made if artifact.path == "protocol.html")


def markdown(protocol=FLAGSHIP, outcomes=OUTCOMES) -> str:
    return next(artifact.text for artifact in emit(protocol, outcomes) if artifact.path == "protocol.md")


@pytest.fixture(scope="module", params=["flagship", "flagship, examples not run", "hostile"])
def page(request) -> Page:
    made = {
        "flagship": html,
        "flagship, examples not run": lambda: html(outcomes=None),
        "hostile": lambda: html(hostile(), None),
    }
    return Page(made[request.param]())


def test_the_same_protocol_gives_the_same_files():
    first, second = emit(FLAGSHIP, OUTCOMES), emit(FLAGSHIP, OUTCOMES)
    assert first == second
    figures = [f"timeline_{arm.name}.svg" for arm in FLAGSHIP.schedule.arms]
    assert [artifact.path for artifact in first] == ["protocol.md", "protocol.html", *figures]


def test_a_timeline_is_a_picture_by_itself_and_the_markdown_shows_it():
    text, _, *figures = emit(FLAGSHIP, OUTCOMES)
    for figure in figures:
        assert f"]({figure.path})" in text.text
        root = ElementTree.fromstring(figure.text)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "var(--accent)" in figure.text
        assert "--accent:" in figure.text


def test_every_element_is_closed_in_turn(page):
    assert page.open == []


def test_ids_are_unique_and_every_link_inside_leads_somewhere(page):
    ids = Counter(page.having("id"))
    assert [name for name, times in ids.items() if times > 1] == []
    inside = {link[1:] for link in page.having("href") if link.startswith("#")}
    assert len(inside) > 10
    assert inside <= ids.keys()
    labelled = {name for names in page.having("aria-labelledby") for name in names.split()}
    assert labelled <= ids.keys()


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_the_page_needs_no_network_and_no_script(page):
    tags = {tag for tag, _ in page.elements}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form"})
    assert page.having("src") == []
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert "url(" not in page.style
    assert "@import" not in page.style


def test_the_form_is_one_script_that_no_words_can_leave():
    for protocol in (FLAGSHIP, hostile()):
        page = Page(html(protocol, None, checker=page_part(protocol)))
        tags = Counter(tag for tag, _ in page.elements)
        assert tags["script"] == 1
        assert tags["form"] == 1
        assert page.having("src") == []
        assert "default-src 'none'" in page.having("content")[-1]
        headings = [tag for tag, _ in page.elements if tag == "h2"]
        assert (
            len(headings) == len([tag for tag, _ in Page(html(protocol, None)).elements if tag == "h2"]) + 1
        )


def test_landmarks_tables_and_figures_can_be_read_aloud(page):
    tags = Counter(tag for tag, _ in page.elements)
    assert tags["main"] == tags["nav"] == tags["footer"] == 1
    scopes = {attrs.get("scope") for tag, attrs in page.elements if tag == "th"}
    assert scopes <= {"row", "col", "rowgroup", "colgroup"}
    inside_svg = Counter(tag for tag, parents in page.parents if parents and parents[-1] == "svg")
    assert tags["svg"] > 0
    assert inside_svg["title"] == inside_svg["desc"] == tags["svg"]


def test_hostile_words_come_out_as_words():
    page = Page(html(hostile(), None))
    text = " ".join(" ".join(page.text).split())
    assert text.count(EVIL_WORDS) > 20
    assert "alert(1)</script>" not in page.style


def luminance(colour: str) -> float:
    channels = [
        int(part * (3 - len(part)), 16) / 255 for part in re.findall("." * (len(colour) // 3), colour)
    ]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("name", ["ink", "soft", "accent", "pass", "fail", "unknown"])
def test_text_colours_stand_out_from_light_and_dark_paper(name):
    schemes = re.findall(r":root \{(.*?)\}", Page(html()).style, re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([a-z]+): #([0-9a-f]{3,6});", scheme))
        for ground in ("paper", "tint"):
            lights = sorted((luminance(colours[ground]), luminance(colours[name])))
            assert (lights[1] + 0.05) / (lights[0] + 0.05) >= 4.5


@pytest.mark.parametrize("protocol", [FLAGSHIP, hostile()], ids=["flagship", "hostile"])
def test_markdown_tables_keep_their_columns(protocol):
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(protocol, None))
    widths: list[set[int]] = []
    cells = 0
    for token in tokens:
        if token.type == "table_open":
            widths.append(set())
        elif token.type == "tr_open":
            cells = 0
        elif token.type in {"td_open", "th_open"}:
            cells += 1
        elif token.type == "tr_close":
            widths[-1].add(cells)
    assert len(widths) > 8
    assert all(len(width) == 1 for width in widths)
    stray = [
        token.content for token in tokens if token.type == "inline" and re.match(r"\| ?:?-{3}", token.content)
    ]
    assert stray == []


def test_markdown_holds_no_markup_but_its_own():
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown(hostile(), None))
    children = [child for token in tokens for child in token.children or ()]
    raw = {child.content for child in children if child.type == "html_inline"}
    raw |= {token.content.strip() for token in tokens if token.type == "html_block"}
    assert all(re.fullmatch(r'(<a id="[a-z0-9-]+">)?(</a>)?', one) for one in raw)
    assert not [child for child in children if child.type == "code_inline"]
    links = {str(child.attrs["href"]) for child in children if child.type == "link_open"}
    assert all(link.startswith("#") for link in links)
    assert sum(token.type == "fence" for token in tokens) == 1


def test_markdown_links_lead_to_places_in_it():
    text = markdown()
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= set(re.findall(r'<a id="([^"]+)">', text))


@pytest.mark.parametrize(
    "text",
    [
        EVIL,
        "1. first",
        "- item",
        "+ item",
        "> quote",
        "# head",
        "a #",
        "_under_ snake_case",
        "a\\b",
        "~~x~~ $y$",
        "a | b",
        "&amp; &lt;",
        "![x](y)",
        "<a@b.c>",
        "***",
        "---",
        "=====",
        "10 × ULN ≥ 1.5",
        "`",
        "``` x",
    ],
)
def test_markdown_text_prints_as_itself(text):
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown_text(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    shown = "".join(child.content for child in tokens[1].children or ())
    assert {child.type for child in tokens[1].children or ()} <= {"text", "text_special"}
    assert shown == " ".join(text.split())


def test_css_string_cannot_be_left():
    assert css_string('a"b</style>') == '"a\\000022 b\\00003c \\00002f style\\00003e "'


def test_mermaid_text_has_no_mark_of_its_own():
    assert not set('"<>`[]{}|()&\\') & set(mermaid_text(EVIL))
