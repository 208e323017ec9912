"""Charts as Slack's blocks: always ones that it takes, and read back as they were."""

from hypothesis import given
from hypothesis import strategies as st

from checks.summary import Summary
from handlers.charts import Chart, Series, trend
from handlers.render.budget import message
from handlers.render.chart import chart, drawn, without
from handlers.render.elements import section
from tests.handlers.render.judged import NOW, anything, names
from tests.handlers.render.test_properties import fits
from tests.handlers.render.test_tables import RUNS, summaries

SAID = section("said")
BOTH = Chart("prod", ("Nov 20", "Nov 21"), (Series("score", (91, 64)), Series("open findings", (2, 1_014))))


def test_a_series_is_a_chart_of_its_own() -> None:
    score, found = chart(BOTH)
    assert (score["title"], found["title"]) == ("Score: prod", "Open findings: prod")
    assert score["chart"] == {
        "type": "line",
        "series": [
            {"name": "Score", "data": [{"label": "Nov 20", "value": 91}, {"label": "Nov 21", "value": 64}]}
        ],
        "axis_config": {"categories": ["Nov 20", "Nov 21"]},
    }


def test_a_message_without_its_charts() -> None:
    both = message("said", [SAID, *chart(BOTH)])
    assert without(both) == message("said", [SAID])
    plain = message("said", [SAID])
    assert without(plain) is plain
    assert drawn(plain) is None


@given(
    names,
    st.lists(summaries, max_size=60),
    st.sampled_from(["", "replicas"]),
    st.sampled_from([1, 30, 365_000]),
)
@anything
def test_any_trend_is_one_that_slack_takes(cluster: str, runs: list[Summary], check: str, days: int) -> None:
    made = trend(cluster, runs, NOW, days, check)
    if made is None:
        return
    assert 2 <= len(made.labels) <= 20
    shown = message("said", [SAID, *chart(made)])
    fits(shown)
    again = drawn(shown)
    assert again
    assert (again.labels, again.series) == (made.labels, made.series)


def test_the_first_page_of_a_history_is_drawn() -> None:
    made = trend("prod", RUNS, RUNS[0].taken_at)
    assert made
    assert [series.name for series in made.series] == ["score", "open findings"]
