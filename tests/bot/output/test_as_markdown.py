"""Markdown as a parser reads it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec import structs

from bot.output.as_markdown import code, escaped, prose
from bot.output.formats import render
from checks.model import Delta, Report
from tests.bot.output.sample import DELTA, OPTIONS, SAMPLE, TAKEN
from tests.bot.output.strategies import reports, texts

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {
    *(
        "bullet_list_open",
        "bullet_list_close",
        "code_inline",
        "fence",
        "heading_close",
        "heading_open",
        "inline",
    ),
    *("list_item_close", "list_item_open", "paragraph_close", "paragraph_open", "softbreak", "strong_close"),
    *("strong_open", "table_close", "table_open", "tbody_close", "tbody_open", "td_close", "td_open", "text"),
    *("th_close", "th_open", "thead_close", "thead_open", "tr_close", "tr_open"),
}
"""What the report itself is made of; a link or a tag could only have come from a name."""


def kinds(markdown: str) -> set[str]:
    tokens = PARSER.parse(markdown)
    return {token.type for parent in tokens for token in (parent, *(parent.children or ()))}


@given(report=reports, verbose=st.booleans())
@settings(max_examples=50)
def test_no_name_becomes_a_tag_a_link_or_emphasis(report: Report, *, verbose: bool) -> None:
    assert kinds(render("markdown", report, replace(OPTIONS, verbose=verbose))) <= OURS


@given(text=texts)
def test_a_code_span_is_one_whatever_is_in_it(text: str) -> None:
    children = PARSER.parseInline(code(text or "x"))[0].children or []
    assert [child.type for child in children] == ["code_inline"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b> & [a](b) *c* _d_ | e", r"\<b\> \& \[a\](b) \*c\* \_d\_ \| e"),
        ("ask @alice", "ask `@alice`"),
        ("nginx@sha256:1", "nginx@sha256:1"),
        ("1. one", r"1\. one"),
        ("- one", r"\- one"),
    ],
)
def test_escapes(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_changes_are_capped_unless_verbose() -> None:
    many = structs.replace(SAMPLE, delta=structs.replace(DELTA, new=DELTA.new * 9))
    assert "- and 8 more new findings" in render("markdown", many, OPTIONS)
    assert "more new" not in render("markdown", many, replace(OPTIONS, verbose=True))


def test_no_change_is_said() -> None:
    same = structs.replace(SAMPLE, delta=Delta(TAKEN, "r-0"))
    assert "## Changes since 2026-11-01 13:46+01:00\n\nNone.\n" in render("markdown", same, OPTIONS)


def test_a_block_is_fenced() -> None:
    assert prose("Apply:\n```yaml\nkind: X\n```\n") == "Apply:\n\n```\nkind: X\n```"
