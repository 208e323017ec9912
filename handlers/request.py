"""What somebody asked, as a job carries it: any replica can answer it, and a killed one loses nothing."""

from datetime import datetime

import msgspec
from msgspec import Struct

from handlers.intents import Intent


class Asker(Struct, frozen=True, omit_defaults=True):
    """Who asks, and where.

    `thread_ts` is the thread that the answer belongs to; empty in the channel itself. `home_ts` is the one in
    which a new run is told: a click on the root message of one run asks for another root message, not for
    something in its thread. `message_ts` is the message that somebody wrote to the bot, which gets a
    reaction; empty for commands and buttons.
    `response_url` reaches the asker alone, for 30 minutes and five times; `trigger_id` opens one form, within
    three seconds. `ephemeral` tells that what was clicked was shown to the asker alone, `stranger` that they
    belong to another workspace, with which the channel is shared. `overheard` is what was written in a thread
    of ours without naming us: it may be for others. `page_ts` is the message of ours of which another page
    was asked: the answer takes its place.

    Without a `channel` it was in the Home tab; the answer goes to the direct messages.
    """

    user: str
    channel: str
    name: str = ""
    thread_ts: str = ""
    home_ts: str = ""
    message_ts: str = ""
    response_url: str = ""
    trigger_id: str = ""
    ephemeral: bool = False
    stranger: bool = False
    overheard: bool = False
    page_ts: str = ""


class Request(Struct, frozen=True, omit_defaults=True):
    """One thing asked. `id` is Slack's own for the delivery, so that a repeated one is answered once.

    `said` are the words; a submitted form has an `intent` instead.
    """

    id: str
    asker: Asker
    at: datetime
    said: str = ""
    intent: Intent | None = None

    def encode(self) -> str:
        """Return it as JSON, for a job."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> "Request":
        """Read a job's JSON. Raises `msgspec.DecodeError`."""
        return msgspec.json.decode(text, type=cls)
