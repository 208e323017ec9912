"""Words made safe, and the times beside them."""

import sys
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from checks.presentation.prose import Form, ago, counted, local, pieces, plain, utc, web

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
HIDING = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def test_no_character_that_steers_or_hides_is_left() -> None:
    hiding = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in HIDING]
    assert plain("".join(hiding)).isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cart", "cart"),
        ("café 中文", "café 中文"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\u202eb", r"a\u202eb"),
        ("a\r\n\tb", "a   b"),
        ("\ud800", r"\ud800"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_prose_is_split_into_its_forms() -> None:
    text = "Add a budget\n to `cart`:\n```yaml\nkind: X\n\tname: `a`\n```\n"
    assert [(piece.form, piece.text) for piece in pieces(text)] == [
        (Form.PROSE, "Add a budget to "),
        (Form.CODE, "cart"),
        (Form.PROSE, ": "),
        (Form.BLOCK, "kind: X\n    name: `a`"),
        (Form.PROSE, " "),
    ]


def test_a_lone_backtick_is_itself() -> None:
    assert [piece.text for piece in pieces("a ` b")] == ["a ` b"]


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-90), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=14), "14 min ago"),
        (timedelta(hours=3, minutes=59), "3 h ago"),
        (timedelta(hours=26), "1 day ago"),
        (timedelta(days=9), "9 days ago"),
    ],
)
def test_ages(age: timedelta, words: str) -> None:
    assert ago(NOW - age, NOW) == words


def test_moments_are_in_the_time_zone_of_the_reader_and_of_machines() -> None:
    assert local(NOW, NOW) == "2026-11-01 12:00+00:00"
    assert utc(NOW.replace(microsecond=7)) == "2026-11-01T12:00:00Z"


def test_numbers_and_addresses() -> None:
    assert counted(1, "finding") == "1 finding"
    assert counted(20_000, "finding") == "20,000 findings"
    assert web("https://example.org/a") == "https://example.org/a"
    assert not web("javascript:alert(1)")
