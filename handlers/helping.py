"""Help, and what is said to words that mean nothing here."""

from typing import NoReturn

from handlers.desk import Desk
from handlers.intents import Help, Unclear
from handlers.refusal import Told
from handlers.render import helping
from handlers.request import Request


async def overview(desk: Desk, request: Request, intent: Help) -> str:
    """Show how to ask, with the clusters as buttons; or one command by its examples."""
    visible = await desk.access.visible(request.asker)
    await desk.courier.tell(request.asker, helping.overview(intent.topic, visible))
    return ""


async def unclear(desk: Desk, request: Request, intent: Unclear) -> NoReturn:
    """Say what was not understood, with the nearest meanings as buttons. Raises `Told`."""
    await desk.courier.tell(request.asker, helping.unclear(intent))
    raise Told("not understood")
