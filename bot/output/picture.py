"""A chart as a picture, for where only pictures are taken. Drawn by matplotlib, an optional extra."""

import logging
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Final

from handlers.charts import Chart, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes  # costs half a second, and may not be there

DPI: Final = 200
WIDTH, PANEL, MARGIN = 4.8, 1.5, 0.3
"""Inches: 960 pixels across, which Slack shows at half that."""
COLOURS: Final = ("#0067a5", "#c14600")
"""A blue and an orange that stay apart for every eye; both have 4.5 times the contrast of white."""
MARKS: Final = ("o", "s")
INK, FAINT = "#1c2128", "#d5dae0"
LABELS: Final = 5
"""Labels that have room below."""

log = logging.getLogger(__name__)


def png(chart: Chart) -> bytes | None:
    """Return a chart as PNG, the same for the same chart; null where matplotlib is not installed.

    A series is a panel. No word of a cluster is in it: its title stands beside it.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - optional
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        log.warning("charts are not drawn as pictures: install cluster-readiness[charts]")
        return None
    height = PANEL * len(chart.series) + MARGIN
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white", layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(chart.series), 1, sharex=True, squeeze=False)
    for number, series in enumerate(chart.series):
        _draw(panels[number][0], series, COLOURS[number % len(COLOURS)], MARKS[number % len(MARKS)])
    every = ceil(len(chart.labels) / LABELS)
    ticks = range((len(chart.labels) - 1) % every, len(chart.labels), every)
    panels[-1][0].set_xticks(ticks, [chart.labels[at] for at in ticks])
    drawn = BytesIO()
    figure.savefig(drawn, format="png", metadata={"Software": None})
    return drawn.getvalue()


def _draw(panel: "Axes", series: Series, colour: str, mark: str) -> None:
    """Draw a line under its name and its last value."""
    panel.plot(
        range(len(series.values)), series.values, color=colour, marker=mark, markersize=3, linewidth=1.6
    )
    panel.set_title(
        f"{series.name.capitalize()}: {series.values[-1]:,.0f}", loc="left", fontsize=9, color=INK
    )
    top = series.top or max(*series.values, 1) * 1.1
    panel.set_ylim(-0.04 * top, top * 1.04)
    panel.locator_params(axis="y", nbins=4, integer=True)
    panel.yaxis.set_major_formatter("{x:,.0f}")
    panel.tick_params(labelsize=8, colors=INK, length=0)
    panel.grid(axis="y", color=FAINT, linewidth=0.6)
    panel.set_axisbelow(True)
    for side in panel.spines.values():
        side.set_visible(False)
