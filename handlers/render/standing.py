"""How clusters stand beside one another: the worst, how many of each, and how their scores went."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from checks.model import Verdict
from checks.presentation.grouping import VERDICTS
from checks.summary import Summary
from handlers.charts import SCORE, trend
from handlers.ports import Cluster

STANDING = (Verdict.NOT_READY, Verdict.UNDETERMINED, None, Verdict.READY)
"""The worst first; null is a cluster that was never checked."""
STEPS = "▁▂▃▄▅▆▇█"
SAMPLE = 60
"""About as many runs are looked at for a few scores."""
NONE_VISIBLE = (
    "No cluster is visible to you here. Whoever looks after this app starts a `readiness worker` that reads"
    " them, or names them under `clusters:` in readiness.yaml, and under `access:` who may see them."
)

Newest = tuple[Cluster, Summary | None]
"""A cluster with its newest run, null where it was never checked."""


class Way(NamedTuple):
    """How a cluster came where it is: how many runs it took, a few of the scores, and the oldest of all."""

    runs: int
    scores: Sequence[float] = ()
    first: tuple[int, datetime] | None = None


def way(runs: Sequence[Summary], now: datetime) -> Way:
    """Return the way of the last 30 days. `runs` are those since then, newest first."""
    drawn = trend("", runs[:: max(1, len(runs) // SAMPLE)], now)
    lines = drawn.series if drawn else ()
    scores = next((line.values for line in lines if line.name == SCORE), ())
    scored = ((run.score, run.taken_at) for run in reversed(runs) if run.score is not None)
    return Way(len(runs), scores, next(scored, None))


def gravity(row: Newest) -> tuple[int, int, str]:
    """Sort by verdict, score and name, the worst first."""
    cluster, last = row
    score = 100 if last is None or last.score is None else last.score
    return STANDING.index(last and last.verdict), score, cluster.name


def standings(rows: Iterable[Newest]) -> Iterator[str]:
    """Yield `2 NOT READY`, the worst first."""
    counts = Counter(last and last.verdict for _, last in rows)
    for verdict in STANDING:
        if counts[verdict]:
            yield f"{counts[verdict]:,} {VERDICTS[verdict] if verdict else 'never checked'}"


def sparkline(scores: Iterable[float | None]) -> str:
    """Draw scores on a scale of 0 to 100, as code; a run without one is a dot."""
    steps = ("·" if score is None else STEPS[int(min(score, 99) * len(STEPS) // 100)] for score in scores)
    return f"`{''.join(steps)}`"


def moved(number: int | None, before: int | None) -> str:
    """Return ` (+3)`; empty where nothing moved."""
    by = 0 if number is None or before is None else number - before
    return f" ({by:+,})" if by else ""
