"""`status`: how the bot itself is, as far as that is the asker's business."""

from handlers.condition import look
from handlers.desk import Desk
from handlers.intents import Verb
from handlers.render import status
from handlers.request import Request
from handlers.schedules.intents import Status


async def answer(desk: Desk, request: Request, _: Status) -> str:
    """Show it to the asker alone: everything to an administrator, to others what is about their clusters."""
    whole = await desk.access.may(request.asker, Verb.ADMIN, "")
    visible = await desk.access.visible(request.asker)
    found = await look(desk.roster, desk.schedules, visible, desk.now(), whole=whole)
    await desk.tell(request, status.status(found))
    return ""
