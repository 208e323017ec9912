"""mrkdwn as markup: what Slack formats is formatted, and nothing becomes a tag."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.slack.page.dates import heading, told
from deploy.sandbox.slack.page.reader import emoji
from tests.sandbox.slack.page.conftest import NOW, writer
from tests.sandbox.slack.page.parsed import parse

WRITER = writer()
LINES = '<div class="lines">{}</div>'


@pytest.mark.parametrize(
    ("mrkdwn", "markup"),
    [
        ("so *bold*, _so_, ~gone~", "so <strong>bold</strong>, <em>so</em>, <s>gone</s>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("`*a* &lt;b&gt; &amp;amp;`", "<code>*a* &lt;b&gt; &amp;amp;</code>"),
        ("*`shop`* at 12:30:45", "<strong><code>shop</code></strong> at 12:30:45"),
        ("&lt;script&gt; &amp;copy; \"'", "&lt;script&gt; &amp;copy; &#34;&#39;"),
        ("<script>alert(1)</script>", "scriptalert(1)/script"),
        (":no_such_emoji:", ":no_such_emoji:"),
        ("<javascript:alert(1)|click>", "click"),
        ("<!subteam^S0000000099|ops>", '<span class="mention">S0000000099</span>'),
        ("<!channel>", '<span class="mention mine">@channel</span>'),
        ("<!unknown^1|this>", "this"),
        ("one\ntwo", "one\ntwo"),
    ],
)
def test_text(mrkdwn: str, markup: str) -> None:
    assert WRITER.mrkdwn(mrkdwn) == LINES.format(markup)


def test_links_mentions_dates_and_emoji() -> None:
    link = parse(WRITER.mrkdwn("<https://example.com/?a=1&amp;b=2|Why *not*>")).one("a")
    assert (link.text, link.attributes["href"]) == ("Why not", "https://example.com/?a=1&b=2")
    assert link.attributes["rel"] == "noopener noreferrer"
    [alice] = (ident for ident, it in WRITER._reader._workspace.users.items() if it.name == "alice")
    mention = parse(WRITER.mrkdwn(f"<@{alice}>")).one("span")
    assert (mention.text, mention.attributes["class"]) == ("@alice", "mention mine")
    time = parse(WRITER.mrkdwn(f"<!date^{NOW}^{{date_short_pretty}} {{time}}|then>")).one("time")
    assert (time.text, time.attributes["datetime"]) == ("today 12:06", "2026-11-18T12:06:40+01:00")
    linked = parse(WRITER.mrkdwn("<!date^0^{date}^https://example.com|then>")).one("a")
    assert linked.text == "January 1st, 1970"
    mark = parse(WRITER.mrkdwn(":large_orange_circle:")).one("span")
    assert (mark.text, mark.attributes["aria-label"]) == ("🟠", "large orange circle")


def test_quotes_and_fences_stand_apart() -> None:
    parsed = parse(WRITER.mrkdwn("before\n&gt; *one*\n&gt; two\nafter\n```\n&gt; <b> *x*\n```\nend"))
    assert [it.name for it in parsed.every() if it.name not in ("strong", "code")] == [
        "div",
        "blockquote",
        "div",
        "pre",
        "div",
    ]
    assert parsed.one("blockquote").text == "one\ntwo"
    assert parsed.one("pre").text == "> <b> *x*"


def test_addresses_are_links_unless_the_text_is_verbatim() -> None:
    text = "see https://example.com/a?b, or <https://example.org>"
    assert [it.text for it in parse(WRITER.mrkdwn(text)).every("a")] == ["https://example.org"]
    loose = parse(WRITER.mrkdwn(text, verbatim=False))
    assert [it.text for it in loose.every("a")] == ["https://example.com/a?b", "https://example.org"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("{date_num}", "2026-11-01"),
        ("{date}", "November 1st, 2026"),
        ("{date_short}", "Nov 1, 2026"),
        ("{date_long_pretty} {time_secs}", "Sunday, November 1st, 2026 09:05:03"),
        ("{ago}", "17 days ago"),
        ("{nonsense} {}", "{nonsense} {}"),
    ],
)
def test_forms_of_dates(form: str, said: str) -> None:
    reader = WRITER._reader
    moment = reader._at(1_793_520_303)
    assert told(moment, form, reader._now) == said
    assert heading(moment, reader._now) == "Sunday, November 1st, 2026"


def test_the_emoji_of_the_app_are_known() -> None:
    for name in re.findall(r":([a-z_]+):", " ".join(_literals())):
        assert emoji(name), name


def _literals() -> list[str]:
    """Every text in the app that is shown and could hold an emoji."""
    sources = (Path(__file__).parents[4] / "handlers").rglob("*.py")
    return [it for source in sources for it in re.findall(r'":[a-z_]+:"', source.read_text(encoding="utf-8"))]


@given(st.text(alphabet=st.sampled_from("<>&*_~`:|!@#^\n >x\"'/=a1{}\\"), max_size=60), st.booleans())
def test_whatever_is_written_only_tags_of_ours_come_out(text: str, verbatim: bool) -> None:  # noqa: FBT001
    parsed = parse(WRITER.mrkdwn(text, verbatim=verbatim))
    ours = {"div", "strong", "em", "s", "code", "pre", "blockquote", "a", "span", "time"}
    for tag in parsed.every():
        assert tag.name in ours
        assert not tag.attributes.keys() - {
            *("class", "href", "rel", "target", "role", "aria-label", "title", "datetime")
        }


@given(st.text(max_size=40))
def test_escaped_words_are_shown_as_they_are(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if re.search(r"[`*_~:\n\r]", text) or text.startswith(">") or not text:
        return
    assert parse(WRITER.mrkdwn(escaped)).text == text
