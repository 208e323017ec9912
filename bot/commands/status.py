"""`readiness status`."""

import asyncio

from bot.access import offered, together
from bot.commands import setting
from bot.commands.options import Where
from bot.output import as_json
from bot.output.text.page import printed
from bot.output.text.status import StatusOut, render_status
from bot.roster import Roster
from bot.scheduling.schedules import Schedules
from bot.serve.storing import store
from bot.settings import Settings
from handlers.condition import Condition, look


def run(where: Where, output: str) -> int:
    """Print how bots and workers are; 1 where something is wrong."""
    found = asyncio.run(_found(setting.settings(where)))
    if output == "json":
        setting.write(as_json.dumps(StatusOut.of(found)))
    else:
        setting.write(printed(render_status(found), setting.console()))
    return int(bool(found.problems))


async def _found(settings: Settings) -> Condition:
    """Look at the clusters of readiness.yaml, and at those that workers announce."""
    known = offered(settings, None) if settings.clusters else []
    async with store() as connection:
        roster = Roster(connection)
        clusters = together(known, await roster.announced())
        return await look(roster, Schedules(settings, connection), clusters, setting.now(), whole=True)
