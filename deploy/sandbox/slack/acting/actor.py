"""What everything that people do has in common: who, where, and what they see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from deploy.sandbox.slack.acting.payloads import Payloads
from deploy.sandbox.slack.api.arguments import Refused
from deploy.sandbox.slack.api.response_urls import respond
from deploy.sandbox.slack.deliveries import Deliveries
from deploy.sandbox.slack.model import Channel, Json, Message, User, View
from deploy.sandbox.slack.transport import Answer
from deploy.sandbox.slack.workspace import SLACKBOT, NoSuch, Workspace


@dataclass(frozen=True)
class Shown:
    """What a person sees of what they did, as far as the app's acknowledgement decides it."""

    acknowledged: bool
    seconds: float
    """Until the app acknowledged, or Slack gave up."""
    payload: Json
    """What Slack sent to the app."""
    problem: str = ""
    """What the client complains of; empty for nothing."""
    message: Message | None = None
    """The acknowledgement's message, or Slackbot's complaint."""
    view: View | None = None
    """The modal they have before them now."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """What is said under the inputs of a modal: block_id → text."""
    options: tuple[Json, ...] = ()
    """What an external select offers."""


class Actor:
    """Finds people and places by id or name, and delivers what people do."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, payloads: Payloads) -> None:
        self._workspace, self._deliveries, self._payloads = workspace, deliveries, payloads

    def _place(self, user: str, channel: str) -> tuple[User, Channel]:
        """Return who is meant and where; the bot's name means one's direct messages with it.

        Raises NoSuch, and ValueError where the person is no member or the channel is archived.
        """
        person = self._workspace.user(user)
        if channel.removeprefix("@") in (self._workspace.bot.name, self._workspace.bot.id):
            return person, self._workspace.im(person.id)
        place = self._workspace.channel(channel)
        if person.id not in place.members:
            raise ValueError(f"{person.name} is not in #{place.name}")
        if place.archived:
            raise ValueError(f"#{place.name} is archived")
        return person, place

    def _message(self, user: str, channel: str, ts: str) -> tuple[User, Message]:
        """Return a message that the person sees. Raises NoSuch or ValueError."""
        person, place = self._place(user, channel)
        message = self._workspace.message(place.id, ts)
        if message is None or message.only_for not in ("", person.id):
            raise NoSuch(f"no message {ts} in {channel} for {user}")
        return person, message

    def _seen(self, user: User, answer: Answer, payload: Json) -> Shown:
        view = self._workspace.modal(user.id)
        return Shown(answer.acknowledged, answer.seconds, payload, answer.problem, view=view)

    def _heard(self, shown: Shown, answer: Answer) -> Shown:
        """Show the message that an acknowledgement carries. Slackbot says so where it failed."""
        if not answer.acknowledged:
            return self._failed(shown, answer.problem)
        if not answer.payload or not any(answer.payload.get(it) for it in ("text", "blocks", "attachments")):
            return shown
        url = self._workspace.response_urls[shown.payload["response_url"].rpartition("/")[2]]
        try:
            return replace(shown, message=respond(self._workspace, url, answer.payload))
        except Refused as refusal:
            return self._failed(shown, refusal.error)

    def _failed(self, shown: Shown, problem: str) -> Shown:
        sent = shown.payload
        text = f'{sent["command"]} failed with the error "{problem}"'
        message = self.slackbot(sent["channel_id"], sent["user_id"], text)
        return replace(shown, problem=problem, message=message)

    def slackbot(self, channel: str, user: str, text: str) -> Message:
        """Let Slackbot tell a user (id) something that nobody else sees."""
        workspace = self._workspace
        message = Message(workspace.new_ts(), channel, SLACKBOT, text, only_for=user)
        workspace.messages[channel][message.ts] = message
        workspace.changed()
        return message
