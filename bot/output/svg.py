"""The geometry of a chart on a page: where its lines, dots and words are, in the units of its SVG."""

from collections.abc import Sequence
from math import ceil, log10
from typing import Final, NamedTuple

from handlers.charts import Chart, Series

WIDTH, HEIGHT = 480, 150
LEFT, RIGHT, TOP, BOTTOM = 48, 14, 10, 24
"""Room around the plot, for what stands at the axes."""
STEPS: Final = 4
"""Parts of a scale, at most."""
LABELS: Final = 5
"""Labels that have room below."""


class Spot(NamedTuple):
    """A reading, and what it says to who points at it."""

    x: float
    y: float
    told: str


class Word(NamedTuple):
    """Words at an axis; `anchor` is how they stand to their place."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


class Panel(NamedTuple):
    """A series drawn: its path, its readings, the lines across with their values, and the labels below."""

    name: str
    last: str
    path: str
    spots: Sequence[Spot]
    scale: Sequence[Word]
    labels: Sequence[Word]


def panels(chart: Chart) -> list[Panel]:
    """Draw each series of a chart on a scale of its own, which begins at nought."""
    return [_panel(chart.labels, series) for series in chart.series]


def _panel(labels: Sequence[str], series: Series) -> Panel:
    step = _step(series.top or max(series.values))
    top = series.top or ceil(max(*series.values, 1) / step) * step
    ticks = [step * number for number in range(int(top / step) + 1)]
    across = [LEFT + (WIDTH - LEFT - RIGHT) * at / (len(labels) - 1) for at in range(len(labels))]
    spots = [
        Spot(round(x, 1), _y(value, top), f"{label}: {value:,.0f}")
        for x, label, value in zip(across, labels, series.values, strict=True)
    ]
    return Panel(
        name=series.name.capitalize(),
        last=f"{series.values[-1]:,.0f}",
        path="M" + " L".join(f"{spot.x} {spot.y}" for spot in spots),
        spots=spots,
        scale=[Word(LEFT - 8, _y(tick, top), f"{tick:,.0f}", "end") for tick in ticks],
        labels=_labels(labels, across),
    )


def _step(most: float) -> float:
    """Return a whole step of which at most four reach so far: 1, 2, 2.5 or 5 times a power of ten."""
    rough = max(most, 1) / STEPS
    power = 10.0 ** max(0, ceil(log10(rough)) - 1)
    steps = (power * it for it in (1, 2, 2.5, 5, 10))
    return next(step for step in steps if step >= rough and step.is_integer())


def _y(value: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)


def _labels(labels: Sequence[str], across: Sequence[float]) -> list[Word]:
    """Return as many labels as have room, the last one among them."""
    every = ceil(len(labels) / LABELS)
    shown = range((len(labels) - 1) % every, len(labels), every)
    last = len(labels) - 1
    return [
        Word(round(across[at], 1), HEIGHT - 6, labels[at], {0: "start", last: "end"}.get(at, "middle"))
        for at in shown
    ]
