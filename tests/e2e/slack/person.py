"""A person at their keyboard: what they type and click, and the message that answers."""

from dataclasses import dataclass
from typing import Any

from deploy.sandbox.slack.acting.actor import Shown
from deploy.sandbox.slack.model import Message, View
from deploy.sandbox.slack.seeing import Sought, find_message, words_of
from tests.e2e.slack.stage import Stage


@dataclass(frozen=True)
class Person:
    """Somebody in a channel. What answers is the newest message since, with the words that are looked for.

    `alone` looks for what nobody else sees.
    """

    stage: Stage
    name: str = "alice"
    channel: str = "#ops"

    @property
    def id(self) -> str:
        """The id as a user."""
        return self.stage.slack.workspace.user(self.name).id

    async def types(self, said: str, words: str, *, alone: bool = False) -> Message:
        """Type a command."""
        after = self.stage.slack.workspace.new_ts()
        _acknowledged(await self.stage.slack.people.command(self.name, self.channel, said))
        return await self.sees(words, after, alone=alone)

    async def clicks(self, message: Message, button: str, words: str, *, alone: bool = False) -> Message:
        """Click a button, by what it says or its action_id."""
        after = self.stage.slack.workspace.new_ts()
        await self.presses(message, button)
        return await self.sees(words, after, alone=alone)

    async def turns(self, message: Message, button: str) -> str:
        """Click to another page of a message, which takes its place; return its words."""
        before = words_of(message)
        await self.presses(message, button)
        await self.stage.eventually(lambda: words_of(message) != before, f"another page for {self.name}")
        return words_of(message)

    async def presses(self, message: Message, button: str) -> None:
        """Click a button, and look for nothing."""
        channel = message.channel
        _acknowledged(await self.stage.slack.people.click(self.name, channel, message.ts, button))

    async def sees(self, words: str, after: str = "", *, alone: bool = False) -> Message:
        """Return the newest message with these words, in the channel or a thread."""
        sought = Sought(self.channel, words, after=after, user=self.name if alone else "")
        workspace = self.stage.slack.workspace
        return await self.stage.eventually(
            lambda: find_message(workspace, sought), f"{words!r} for {self.name}"
        )

    async def goes(self, message: Message) -> None:
        """Wait until a message is gone."""
        await self.stage.eventually(lambda: message.deleted, f"it goes: {message.text}")

    async def opens(self, message: Message, button: str) -> View:
        """Click a button that opens a form."""
        await self.presses(message, button)
        return await self.form()

    async def form(self) -> View:
        """Return the form before them."""
        modal = self.stage.slack.workspace.modal
        return await self.stage.eventually(lambda: modal(self.id), f"a form for {self.name}")

    async def submits(self, **values: Any) -> Shown:  # noqa: ANN401 - by type of input
        """Submit the form that is open."""
        return _acknowledged(await self.stage.slack.people.submit(self.name, values))


def buttons(message: Message) -> list[str]:
    """Return what the buttons of a message say."""
    every = [
        element
        for block in message.blocks
        for element in (*block.get("elements", ()), block.get("accessory") or {})
    ]
    return [element["text"]["text"] for element in every if element.get("type") == "button"]


def _acknowledged(shown: Shown) -> Shown:
    assert shown.acknowledged, shown.problem
    return shown
