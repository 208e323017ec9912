"""Words as Slack shows them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.presentation.prose import plain
from handlers.render.text import (
    aged,
    block,
    bold,
    code,
    cut,
    escape,
    flat,
    link,
    prose,
    shorten,
    user,
    weight,
    when,
)
from tests.bot.output.strategies import texts
from tests.handlers.render.shown import outside_code, read

NOON = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
FORMATTING = re.compile(r"[*_~`<>]|&(?!(amp|lt|gt);)|:[^\s:]+:|@|#|://")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("3 replicas & no budget", "3 replicas &amp; no budget"),
        ("<!channel> <b>", "&lt;!channel&gt; &lt;b&gt;"),
        ("<@U1> and <#C1>", "`&lt;@U1&gt;` and `&lt;#C1&gt;`"),
        ("*bold* _it_ ~no~", "`*bold*` `_it_` `~no~`"),
        ("set MY_VAR, then", "set `MY_VAR`, then"),
        ("(see foo_bar).", "(see `foo_bar`)."),
        ("a `tick`", "a `\u02cbtick\u02cb`"),
        (":x: at 12:30:00 on c:d", "`:x:` at `12:30:00` on c:d"),
        ("@here #general", "`@here` `#general`"),
        ("see http://evil.example, or evil.example", "see `http://evil.example`, or `evil.example`"),
        ("list pods.metrics.k8s.io: forbidden", "list `pods.metrics.k8s.io`: forbidden"),
        ("v1.36.2 in 1.5 s.", "v1.36.2 in 1.5 s."),
        ("> quoted", "`&gt;` quoted"),
        ("more > 3", "more &gt; 3"),
        ("one\n- two\n1. three", "one - two 1. three"),
        ("\u202eturned\x1b[31m", r"\u202eturned\x1b[31m"),
        ("\ud800", r"\ud800"),
        ("", ""),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert escape(text) == shown


@given(texts)
def test_what_is_escaped_reads_as_it_was_and_formats_nothing(text: str) -> None:
    escaped = escape(text)
    assert read(escaped) == plain(text)
    assert not FORMATTING.search(outside_code(escaped))


@given(texts)
def test_code_is_one_span(text: str) -> None:
    assert not outside_code(code(text)).strip()
    assert read(code(text)) == plain(text).strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("kind: X\n\tname: a & b\n", "```\nkind: X\n    name: a &amp; b\n\n```"),
        ("a `b` ``` c", "```\na `b` \u02cb\u02cb\u02cb c\n```"),
    ],
)
def test_lines_to_copy(text: str, shown: str) -> None:
    assert block(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Use `kubectl get <x>`, then *rest*.", "Use `kubectl get &lt;x&gt;`, then `*rest*`."),
        ("Apply:\n```yaml\nkind: X\n  a: b\n```\nand wait.", "Apply:\n```\nkind: X\n  a: b\n```\nand wait."),
        ("in`code`out", "in\u200b`code`\u200bout"),
        ("`a``b`", "`a`\u200b`b`"),
        ("a lone ` tick", "a lone `\u02cb` tick"),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_prose_on_one_line_leaves_blocks_out() -> None:
    assert flat("Apply:\n```\nkind: X\n```\nand wait", 100) == "Apply: … and wait"
    assert flat("container `server` waits", 22) == "container `server…`"


@given(texts)
def test_prose_formats_nothing_but_its_code(text: str) -> None:
    assert not FORMATTING.search(outside_code(prose(text)))


@given(texts, st.integers(10, 60), st.sampled_from([len, weight]))
def test_a_cut_is_within_its_limit_and_leaves_nothing_open(
    text: str, most: int, cost: Callable[[str], int]
) -> None:
    shortened = cut(prose(text), most, cost)
    assert cost(shortened) <= most
    assert not FORMATTING.search(outside_code(shortened))


@pytest.mark.parametrize(
    ("mrkdwn", "most", "shown"),
    [
        ("short", 5, "short"),
        ("&amp;&amp;&amp;", 12, "&amp;…"),
        ("ask <@U12345678> then", 15, "ask …"),
        ("a `long name` b", 13, "a `long …`"),
        ("```\nlong\nlines\n```", 16, "```\nlong\nli\n…```"),
    ],
)
def test_cuts(mrkdwn: str, most: int, shown: str) -> None:
    assert cut(mrkdwn, most) == shown


def test_a_moment_is_in_the_readers_time_zone_and_has_an_age() -> None:
    stamp = "<!date^1793534400^{date_short_pretty} {time}|2026-11-01 12:00 UTC>"
    assert when(NOON) == stamp
    assert aged(NOON, NOON + timedelta(minutes=14)) == f"14 min ago ({stamp})"


@pytest.mark.parametrize(
    ("user_id", "shown"),
    [
        ("U024BE7LH", "<@U024BE7LH>"),
        ("W1", "<@W1>"),
        ("channel", "channel"),
        ("U1>", "U1&gt;"),
        ("!here", "!here"),
    ],
)
def test_only_users_are_mentioned(user_id: str, shown: str) -> None:
    assert user(user_id) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a?b=1&c=2", "<https://example.org/a?b=1&amp;c=2|docs>"),
        ("https://example.org/|x><!here>", "<https://example.org/%7Cx%3E%3C!here%3E|docs>"),
        ("javascript:alert(1)", "docs"),
        ("https://example.org/" + "x" * 2000, "docs"),
        ("", "docs"),
    ],
)
def test_only_web_pages_are_linked_to(url: str, shown: str) -> None:
    assert link(url, "docs") == shown


def test_bold_and_short() -> None:
    assert bold("a *b*") == "*a `*b*`*"
    assert bold(" ") == ""
    assert shorten("four words are here", 10) == "four word…"
