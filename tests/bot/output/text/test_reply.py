"""Short answers in a terminal and as plain text."""

from io import StringIO
from typing import Literal

import pytest
from rich.console import Console

from bot.output.text.reply import plain_reply, printed_reply
from handlers.charts import Chart, Series
from handlers.conversation.reply import Reply, Rest
from tests.bot.output.golden import assert_golden

CHART = Chart(
    "prod-eu",
    ("Oct 30", "Oct 31", "Nov 1"),
    (Series("score", (0, 50, 100)), Series("open findings", (4, 2, 0))),
)
COMMAND = "kubectl drain node-7 --ignore-daemonsets --delete-emptydir-data --timeout 300s"
REPLY = Reply(
    told="`prod-eu` is NOT READY: 2 checks fail with 14 open findings, and 1 could not be judged.",
    points=(
        "critical: `Node node-7`: not ready",
        "high: `Deployment shop/[red]`: one replica behind Service `web`",
    ),
    left="and 12 more findings",
    commands=(COMMAND, "apiVersion: v1\nkind: Namespace"),
    note="Read 14 min ago, run `r-1`.",
    chart=CHART,
    rest=Rest("findings.txt", "14 open findings", "critical: nodes\nNode node-7\tnot ready\x1b[31m\n"),
)
STEPS = [
    ("How do I fix it?", "readiness ask prod-eu fix"),
    ("Later", ""),
    ("Run again", "readiness check prod-eu"),
]


def console(width: int = 100, *, colours: bool = False) -> Console:
    system: Literal["standard"] | None = "standard" if colours else None
    return Console(file=StringIO(), width=width, highlight=False, force_terminal=colours, color_system=system)


@pytest.mark.parametrize("width", [100, 40])
def test_an_answer_looks_as_it_did(width: int) -> None:
    assert_golden(f"reply-{width}.txt", printed_reply(REPLY, STEPS, console(width)))


def test_plain_text_has_the_answer_and_nothing_to_click() -> None:
    assert plain_reply(REPLY).splitlines() == [
        "`prod-eu` is NOT READY: 2 checks fail with 14 open findings, and 1 could not be judged.",
        COMMAND,
        "apiVersion: v1",
        "kind: Namespace",
        "- critical: `Node node-7`: not ready",
        "- high: `Deployment shop/[red]`: one replica behind Service `web`",
        "and 12 more findings",
        "Read 14 min ago, run `r-1`.",
    ]


def test_what_is_copied_is_not_broken_into_lines() -> None:
    for width in (20, 40, 100):
        assert COMMAND in printed_reply(REPLY, STEPS, console(width)).splitlines()


def test_colours_are_used_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[36m" in printed_reply(REPLY, STEPS, console(colours=True))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[36m" not in printed_reply(REPLY, STEPS, console(colours=True))


def test_what_an_answer_has_no_room_for_is_told_when_asked() -> None:
    short, long = (printed_reply(REPLY, STEPS, console(), verbose=verbose) for verbose in (False, True))
    assert "and 12 more findings: -v" in short
    assert "critical: nodes\nNode node-7  not ready\\x1b[31m\n" in long
    assert "critical: nodes" not in short
    assert ": -v" not in long


def test_a_series_is_drawn_on_its_own_scale() -> None:
    told = printed_reply(REPLY, STEPS, console())
    assert "score  ▁▅█  from 0 to 100" in told
    assert "open findings  █▅▁  from 4 to 0" in told
    flat = Chart("x", ("a", "b"), (Series("open findings", (0, 0)),))
    assert "▁▁  from 0 to 0" in printed_reply(Reply(told="None.", chart=flat), [])
