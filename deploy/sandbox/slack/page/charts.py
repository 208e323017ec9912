"""The geometry of a `data_visualization` block, in the units of an SVG.

Source: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from deploy.sandbox.slack.model import Json

WIDTH: Final = 360
HEIGHT: Final = 190
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 12, 32
"""Room around the plot, for what stands at the axes."""
_STEPS: Final = 4
_LETTER: Final = 6
"""The width of a letter, about."""
_LABELS: Final = 5
"""Categories that have room for their names."""


@dataclass(frozen=True)
class Mark:
    """Something that is drawn: of which series, where, and what it is for who points at it."""

    series: int
    path: str
    title: str = ""


@dataclass(frozen=True)
class Word:
    """Words in a chart."""

    x: float
    y: float
    text: str
    anchor: str = "middle"


@dataclass(frozen=True)
class Drawing:
    """A chart as shapes, and as the table that says the same."""

    areas: Sequence[Mark]
    lines: Sequence[Mark]
    grid: Sequence[Word]
    """The lines across, each at its `y`, with its value."""
    labels: Sequence[Word]
    names: Sequence[str]
    """Of the series, or of a pie's segments, in the order of their numbers."""
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


def draw(chart: Json) -> Drawing:
    """Draw a chart."""
    return _pie(chart["segments"]) if chart["type"] == "pie" else _plot(chart)


def _plot(chart: Json) -> Drawing:
    categories = chart["axis_config"]["categories"]
    series = [
        [{point["label"]: point["value"] for point in it["data"]}[category] for category in categories]
        for it in chart["series"]
    ]
    names = [it["name"] for it in chart["series"]]
    scale = _Scale.of([value for values in series for value in values])
    spots = [_across(number, len(categories), chart["type"]) for number in range(len(categories))]
    areas: list[Mark] = []
    lines: list[Mark] = []
    for number, values in enumerate(series):
        told = [
            f"{names[number]}, {category}: {value:g}"
            for category, value in zip(categories, values, strict=True)
        ]
        if chart["type"] == "bar":
            areas += _bars(number, len(series), values, told, scale)
            continue
        points = [(x, scale.y(value)) for x, value in zip(spots, values, strict=True)]
        lines.append(Mark(number, "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)))
        if chart["type"] == "area":
            (first, _), (last, _) = points[0], points[-1]
            areas.append(
                Mark(
                    number,
                    f"{lines[-1].path} L{last:.1f} {scale.y(0):.1f} L{first:.1f} {scale.y(0):.1f} Z",
                    names[number],
                )
            )
        areas += [Mark(number, _dot(x, y), title) for (x, y), title in zip(points, told, strict=True)]
    every = math.ceil(len(categories) / _LABELS)
    return Drawing(
        areas,
        lines,
        [Word(LEFT - 6, scale.y(value), f"{value:g}") for value in scale.ticks],
        _named(list(zip(spots, categories, strict=True))[::every]),
        names,
        [chart["axis_config"].get("x_label", ""), *names],
        [
            [category, *(f"{values[number]:g}" for values in series)]
            for number, category in enumerate(categories)
        ],
    )


def _named(spots: Sequence[tuple[float, str]]) -> list[Word]:
    """Return the names of categories; one at the right end ends there, lest it be cut off."""
    words = [Word(x, HEIGHT - 12, name) for x, name in spots]
    *others, last = words
    near = last.x + len(last.text) * _LETTER / 2 > WIDTH
    return [*others, replace(last, x=WIDTH, anchor="end") if near else last]


def _pie(segments: Sequence[Json]) -> Drawing:
    total = sum(it["value"] for it in segments)
    parts = [f"{it['value']:g} ({it['value'] / total:.0%})" for it in segments]
    slices, begun = [], 0.0
    for number, segment in enumerate(segments):
        ended = begun + segment["value"] / total
        slices.append(Mark(number, _slice(begun, ended), f"{segment['label']}: {parts[number]}"))
        begun = ended
    names = [it["label"] for it in segments]
    rows = [[name, part] for name, part in zip(names, parts, strict=True)]
    return Drawing(slices, [], [], [], names, ["", "Value"], rows)


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    step: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "_Scale":
        """Return a scale from nought, or below, to above all the values, in round steps."""
        least, most = min(0.0, *values), max(0.0, *values)
        rough = (most - least or 1.0) / _STEPS
        power = 10.0 ** math.floor(math.log10(rough))
        step = power * next(it for it in (1, 2, 2.5, 5, 10) if it * power >= rough)
        return cls(math.floor(least / step) * step, max(math.ceil(most / step) * step, step), step)

    @property
    def ticks(self) -> Iterator[float]:
        count = round((self.high - self.low) / self.step)
        yield from (self.low + number * self.step for number in range(count + 1))

    def y(self, value: float) -> float:
        """Return where a value is, from above."""
        return TOP + (self.high - value) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM)


def _across(number: int, count: int, kind: str) -> float:
    room = WIDTH - LEFT - RIGHT
    if kind == "bar" or count == 1:
        return LEFT + (number + 0.5) * room / count
    return LEFT + 6 + number * (room - 12) / (count - 1)


def _bars(
    number: int, of: int, values: Sequence[float], told: Sequence[str], scale: _Scale
) -> Iterator[Mark]:
    """Yield the bars of one series, beside those of the `of` that there are."""
    room = (WIDTH - LEFT - RIGHT) / len(values) * 0.7
    for place, (value, title) in enumerate(zip(values, told, strict=True)):
        x = _across(place, len(values), "bar") - room / 2 + number * room / of
        y, foot = scale.y(value), scale.y(0)
        yield Mark(number, f"M{x:.1f} {foot:.1f} V{y:.1f} h{room / of - 1:.1f} V{foot:.1f} Z", title)


def _dot(x: float, y: float) -> str:
    return f"M{x - 3:.1f} {y:.1f} a3 3 0 1 0 6 0 a3 3 0 1 0 -6 0 Z"


def _slice(begun: float, ended: float) -> str:
    """Return a part of a circle, clockwise from above."""
    x, y, radius = WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 8
    # A whole circle has no beginning and no end: leave a gap that nobody sees.
    angles = [2 * math.pi * it for it in (begun, min(ended, begun + 0.9999))]
    (a, b), (c, d) = ((x + radius * math.sin(it), y - radius * math.cos(it)) for it in angles)
    large = int(ended - begun > 0.5)
    return f"M{x:.1f} {y:.1f} L{a:.1f} {b:.1f} A{radius:.1f} {radius:.1f} 0 {large} 1 {c:.1f} {d:.1f} Z"
