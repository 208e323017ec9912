"""What people click and choose, in messages, modals and Home tabs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from deploy.sandbox.slack.acting.actor import Actor, Shown
from deploy.sandbox.slack.acting.payloads import action_of
from deploy.sandbox.slack.acting.state import chosen, keeps_value, option
from deploy.sandbox.slack.blocks import elements, find
from deploy.sandbox.slack.model import Json, Message, User, View
from deploy.sandbox.slack.transport import INTERACTIVE
from deploy.sandbox.slack.workspace import NoSuch


class Clicks(Actor):
    """People who click.

    An element is named by its action_id or by the words on it. `value` is what is chosen in a menu: an
    option's label or value, a name or id of a user or channel, a date; a list where several can be chosen.
    All raise NoSuch where nothing there has that name any more, ValueError for what a client would not let
    through. `duplicates` delivers the same payload so often.
    """

    _suggested: dict[tuple[str, str], tuple[Json, ...]]
    """(Message's ts or view's id, action_id) → the options that an external select offered last."""

    async def click(
        self,
        user: str,
        channel: str,
        ts: str,
        action: str,
        value: Any = None,  # noqa: ANN401 - by type of element
        *,
        duplicates: int = 1,
    ) -> Shown:
        """Click in a message; without `ts` in the newest that they see and that has such an element."""
        person, message = self._message(user, channel, ts or self._newest(user, channel, action))
        block, element = _sought(message.blocks, action)
        picked = self._picked(element, value, message.ts)
        if keeps_value(element):
            choices = self._workspace.inputs.setdefault((person.id, message.ts), {})
            choices.setdefault(block["block_id"], {})[element["action_id"]] = picked
        payload = self._payloads.message_action(person, message, action_of(block, element, picked))
        return await self._send(person, payload, duplicates)

    async def click_view(
        self,
        user: str,
        action: str,
        value: Any = None,  # noqa: ANN401 - by type of element
        *,
        duplicates: int = 1,
    ) -> Shown:
        """Click in the modal that a person has before them."""
        return await self._click_in(self._modal(user), user, action, value, duplicates)

    async def click_home(
        self,
        user: str,
        action: str,
        value: Any = None,  # noqa: ANN401 - by type of element
        *,
        duplicates: int = 1,
    ) -> Shown:
        """Click in the Home tab of a person."""
        home = self._workspace.home(self._workspace.user(user).id)
        if home is None:
            raise NoSuch(f"nothing was published to the Home tab of {user}")
        return await self._click_in(home, user, action, value, duplicates)

    async def suggest(self, user: str, action: str, text: str, *, channel: str = "", ts: str = "") -> Shown:
        """Type into an external select, of a message or else of the open modal; `options` are offered."""
        place: Message | View = self._message(user, channel, ts)[1] if ts else self._modal(user)
        person = self._workspace.user(user)
        blocks = place.body["blocks"] if isinstance(place, View) else place.blocks
        block, element = _sought(blocks, action)
        payload = self._payloads.suggestion(person, place, block, element, text)
        answer = await self._deliveries.interact(INTERACTIVE, payload)
        offered = answer.payload or {}
        groups = offered.get("option_groups", [])
        options = (*offered.get("options", []), *(it for group in groups for it in group["options"]))
        self._suggested[place.id if isinstance(place, View) else place.ts, element["action_id"]] = options
        return replace(self._seen(person, answer, payload), options=options)

    def _modal(self, user: str) -> View:
        modal = self._workspace.modal(self._workspace.user(user).id)
        if modal is None:
            raise NoSuch(f"{user} has no modal open")
        return modal

    def _newest(self, user: str, channel: str, action: str) -> str:
        person, place = self._place(user, channel)
        for message in reversed(self._workspace.messages[place.id].values()):
            seen = not message.deleted and message.only_for in ("", person.id)
            if seen and find(message.blocks, action):
                return message.ts
        raise NoSuch(f"no message in {channel} has {action!r}")

    async def _click_in(self, view: View, user: str, action: str, value: object, duplicates: int) -> Shown:
        person = self._workspace.user(user)
        block, element = _sought(view.body["blocks"], action)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise ValueError(f"{action!r} tells the app nothing before the modal is submitted")
        picked = self._picked(element, value, view.id)
        if keeps_value(element):
            view.state[block["block_id"]][element["action_id"]] = picked
        payload = self._payloads.view_action(person, view, action_of(block, element, picked))
        return await self._send(person, payload, duplicates)

    def _picked(self, element: Json, value: object, place: str) -> Json:
        if element["type"] == "overflow":
            return {"selected_option": option(element, value)}
        if not keeps_value(element):
            return {}
        suggested = self._suggested.get((place, element["action_id"]), ())
        return chosen(element, value, self._named, suggested)

    def _named(self, kind: str, name: str) -> str:
        """Return the id of a person or a conversation; a conversation may be one's messages with somebody."""
        if "users" in kind:
            return self._workspace.user(name).id
        return self._workspace.channel(name).id

    async def _send(self, person: User, payload: Json, duplicates: int) -> Shown:
        answer = await self._deliveries.interact(INTERACTIVE, payload, duplicates)
        return self._seen(person, answer, payload)


def _sought(blocks: Sequence[Json], action: str) -> tuple[Json, Json]:
    found = find(blocks, action)
    if found is None:
        there = ", ".join(element["action_id"] for block in blocks for element in elements(block))
        raise NoSuch(f"no {action!r} there; there is {there or 'nothing to click'}")
    return found
