"""The page: well nested, self-contained, and nothing in it that a name brought."""

import re
from html.parser import HTMLParser

from hypothesis import given, settings

from bot.output.formats import render
from checks.model import Report
from tests.bot.output.sample import OPTIONS, SAMPLE, large
from tests.bot.output.strategies import reports

VOID = {"meta"}
OURS = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "h3",
        "span",
        "p",
        "dl",
        "dt",
        "dd",
        "time",
    ),
    *(
        "nav",
        "ul",
        "li",
        "a",
        "main",
        "section",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "details",
    ),
    *("summary", "div", "strong", "code", "pre"),
}
ATTRIBUTES = {
    *(
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "class",
        "datetime",
        "aria-label",
        "aria-labelledby",
        "href",
    ),
    *("id", "scope", "aria-hidden", "rel", "open"),
}


class Page(HTMLParser):
    """Checks the nesting and collects what there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(report=reports)
@settings(deadline=None, max_examples=50)
def test_no_name_becomes_a_tag_an_attribute_or_another_kind_of_link(report: Report) -> None:
    page = Page(render("html", report, OPTIONS))
    assert page.open == []
    assert page.tags <= OURS
    assert page.attributes <= ATTRIBUTES
    assert all(link.startswith(("#", "https://", "http://")) for link in page.links)


def test_it_loads_nothing_and_its_sections_can_be_reached() -> None:
    text = render("html", SAMPLE, OPTIONS)
    page = Page(text)
    assert not re.search(r"<(script|link|img|iframe)|url\(|@import|src=", text)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert '<html lang="en">' in text
    assert "prefers-color-scheme: dark" in text


def test_what_is_long_is_folded_away() -> None:
    text = render("html", large(1_000), OPTIONS)
    assert text.count('<th scope="row">Deployment') == 1_000
    assert "900 more findings" in text


def test_a_fix_that_a_check_shares_is_told_once() -> None:
    text = render("html", SAMPLE, OPTIONS)
    assert text.count("Install the External Secrets operator") == 1
