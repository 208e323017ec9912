"""Charts as pictures."""

import struct
import sys

import pytest

from bot.output.picture import png
from handlers.charts import Chart, Series

matplotlib = pytest.importorskip("matplotlib", reason="pictures of charts need cluster-readiness[charts]")

LABELS = tuple(f"Nov {day:02}" for day in range(1, 21))
SCORE = Series("score", tuple(range(60, 80)))
FOUND = Series("open findings", tuple(range(20_000, 19_980, -1)))
BOTH = Chart("prod, last 30 days", LABELS, (SCORE, FOUND))


@pytest.mark.parametrize(
    ("chart", "size"),
    [
        (BOTH, (960, 660)),
        (Chart("replicas on prod", LABELS, (FOUND,)), (960, 360)),
        (Chart("$a^b$ 长 on prod", ("Nov 20", "Nov 21"), (Series("open findings", (0, 0)),)), (960, 360)),
    ],
)
def test_a_picture_of_a_size_that_slack_shows_whole(chart: Chart, size: tuple[int, int]) -> None:
    drawn = png(chart)
    assert drawn
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", drawn[16:24]) == size
    assert len(drawn) < 200_000


def test_the_same_for_the_same_chart() -> None:
    assert png(BOTH) == png(BOTH) != png(Chart("prod", LABELS, (SCORE, SCORE)))


def test_without_the_library(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    assert png(BOTH) is None
    assert "install cluster-readiness[charts]" in caplog.text
