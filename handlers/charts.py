"""What is drawn over time, whoever draws it: Slack, a picture or a page."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import fmean
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
MEAN: Final = "mean score"
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
        return FULL if self.name in (SCORE, MEAN) else None


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
    fewer than two readings, and for a check that never found anything.
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
    if len(labelled) < 2 or (check and not any(map(any, labelled.values()))):
        return None
    lines = zip(*labelled.values(), strict=True)
    series = tuple(Series(name, values) for name, values in zip(names, lines, strict=True))
    return Chart(f"{about}, last {counted(days, 'day')}", tuple(labelled), series)


def thinned(summaries: Sequence[Summary], now: datetime, days: int = DAYS) -> list[Summary]:
    """Return the last run of each of 20 equal parts of so many days, oldest first."""
    since, span = now - timedelta(days=days), timedelta(days=days)
    recent = sorted((it for it in summaries if it.taken_at >= since), key=lambda it: it.taken_at)
    return [*{min(int((it.taken_at - since) / span * LABELS), LABELS - 1): it for it in recent}.values()]


def fleet(clusters: Sequence[Sequence[Summary]], now: datetime, days: int = DAYS) -> Chart | None:
    """Return the mean score and the open findings in all of several clusters over so many days.

    `clusters` has the runs of each in any order; days are those of the time zone of `now`. The time is cut
    into 20 parts, at whose ends the last value of each cluster counts; one that was not read by then is left
    out. Null for fewer than two ends at which anything was known.
    """
    step = timedelta(days=days) / LABELS
    ends = [now - step * (LABELS - 1 - number) for number in range(LABELS)]
    runs = [sorted(each, key=lambda it: it.taken_at) for each in clusters]
    read = [_Reading(end, _together([_known(each, end) for each in runs])) for end in ends]
    points = list(_carried([it for it in read if it.values[-1] is not None]))
    labelled = _labelled(points, now)
    if len(labelled) < 2:
        return None
    means, found = zip(*labelled.values(), strict=True)
    title = f"{counted(len(clusters), 'cluster')}, last {counted(days, 'day')}"
    return Chart(title, tuple(labelled), (Series(MEAN, means), Series(FOUND, found)))


def _known(runs: Sequence[Summary], end: datetime) -> tuple[float | None, float | None]:
    """Return the last score and the last findings of a cluster by a moment."""
    by_then = [it for it in runs if it.taken_at <= end]
    scores = [it.score for it in by_then if it.score is not None]
    return scores[-1] if scores else None, by_then[-1].failing if by_then else None


def _together(known: Sequence[tuple[float | None, float | None]]) -> tuple[float | None, float | None]:
    """Return the mean of the scores and the sum of the findings; null where no cluster has any."""
    scores = [score for score, _ in known if score is not None]
    found = [number for _, number in known if number is not None]
    return round(fmean(scores), 1) if scores else None, sum(found) if found else None


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
