"""The Home tab: drawn when somebody opens it or chooses something there, and renewed when a run ends."""

import logging

from checks.errors import StoreError
from handlers.delivery.errors import Kind, SlackRefused
from handlers.desk import Desk
from handlers.fleet import Fleet
from handlers.intents import Home
from handlers.ports import Viewer
from handlers.refusal import Told
from handlers.render import home
from handlers.render.message import Tab
from handlers.request import Asker, Request
from handlers.schedules.listing import Agenda

OF_ONE = (Kind.OTHER, Kind.LAYOUT)
"""What Slack has against one person's tab; anything else is against all."""

log = logging.getLogger(__name__)


async def answer(desk: Desk, request: Request, intent: Home) -> str:
    """Show somebody their clusters; whoever only opens the tab finds what they chose there last.

    Raises `Told` where the tab says why it shows none.
    """
    user = request.asker.user
    try:
        viewer = Viewer(user, intent.environment, intent.page)
        if request.intent:
            viewer = await desk.viewers.viewer(user) or viewer
        await desk.viewers.add(viewer)
        tab = await _draw(desk, Fleet(desk.reports, desk.now()), Agenda(desk), viewer)
    except StoreError as error:
        await desk.courier.publish(user, home.failed(error, desk.now()))
        raise Told(str(error)) from error
    await _publish(desk, user, tab)
    if request.asker.channel:
        await desk.courier.tell(request.asker, home.done())
    return ""


async def renew(desk: Desk) -> None:
    """Bring the tabs up to date that do not show what is so; those of whom Slack knows nothing stay.

    A courtesy: what goes wrong is logged, and made up for the next time.
    """
    fleet, agenda = Fleet(desk.reports, desk.now()), Agenda(desk)
    try:
        for viewer in await desk.viewers.all():
            await _renew(desk, fleet, agenda, viewer)
    except StoreError as error:
        log.info("Home tabs are not renewed: %s", error)
    except SlackRefused as refused:
        log.warning("Home tabs are not renewed: %s", refused)


async def _renew(desk: Desk, fleet: Fleet, agenda: Agenda, viewer: Viewer) -> None:
    """Bring one up to date. Raises `SlackRefused` where Slack would refuse all others too."""
    tab = await _draw(desk, fleet, agenda, viewer)
    if tab.digest == viewer.shown or await _chose(desk, viewer.user) != _choice(viewer):
        return
    try:
        await _publish(desk, viewer.user, tab)
    except SlackRefused as refused:
        if refused.kind not in OF_ONE:
            raise
        log.warning("the Home tab of %s is not renewed: %s", viewer.user, refused)


async def _chose(desk: Desk, user: str) -> tuple[str, int] | None:
    """Return what somebody chose by now: if it is something else, they have been shown that already."""
    viewer = await desk.viewers.viewer(user)
    return _choice(viewer) if viewer else None


def _choice(viewer: Viewer) -> tuple[str, int]:
    return viewer.environment, viewer.page


async def _draw(desk: Desk, fleet: Fleet, agenda: Agenda, viewer: Viewer) -> Tab:
    """Draw the tab of somebody: of what they may view wherever they are, as it is in no channel."""
    asker = Asker(viewer.user, "")
    visible = await desk.access.visible(asker)
    rows = await fleet.newest(visible)
    names = [cluster.name for cluster, last in home.page(rows, viewer).shown if last]
    ways = await fleet.ways(names)
    upcoming = await agenda.upcoming(asker, visible)
    return home.tab(rows, ways, await desk.acceptances.all(), viewer, desk.now(), upcoming)


async def _publish(desk: Desk, user: str, tab: Tab) -> None:
    await desk.courier.publish(user, tab)
    try:
        await desk.viewers.show(user, tab.digest)
    except StoreError as error:
        log.info("what %s is shown cannot be remembered: %s", user, error)
