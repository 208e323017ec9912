"""Charts: everything stays within the drawing, and what is drawn is what the numbers say."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.slack.model import Json
from deploy.sandbox.slack.page.charts import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, draw

NUMBERS = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False).map(lambda it: round(it, 3))


def chart(kind: str, *series: list[float]) -> Json:
    names = [f"c{number}" for number in range(len(series[0]))]
    return {
        "type": kind,
        "axis_config": {"categories": names},
        "series": [
            {
                "name": f"s{number}",
                "data": [{"label": name, "value": it} for name, it in zip(names, values, strict=True)],
            }
            for number, values in enumerate(series)
        ],
    }


@given(
    st.sampled_from(["line", "bar", "area"]),
    st.integers(1, 20).flatmap(
        lambda size: st.lists(st.lists(NUMBERS, min_size=size, max_size=size), min_size=1, max_size=12)
    ),
)
def test_nothing_leaves_the_drawing(kind: str, series: list[list[float]]) -> None:
    drawing = draw(chart(kind, *series))
    for line in drawing.lines:
        for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", line.path):
            assert LEFT <= float(x) <= WIDTH
            assert TOP - 0.1 <= float(y) <= HEIGHT - BOTTOM + 0.1
    assert len(drawing.grid) <= 6
    assert len(drawing.labels) <= 5
    assert [row[1:] for row in drawing.rows] == [
        [f"{values[at]:g}" for values in series] for at in range(len(series[0]))
    ]


def test_a_higher_value_is_drawn_higher_and_ticks_are_round() -> None:
    drawing = draw(chart("line", [88, 93, 49]))
    ys = [float(y) for y in re.findall(r" ([\d.]+)", drawing.lines[0].path.replace(" L", "L"))]
    assert ys[1] < ys[0] < ys[2]
    assert [it.text for it in drawing.grid] == ["0", "25", "50", "75", "100"]


def test_bars_of_several_series_stand_beside_each_other() -> None:
    drawing = draw(chart("bar", [1, 2], [3, 4]))
    starts = [float(re.match(r"M([\d.]+)", it.path)[1]) for it in drawing.areas]  # type: ignore[index]
    assert starts[0] < starts[2] < starts[1] < starts[3]
    assert drawing.areas[3].title == "s1, c1: 4"


def test_a_long_name_at_the_right_end_is_not_cut_off() -> None:
    plot = chart("line", [1, 2])
    assert [it.anchor for it in draw(plot).labels] == ["middle", "middle"]
    plot["axis_config"]["categories"][1] = plot["series"][0]["data"][1]["label"] = "Nov 21 18:52"
    assert [it.anchor for it in draw(plot).labels] == ["middle", "end"]


@pytest.mark.parametrize("values", [[1], [1, 3], [5, 5, 10]])
def test_a_pie_is_whole(values: list[float]) -> None:
    segments = [{"label": f"l{number}", "value": value} for number, value in enumerate(values)]
    drawing = draw({"type": "pie", "segments": segments})
    assert len(drawing.areas) == len(values)
    shares = [int(re.sub(r".*\(|%\)", "", row[1])) for row in drawing.rows]
    assert sum(shares) == 100
