"""What people do in a workspace, and what they see of it.

Users are named by id or name, channels by id, name or `#name`, the direct messages with the bot by its name.
Everything raises NoSuch (a LookupError) for what is not there and ValueError for what a client would not let
through.
"""

import re
import uuid

from deploy.sandbox.slack import posting
from deploy.sandbox.slack.acting.actor import Shown
from deploy.sandbox.slack.acting.modals import Modals
from deploy.sandbox.slack.acting.payloads import Payloads
from deploy.sandbox.slack.acting.writing import rich_text, typed
from deploy.sandbox.slack.deliveries import Deliveries
from deploy.sandbox.slack.model import Channel, Json, Message
from deploy.sandbox.slack.rendering import view_json
from deploy.sandbox.slack.transport import SLASH_COMMANDS
from deploy.sandbox.slack.workspace import Workspace


class People(Modals):
    """Everybody in the workspace, at their keyboards."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, payloads: Payloads) -> None:
        super().__init__(workspace, deliveries, payloads)
        self._suggested = {}

    async def command(
        self, user: str, channel: str, text: str = "", command: str = "/readiness", *, duplicates: int = 1
    ) -> Shown:
        """Type a slash command; `duplicates` delivers it so often."""
        person, place = self._place(user, channel)
        app = self._workspace.app
        words = typed(self._workspace, text, mentions=command in app.escaped).strip()
        payload = self._payloads.command(person, place, command, words)
        if command not in app.commands:
            complaint = f"`{command}` is not a valid command."
            message = self.slackbot(place.id, person.id, complaint)
            return Shown(False, 0.0, payload, "not a valid command", message)
        answer = await self._deliveries.interact(SLASH_COMMANDS, payload, duplicates)
        return self._heard(self._seen(person, answer, payload), answer)

    async def say(
        self, user: str, channel: str, text: str, thread_ts: str = "", *, duplicates: int = 1
    ) -> Message:
        """Post a message; the app hears of it in the background, `duplicates` times."""
        person, place = self._place(user, channel)
        if thread_ts:
            self._message(user, channel, thread_ts)
        words = typed(self._workspace, text)
        message = Message(self._workspace.new_ts(), place.id, person.id, words, thread_ts=thread_ts)
        message.client_msg_id = str(uuid.uuid4())
        with self._deliveries.repeated(duplicates):
            return posting.post(self._workspace, message, rich_text(words))

    async def enter(self, user: str, channel: str, text: str, thread_ts: str = "") -> Shown | Message:
        """Type into a box and send it: a slash command, where it begins like one, else a message."""
        words = text.strip()
        if not re.match(r"/\w", words):
            return await self.say(user, channel, words, thread_ts)
        command, _, rest = words.partition(" ")
        if not thread_ts:
            return await self.command(user, channel, rest.strip(), command)
        person, message = self._message(user, channel, thread_ts)
        complaint = f"{command} is not supported in threads. Sorry!"
        told = self.slackbot(message.channel, person.id, complaint)
        told.thread_ts = thread_ts
        return Shown(False, 0.0, {}, "not supported in threads", told)

    async def delete(self, user: str, channel: str, ts: str) -> None:
        """Delete a message, also the bot's, as an administrator may."""
        posting.delete(self._workspace, self._message(user, channel, ts)[1])

    async def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Put an emoji under a message. Raises ValueError where it is there already."""
        person, message = self._message(user, channel, ts)
        if not posting.react(self._workspace, message, name.strip(":"), person.id):
            raise ValueError(f"{user} reacted so before")

    async def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """Take one's emoji away. Raises ValueError where there is none."""
        person, message = self._message(user, channel, ts)
        if not posting.take_back(self._workspace, message, name.strip(":"), person.id):
            raise ValueError(f"{user} did not react so")

    async def join(self, user: str, channel: str) -> None:
        """Join a channel."""
        posting.join(self._workspace, self._workspace.channel(channel), self._workspace.user(user).id)

    async def invite(self, user: str, channel: str, who: str) -> None:
        """Invite somebody, or the bot."""
        person, place = self._place(user, channel)
        posting.join(self._workspace, place, self._workspace.user(who).id, inviter=person.id)

    async def kick(self, user: str, channel: str, who: str) -> None:
        """Remove somebody, or the bot."""
        _, place = self._place(user, channel)
        posting.leave(self._workspace, place, self._workspace.user(who).id)

    async def archive(self, user: str, channel: str) -> None:
        """Archive a channel."""
        person, place = self._place(user, channel)
        posting.archive(self._workspace, place, person.id)

    async def open_home(self, user: str, tab: str = "home", viewing: str = "") -> Channel:
        """Open the app: its `home` tab or `messages`, from a channel. Returns the direct messages with it."""
        workspace = self._workspace
        person = workspace.user(user)
        if tab not in ("home", "messages") or (tab == "home" and not workspace.app.home):
            raise ValueError(f"the app has no {tab} tab")
        place = workspace.im(person.id)
        event: Json = {"type": "app_home_opened", "user": person.id, "channel": place.id, "tab": tab}
        home = workspace.home(person.id)
        if home and tab == "home":
            event["view"] = view_json(workspace, home)
        if workspace.app.agent and tab == "messages":
            entity = {"type": "slack#/types/channel_id", "team_id": workspace.team_id}
            viewed = [entity | {"value": workspace.channel(viewing).id}] if viewing else []
            event["context"] = {"entities": viewed} if viewed else {}
        workspace.publish("app_home_opened", event | {"event_ts": workspace.new_ts()})
        return place
