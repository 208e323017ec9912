"""What is offered where somebody opens their direct messages with the app: questions about their clusters."""

from handlers.desk import Desk
from handlers.intents import Welcome
from handlers.render import helping
from handlers.request import Request


async def answer(desk: Desk, request: Request, intent: Welcome) -> str:  # noqa: ARG001 - one of the handlers
    """Suggest questions about the clusters that they may view."""
    visible = await desk.access.visible(request.asker)
    await desk.courier.prompts(request.asker.channel, helping.prompts(visible))
    return ""
