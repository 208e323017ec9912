"""What is done to a message on its way: a line on top, a line below, without charts, the text alone."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from handlers.delivery.charts import Charts
from handlers.delivery.errors import Kind, SlackRefused
from handlers.render.chart import without
from handlers.render.message import Block, Message

T = TypeVar("T")
MOST_BLOCKS: Final = 50
TEXT: Final = 3_500
"""Characters of the text that are sent where the blocks are refused."""
REFUSED: Final = "_The layout was refused by Slack; this is the text alone, and the log of the bot says why._"
NO_UNFURLING: Final = {"unfurl_links": False, "unfurl_media": False}

log = logging.getLogger(__name__)


def under(note: str, message: Message) -> Message:
    """Put a line of mrkdwn on top."""
    blocks = message.blocks and (_line(note), *message.blocks[: MOST_BLOCKS - 1])
    return Message(text=f"{note}\n{message.text}", blocks=blocks)


def above(message: Message, note: str) -> Message:
    """Put a line of mrkdwn below."""
    blocks = message.blocks and (*message.blocks[: MOST_BLOCKS - 1], _line(note))
    return Message(text=f"{message.text}\n{note}", blocks=blocks)


def content(message: Message) -> dict[str, Any]:
    """Return the arguments that say a message."""
    blocks = {"blocks": list(message.blocks)} if message.blocks else {}
    return {"text": message.text, **blocks}


async def as_it_can(send: Callable[[Message], Awaitable[T]], message: Message, charts: Charts) -> T:
    """Send a message, without its charts where the workspace takes none.

    Its text alone is sent where Slack refuses the layout all the same, which is an error of ours.
    """
    bare = without(message)
    charted = bare is not message
    if charted and not await charts.refused():
        try:
            return await send(message)
        except SlackRefused as refused:
            _of_layout(refused)
            log.warning("a message goes out without its charts: %s", refused)
    try:
        sent = await send(bare)
    except SlackRefused as refused:
        _of_layout(refused)
        log.error("a message goes out as text only: %s", refused)  # noqa: TRY400 - Slack's words say all
        return await send(Message(text=f"{message.text[:TEXT]}\n\n{REFUSED}"))
    if charted:
        await charts.refuse()
    return sent


def _of_layout(refused: SlackRefused) -> None:
    """Raise what is no matter of the layout."""
    if refused.kind is not Kind.LAYOUT:
        raise refused


def _line(note: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": note, "verbatim": True}]}
