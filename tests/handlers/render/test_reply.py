"""Short answers as Slack messages."""

import pytest

from handlers.charts import Chart, Series
from handlers.conversation.reply import Reply, Step
from handlers.intents import Kind, Question, Run
from handlers.render.reply import message
from tests.handlers.render.shown import assert_message, commands
from tests.handlers.render.test_properties import fits

CHART = Chart(
    "prod-eu, last 30 days",
    ("Oct 30", "Oct 31"),
    (Series("score", (50, 64)), Series("open findings", (9, 4))),
)
REPLY = Reply(
    told="`prod-eu` is NOT READY: 2 checks fail.",
    points=("critical: `Node node-7`: not ready", "high: `Deployment shop/*cart*`: one replica & no budget"),
    left="and 12 more findings",
    commands=("kubectl describe node node-7", "kubectl get nodes"),
    note="Read 14 min ago, run `r-1`.",
    steps=(
        Step("How do I fix it?", Question(Kind.FIX, "prod-eu", "node-health")),
        Step("Run again", Run("prod-eu")),
    ),
)


def test_an_answer_looks_as_it_did() -> None:
    assert_message("reply", message(REPLY))


def test_a_click_asks_what_could_be_typed() -> None:
    assert commands(message(REPLY)) == {
        "How do I fix it?": "ask prod-eu fix check:node-health",
        "Run again": "check prod-eu",
    }


def test_a_chart_stands_below_the_answer_and_its_figures_are_told() -> None:
    made = message(Reply(told="The score rose.", chart=CHART))
    assert [block["type"] for block in made.blocks] == ["section", "data_visualization", "data_visualization"]
    assert "score from 50 to 64" in made.text


@pytest.mark.parametrize("word", ["x", "長", "`a` ", "```\n", "<!channel> "])
def test_the_longest_answer_fits(word: str) -> None:
    long = word * 3_000
    made = message(
        Reply(
            told=long,
            points=(long,) * 8,
            left="and 9 more",
            commands=("kubectl get pods", long),
            note=long,
            steps=tuple(
                Step(f"Step {number}", Question(Kind.LIST, "prod-eu", about=long)) for number in range(5)
            ),
            chart=CHART,
        )
    )
    fits(made)
    shown = str(made.blocks)
    assert shown.count("• ") == 8
    assert shown.count("data_visualization") == 2


def test_a_command_is_shown_whole_or_not_at_all() -> None:
    made = message(Reply(told="So:", commands=("kubectl get pods", "kubectl " + "x" * 5_000)))
    assert "kubectl get pods" in str(made.blocks)
    assert "xxx" not in str(made.blocks)
