"""Modals that people fill in, submit and close."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from deploy.sandbox.slack.acting.actor import Shown
from deploy.sandbox.slack.acting.clicks import Clicks
from deploy.sandbox.slack.acting.state import is_empty, keeps_value
from deploy.sandbox.slack.api.arguments import Refused
from deploy.sandbox.slack.blocks import elements, find
from deploy.sandbox.slack.methods import views
from deploy.sandbox.slack.model import Json, View
from deploy.sandbox.slack.transport import INTERACTIVE
from deploy.sandbox.slack.workspace import NoSuch

TROUBLE: Final = "We had some trouble connecting. Try again?"
"""What a modal says where the app's answer to its submission cannot be used."""


class Modals(Clicks):
    """People with a modal before them."""

    async def submit(
        self, user: str, values: Mapping[str, Any] | None = None, *, duplicates: int = 1
    ) -> Shown:
        """Fill in inputs, by action_id, block_id or label, and submit.

        Raises NoSuch for no modal or no such input, ValueError for what the client would complain of.
        """
        person, view = self._workspace.user(user), self._modal(user)
        if not view.body.get("submit"):
            raise ValueError("this modal cannot be submitted")
        for name, value in (values or {}).items():
            self._fill(view, name, value)
        _check_complete(view)
        payload = self._payloads.submission(person, view)
        answer = await self._deliveries.interact(INTERACTIVE, payload, duplicates)
        shown = self._seen(person, answer, payload)
        if not answer.acknowledged:
            return replace(shown, problem=TROUBLE)
        if view.id not in self._workspace.views:
            return shown
        try:
            errors = self._follow(view, answer.payload or {})
        except (Refused, KeyError):
            return replace(shown, problem=TROUBLE)
        return replace(shown, errors=errors, view=self._workspace.modal(person.id))

    async def close(self, user: str) -> Shown | None:
        """Close the modal, with those beneath if it says so; None where the app does not want to know."""
        person, view = self._workspace.user(user), self._modal(user)
        cleared = bool(view.body.get("clear_on_close"))
        payload = self._payloads.closed(person, view, cleared=cleared)
        self._clear(person.id) if cleared else self._drop(view)
        if not view.body.get("notify_on_close"):
            return None
        answer = await self._deliveries.interact(INTERACTIVE, payload)
        return self._seen(person, answer, payload)

    def _fill(self, view: View, name: str, value: object) -> None:
        blocks = view.body["blocks"]
        found = find(blocks, name) or next(
            ((block, it) for block in blocks if block["block_id"] == name for it in elements(block)), None
        )
        if found is None or not keeps_value(found[1]):
            raise NoSuch(f"no input {name!r} in the modal")
        block, element = found
        view.state[block["block_id"]][element["action_id"]] = self._picked(element, value, view.id)

    def _follow(self, view: View, answer: Json) -> Mapping[str, str]:
        """Do what the acknowledgement says, and return what it has against the inputs.

        Raises Refused or KeyError for what Slack does not understand.
        """
        match answer.get("response_action"):
            case "errors":
                inputs = {it["block_id"] for it in view.body["blocks"] if it["type"] == "input"}
                if not answer["errors"] or not set(answer["errors"]) <= inputs:
                    raise Refused("invalid_arguments")
                return dict(answer["errors"])
            case "update":
                views.replace(self._workspace, view, views.check(answer["view"], "modal"))
            case "push":
                views.pile(self._workspace, view.user, views.check(answer["view"], "modal"))
            case "clear":
                self._clear(view.user)
            case None if not answer:
                self._drop(view)
            case _:
                raise Refused("invalid_arguments")
        return {}

    def _drop(self, view: View) -> None:
        self._workspace.modals[view.user].remove(view.id)
        del self._workspace.views[view.id]
        self._workspace.changed()

    def _clear(self, user: str) -> None:
        for ident in list(self._workspace.modals[user]):
            self._drop(self._workspace.views[ident])


def _check_complete(view: View) -> None:
    """Raise ValueError for an input that has to be filled in and is not."""
    for block in view.body["blocks"]:
        if block["type"] == "input" and not block.get("optional"):
            value = view.state[block["block_id"]][block["element"]["action_id"]]
            if is_empty(value):
                raise ValueError(f"{block['label']['text']!r} has to be filled in")
