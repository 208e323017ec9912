"""`compare a b`: two clusters side by side."""

from handlers.conversation.topic import Topic
from handlers.desk import Desk
from handlers.intents import Compare
from handlers.render import tables
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Compare) -> str:
    """Compare the last reports of two clusters."""
    left, right = await desk.stored(intent.one), await desk.stored(intent.other)
    shown = tables.comparison(left, right, intent.page, desk.now())
    await desk.show(request, shown, topic=Topic(left.cluster, left.run_id))
    return ""
