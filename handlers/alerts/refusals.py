"""A channel that takes no alerts: it is tried more and more seldom, and whoever wants them there is told."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import structs

from checks.turns import Refused, State
from handlers.delivery.errors import Kind, SlackRefused
from handlers.desk import Desk
from handlers.render import alert as render
from handlers.request import Asker
from handlers.schedules.model import Schedule

PASSING: Final = (Kind.RATE, Kind.PASSING)
LEAST: Final = timedelta(hours=1)
MOST: Final = timedelta(hours=24)
"""How long nothing is tried after a refusal."""

log = logging.getLogger(__name__)


def closed(state: State, now: datetime) -> bool:
    """Whether nothing is to be tried yet."""
    return state.refused is not None and now < state.refused.again(LEAST, MOST)


def refused(state: State, now: datetime) -> State:
    """Return the state once a channel took nothing, and will not without somebody's help."""
    since = state.refused.since if state.refused else now
    return structs.replace(state, refused=Refused(since, now))


async def tell_makers(desk: Desk, cluster: str, schedules: Sequence[Schedule], why: SlackRefused) -> None:
    """Tell whoever made one of these schedules, all of one channel, that nothing is told there; once each.

    It is told once a day for a channel however many clusters turn bad. Raises `SlackRefused` where it should
    be tried again.
    """
    for user, schedule in {it.user: it for it in schedules if it.user and not it.configured}.items():
        try:
            channel = await desk.courier.direct(Asker(user, schedule.channel))
            message = render.untold(cluster, schedule, str(why), why.mending(schedule.id))
            await desk.courier.post(channel, f"alert:refused:{schedule.channel}:{user}", message)
        except SlackRefused as again:
            if again.kind in PASSING:
                raise
            log.warning("nobody is told that %s takes no alerts: %s", schedule.channel, again)
