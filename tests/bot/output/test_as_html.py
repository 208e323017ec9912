"""The page: well nested, self-contained, and nothing in it that a name brought."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bot.output.formats import render
from bot.output.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, panels
from checks.model import Report, Verdict
from checks.summary import Summary
from handlers.charts import Chart, Series
from tests.bot.output.sample import OPTIONS, PROBES, SAMPLE, TAKEN, large
from tests.bot.output.strategies import reports

VOID = {"meta", "input"}
NAME = r"[\w-]+"
OURS = set(
    re.findall(
        NAME,
        """
        html head meta title style script body header main nav section h1 h2 h3 div p span b strong a ul li
        dl dt dd time code pre table caption thead tbody tr th td details summary
        figure svg line path circle text form label input select option output button
        """,
    )
)
ATTRIBUTES = set(
    re.findall(
        NAME,
        """
        lang charset name content http-equiv class style datetime href id rel scope open hidden role tabindex
        aria-label aria-labelledby aria-hidden aria-live
        data-n data-o data-check data-severity data-count data-failing
        form type value placeholder autocomplete spellcheck
        viewbox x y x1 x2 y1 y2 d cx cy r text-anchor
        """,
    )
)
HISTORY = [
    Summary(
        run_id=f"r-{days}",
        taken_at=TAKEN - timedelta(days=days),
        verdict=Verdict.NOT_READY,
        score=64 + days,
        grade="C",
        coverage=84,
        failing=1_014 - 3 * days,
        counts={},
    )
    for days in range(10)
]
DRAWN = replace(OPTIONS, history=HISTORY)


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
@settings(max_examples=50)
def test_no_name_becomes_a_tag_an_attribute_or_another_kind_of_link(report: Report) -> None:
    page = Page(render("html", report, DRAWN))
    assert page.open == []
    assert page.tags <= OURS
    assert page.attributes <= ATTRIBUTES
    assert all(link.startswith(("#", "https://", "http://")) for link in page.links)


def test_it_loads_nothing_and_its_sections_can_be_reached() -> None:
    text = render("html", SAMPLE, DRAWN)
    page = Page(text)
    assert not re.search(r"<(link|img|iframe)|url\(|@import|src=|import\(|fetch|XMLHttp", text)
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert '<html lang="en">' in text
    assert "prefers-color-scheme: dark" in text


def test_its_own_script_may_run_and_no_other() -> None:
    text = render("html", SAMPLE, OPTIONS)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    own = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{own}'; base-uri 'none'" in text
    assert "default-src 'none'" in text


def test_what_is_long_is_folded_away_in_lists_that_a_browser_can_skip() -> None:
    text = render("html", large(1_050), OPTIONS)
    assert text.count("<strong>Deployment") == 1_050
    assert text.count('<ul class="rows" style="--rows: 100"') == 10
    assert '<ul class="rows" style="--rows: 50" aria-label="Findings from 1001">' in text
    assert not re.search(r"<details data-check[^>]* open>", text)


def test_the_worst_is_unfolded_where_it_is_short() -> None:
    text = render("html", SAMPLE, OPTIONS)
    opened = re.findall(r"<details data-check[^>]* open>\n<summary>.*?<code>(.*?)</code>", text)
    assert opened == ["sample-nodes"]


def test_families_the_worst_first() -> None:
    text = render("html", SAMPLE, OPTIONS)
    families = re.findall(r'<tr><th scope="row">(\w+)</th>', text)
    assert families == [
        *("infrastructure", "workloads", "security", "delivery", "observability", "networking"),
    ]


def test_what_can_be_chosen_of() -> None:
    owned = structs.replace(large(100).results[0].findings[0], owner='"Team <A>"')
    others = [structs.replace(finding, owner="") for finding in PROBES]
    probes = structs.replace(SAMPLE.results[9], findings=(owned, *others))
    text = render("html", structs.replace(SAMPLE, results=(*SAMPLE.results[:9], probes)), OPTIONS)
    chosen = re.findall(r'<option value="(.*?)">(.*?)</option>', text)
    assert chosen == [
        ("0", "critical"),
        ("1", "high and worse"),
        ("2", "medium and worse"),
        ("", "none, cluster-wide (2)"),
        ("shop", "shop (4)"),
        ("team-0", "team-0 (1)"),
        ("", "nobody is named (6)"),
        ("&#34;Team &lt;A&gt;&#34;", "&#34;Team &lt;A&gt;&#34; (1)"),
    ]
    assert 'data-n="team-0" data-o="&#34;Team &lt;A&gt;&#34;"' in text


def test_the_last_days_are_drawn_and_told() -> None:
    text = render("html", SAMPLE, DRAWN)
    assert text.count('<svg viewBox="0 0 480 150" role="img" aria-labelledby="trend-') == 2
    assert '<title id="trend-1">Score over time</title>' in text
    assert "Score from 73 to 64, open findings from 987 to 1,014 since Oct 23." in text
    assert (
        '<tr><th scope="row">Nov 01</th><td class="number">64</td><td class="number">1,014</td></tr>' in text
    )
    assert "<title>Nov 01: 1,014</title>" in text
    assert "<svg" not in render("html", SAMPLE, OPTIONS)


@given(st.lists(st.integers(0, 20_000_000), min_size=2, max_size=20))
def test_whatever_is_drawn_is_within_its_frame(values: list[int]) -> None:
    labels = tuple(f"Nov {day}" for day in range(len(values)))
    (panel,) = panels(Chart("prod", labels, (Series("open findings", tuple(values)),)))
    assert [spot.told for spot in panel.spots] == [
        f"{label}: {value:,}" for label, value in zip(labels, values, strict=True)
    ]
    assert all(LEFT <= spot.x <= WIDTH - RIGHT and TOP <= spot.y <= HEIGHT - BOTTOM for spot in panel.spots)
    ticks = [int(word.text.replace(",", "")) for word in panel.scale]
    assert 2 <= len(ticks) <= 5
    assert len({after - before for before, after in pairwise(ticks)}) == 1
    assert ticks[-1] >= max(values)
    assert panel.labels[-1].text == labels[-1]


def test_commands_are_marked_to_be_copied() -> None:
    text = render("html", SAMPLE, OPTIONS)
    assert '<code class="command">kubectl describe node/node-7</code>' in text


def test_a_fix_that_a_check_shares_is_told_once() -> None:
    text = render("html", SAMPLE, OPTIONS)
    assert text.count("Install the External Secrets operator") == 1
