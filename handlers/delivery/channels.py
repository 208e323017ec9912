"""Where a schedule may post: a channel by its id or its name, and what keeps the bot or the asker out of it.

In a message a channel comes as `<#C024BE91L|ops>`. In a slash command it comes as somebody types it, `#ops`,
as the manifest has `should_escape: false`: with it apps would have to be updated before that works, clusters
called like domains would come as links, and a name that Slack does not know would stay a name all the same.
So names are looked up among the channels that the bot is in: it has to be in the one that it posts to, and
they are few, however many channels a workspace has.

A private channel is there only for its members: nobody can post into one, or learn of it, from outside.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from checks.errors import UsageError
from handlers.delivery.calls import Calls, Method
from handlers.delivery.errors import Kind, SlackRefused
from handlers.delivery.private import Private
from handlers.request import Asker

KINDS = "public_channel,private_channel"
PAGE = 999
DIRECT = "D"


class Channels:
    """Finds them. Raises `UsageError` with what is to be done, and `SlackRefused`."""

    def __init__(self, client: AsyncWebClient, calls: Calls, private: Private, bot: str) -> None:
        self._client, self._calls, self._private, self._bot = client, calls, private, bot

    async def open_to(self, asker: Asker, channel: str) -> str:
        """Return the id of a channel, by its id or its name with a `#`, in which the bot may post.

        Of direct messages only the asker's own are.
        """
        if channel.startswith(DIRECT):
            return await self._own(asker, channel)
        known = await (self._named(channel[1:]) if channel.startswith("#") else self._info(channel))
        if known.get("is_private") and not await self._is_in(str(known["id"]), asker.user):
            raise self._absent(channel)
        if wrong := _closed(known):
            raise UsageError(f"{_called(channel)} {wrong}", "choose another channel")
        if not known.get("is_member"):
            raise self._absent(channel)
        return str(known["id"])

    async def _own(self, asker: Asker, channel: str) -> str:
        if channel != (await self._private.direct(asker)).channel:
            raise UsageError(
                "I am not in that conversation", "name a channel: `in #ops`; or ask in the messages with me"
            )
        return channel

    async def _named(self, name: str) -> Mapping[str, Any]:
        wanted = name.casefold()
        async for channel in self._all(self._client.users_conversations, "channels", types=KINDS):
            if wanted in {str(channel.get(it)).casefold() for it in ("name", "name_normalized")}:
                # users.conversations does not say so: those that it lists are those the bot is in.
                return {**channel, "is_member": True}
        raise self._absent(f"#{name}")

    async def _info(self, channel: str) -> Mapping[str, Any]:
        try:
            response = await self._calls.repeated(self._client.conversations_info, channel=channel)
        except SlackRefused as refused:
            if refused.code == "missing_scope":  # of group messages, which the app does not ask for
                raise UsageError(f"I cannot post in {_called(channel)}", "choose a channel") from None
            if refused.kind is Kind.PLACE:
                raise self._absent(channel) from None
            raise
        return dict(response.get("channel") or {}) | {"id": channel}

    async def _is_in(self, channel: str, user: str) -> bool:
        members = self._all(self._client.conversations_members, "members", channel=channel)
        return user in [member async for member in members]

    async def _all(
        self,
        method: Method,
        what: str,
        **arguments: Any,  # noqa: ANN401 - the method's own
    ) -> AsyncIterator[Any]:
        """Yield what a method lists, page by page."""
        cursor = ""
        while True:
            response = await self._calls.repeated(method, limit=PAGE, cursor=cursor, **arguments)
            for item in response.get(what) or ():
                yield item
            cursor = str((response.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _absent(self, channel: str) -> UsageError:
        return UsageError(f"I am not in {_called(channel)}", f"`/invite @{self._bot}` there, then ask again")


def _called(channel: str) -> str:
    return channel if channel.startswith("#") else "that channel"


def _closed(channel: Mapping[str, Any]) -> str:
    """Return why nobody like us can begin a thread there; empty where that is not so."""
    if channel.get("is_archived"):
        return "is archived"
    if channel.get("is_read_only"):
        return "is closed to my messages"
    if channel.get("is_thread_only"):
        return "takes no messages of mine but in threads"
    return ""
