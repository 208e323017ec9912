"""What is drawn over time, whoever draws it: Slack, a picture or a page."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec import Struct

from checks.presentation.prose import counted
from checks.summary import Summary

DAYS: Final = 30
LABELS: Final = 20
"""As many as Slack's chart block takes."""
FORMS: Final = ("%b %d", "%b %d %H:%M", "%b %d %H:%M:%S", "%Y-%m-%d %H:%M:%S")
"""Of labels, the shortest first; none is longer than the 20 characters that Slack takes."""
SCORE: Final = "score"
FOUND: Final = "open findings"
FULL: Final = 100
"""The score of a cluster on which nothing fails."""


class Series(Struct, frozen=True):
    """A line of a chart: a value for each of its labels."""

    name: str
    values: tuple[float, ...]

    @property
    def top(self) -> float | None:
        """The end of its scale; null where there is none."""
        return FULL if self.name == SCORE else None


class Chart(Struct, frozen=True):
    """Readings from oldest to newest: at most 20 labels, each once, of at most 20 characters.

    Its series are drawn one above the other, each on a scale of its own: a score ends at 100, findings may
    be thousands. There are one or two, as many as a message of Slack may have charts.
    """

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]


class _Reading(NamedTuple):
    """What is drawn of a run; null where it could not be told."""

    at: datetime
    values: tuple[float | None, ...]


class _Point(NamedTuple):
    """The same with every value, those of earlier runs where need be."""

    at: datetime
    values: tuple[float, ...]


def trend(
    cluster: str, summaries: Sequence[Summary], now: datetime, days: int = DAYS, check: str = ""
) -> Chart | None:
    """Return the score and the open findings of a cluster over so many days, or the findings of one check.

    `summaries` come in any order; days and hours are those of the time zone of `now`. Where a run has no
    score, or could not judge the check, the last value is carried on. Runs before the first value are left
    out, and so are those from before findings were kept by check. A cluster that never had a score has no
    line for it. Of more than 20 readings the time is cut into 20 parts, each with its last reading. Null for
    fewer than two readings.
    """
    since = now - timedelta(days=days)
    recent = sorted((it for it in summaries if it.taken_at >= since), key=lambda it: it.taken_at)
    if check:
        names, about = [FOUND], f"{check} on {cluster}"
        read = [_Reading(it.taken_at, (_found(it, check),)) for it in recent if it.failed is not None]
    elif any(it.score is not None for it in recent):
        names, about = [SCORE, FOUND], cluster
        read = [_Reading(it.taken_at, (it.score, it.failing)) for it in recent]
    else:
        names, about = [FOUND], cluster
        read = [_Reading(it.taken_at, (it.failing,)) for it in recent]
    labelled = _labelled(_spread(list(_carried(read))), now)
    if len(labelled) < 2:
        return None
    lines = zip(*labelled.values(), strict=True)
    series = tuple(Series(name, values) for name, values in zip(names, lines, strict=True))
    return Chart(f"{about}, last {counted(days, 'day')}", tuple(labelled), series)


def figures(chart: Chart) -> str:
    """Return a chart in words: `score from 91 to 64, open findings from 2 to 1,014 since Oct 31`.

    For whoever does not see it. Where the lowest or the highest lies between, it is told too.
    """
    return f"{', '.join(map(_told, chart.series))} since {chart.labels[0]}"


def _told(series: Series) -> str:
    first, last = series.values[0], series.values[-1]
    least, most = min(series.values), max(series.values)
    between = [f"lowest {least:,.0f}"] if least < min(first, last) else []
    between += [f"highest {most:,.0f}"] if most > max(first, last) else []
    return f"{series.name} from {first:,.0f} to {last:,.0f}" + (f" ({', '.join(between)})" if between else "")


def _found(run: Summary, check: str) -> int | None:
    """Return the open findings of a check; null where it could not be judged."""
    return None if check in (run.unjudged or ()) else (run.failed or {}).get(check, 0)


def _carried(readings: Sequence[_Reading]) -> Iterator[_Point]:
    """Yield readings with the last known value for any that is not, from where each has been known."""
    known: dict[int, float] = {}
    for at, values in readings:
        known |= {line: value for line, value in enumerate(values) if value is not None}
        if len(known) == len(values):
            yield _Point(at, tuple(known[line] for line in range(len(values))))


def _spread(points: Sequence[_Point]) -> Sequence[_Point]:
    """Choose at most 20, evenly over the time between the first and the last."""
    if len(points) <= LABELS:
        return points
    begin, span = points[0].at, points[-1].at - points[0].at
    parts = {min(int((it.at - begin) / span * LABELS), LABELS - 1) if span else 0: it for it in points}
    return [*parts.values()]


def _labelled(points: Sequence[_Point], now: datetime) -> dict[str, tuple[float, ...]]:
    """Return values by label: a day where each has a day of its own, otherwise the time with it."""
    labelled: dict[str, tuple[float, ...]] = {}
    for form in FORMS:
        labelled = {it.at.astimezone(now.tzinfo).strftime(form): it.values for it in points}
        if len(labelled) == len(points):
            break
    return labelled
