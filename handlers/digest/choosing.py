"""Which clusters a digest is about."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.desk import Desk
from handlers.intents import Verb
from handlers.ports import Cluster
from handlers.request import Asker
from handlers.schedules.model import Schedule
from handlers.schedules.selecting import selected

PATTERN = frozenset("*?[")


class Chosen(NamedTuple):
    """The clusters of a digest, and how many more its schedule is about that are no longer told of."""

    clusters: Sequence[Cluster]
    left_out: int


async def choose(desk: Desk, schedule: Schedule) -> Chosen:
    """Return the clusters that a schedule selects.

    Of one that was made in Slack, those that its maker still may view and schedule there.
    """
    if schedule.configured:
        found = selected(schedule.selection, await desk.access.everyone())
        return Chosen(found, _absent(schedule, found))
    maker = Asker(schedule.user, schedule.channel, schedule.by)
    found = selected(schedule.selection, await desk.access.visible(maker))
    allowed = [it for it in found if await desk.access.may(maker, Verb.SCHEDULE, it.name)]
    return Chosen(allowed, len(found) - len(allowed) + _absent(schedule, found))


def _absent(schedule: Schedule, found: Sequence[Cluster]) -> int:
    """Count the clusters that are named but not there: gone or, which is not told, hidden."""
    called = {name for cluster in found for name in (cluster.name, *cluster.aliases)}
    names = (name for name in schedule.selection.clusters if not PATTERN.intersection(name))
    return sum(name not in called for name in names)
