"""What Slack sends of a command, a click or a modal, field by field.

Source: https://docs.slack.dev/interactivity/implementing-slash-commands and
https://docs.slack.dev/reference/interaction-payloads
"""

from deploy.sandbox.slack.acting.state import initial_values, keeps_value
from deploy.sandbox.slack.blocks import find
from deploy.sandbox.slack.model import Channel, Json, Message, User, View
from deploy.sandbox.slack.rendering import message_json, view_json
from deploy.sandbox.slack.workspace import Workspace


class Payloads:
    """Builds payloads, each with a trigger_id and a response_url of its own, at the server's `url`."""

    def __init__(self, workspace: Workspace) -> None:
        self.url = ""
        self._workspace = workspace

    def command(self, user: User, channel: Channel, command: str, text: str) -> Json:
        """Return a slash command's payload; every value is text, as in a form."""
        workspace = self._workspace
        return {
            "token": workspace.verification_token,
            "team_id": workspace.team_id,
            "team_domain": workspace.domain,
            "channel_id": channel.id,
            "channel_name": _name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": self._response_url(channel.id, user.id),
            "trigger_id": workspace.new_trigger(user.id, channel=channel.id).id,
        }

    def message_action(self, user: User, message: Message, action: Json) -> Json:
        """Return the payload of a click on a message; that of an ephemeral one does not carry the message."""
        workspace = self._workspace
        channel = workspace.channels[message.channel]
        container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
        container |= {"is_ephemeral": bool(message.only_for)}
        container |= {"thread_ts": message.thread_ts} if message.thread_ts else {}
        shown = {} if message.only_for else {"message": message_json(workspace, message)}
        trigger = workspace.new_trigger(user.id, channel=channel.id)
        return {
            **self._common("block_actions", user),
            "container": container,
            "trigger_id": trigger.id,
            "channel": {"id": channel.id, "name": _name(channel)},
            **shown,
            "state": {"values": self.inputs(user, message)},
            "response_url": self._response_url(channel.id, user.id, message.ts, message.thread_ts),
            "actions": [action | {"action_ts": workspace.new_ts()}],
        }

    def view_action(self, user: User, view: View, action: Json) -> Json:
        """Return the payload of a click in a modal or a Home tab."""
        workspace = self._workspace
        return {
            **self._common("block_actions", user),
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": workspace.new_trigger(user.id, view=view.id, channel=view.channel).id,
            "view": view_json(workspace, view),
            "actions": [action | {"action_ts": workspace.new_ts()}],
        }

    def suggestion(self, user: User, place: Message | View, block: Json, element: Json, typed: str) -> Json:
        """Return the payload that asks for the options of an external select."""
        payload = self._common("block_suggestion", user)
        payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
        if isinstance(place, View):
            shown = view_json(self._workspace, place)
            return payload | {"container": {"type": "view", "view_id": place.id}, "view": shown}
        channel = self._workspace.channels[place.channel]
        container = {"type": "message", "message_ts": place.ts, "channel_id": place.channel}
        payload |= {"container": container | {"is_ephemeral": bool(place.only_for)}}
        payload |= {"channel": {"id": channel.id, "name": _name(channel)}}
        return payload | ({} if place.only_for else {"message": message_json(self._workspace, place)})

    def submission(self, user: User, view: View) -> Json:
        """Return the payload of a submitted modal, its state as the view has it."""
        workspace = self._workspace
        return {
            **self._common("view_submission", user),
            "trigger_id": workspace.new_trigger(user.id, view=view.id, channel=view.channel).id,
            "view": view_json(workspace, view),
            "response_urls": list(self._response_urls(user, view)),
        }

    def closed(self, user: User, view: View, *, cleared: bool) -> Json:
        """Return the payload of a modal that was closed without submitting."""
        shown = view_json(self._workspace, view)
        return {**self._common("view_closed", user), "view": shown, "is_cleared": cleared}

    def inputs(self, user: User, message: Message) -> Json:
        """Return what a user chose in the menus of a message."""
        values = initial_values(message.blocks)
        for block_id, chosen in self._workspace.inputs.get((user.id, message.ts), {}).items():
            values.get(block_id, {}).update(chosen)
        return values

    def _common(self, kind: str, user: User) -> Json:
        workspace = self._workspace
        who = {"id": user.id, "username": user.name, "name": user.name, "team_id": workspace.team_id}
        return {
            "type": kind,
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "user": who,
            "api_app_id": workspace.app_id,
            "token": workspace.verification_token,
            "enterprise": None,
            "is_enterprise_install": False,
        }

    def _response_url(self, channel: str, user: str, original: str = "", thread_ts: str = "") -> str:
        url = self._workspace.new_response_url(channel, user, original=original, thread_ts=thread_ts)
        return f"{self.url}/response/{url.id}"

    def _response_urls(self, user: User, view: View) -> list[Json]:
        """Return a door for each conversation that was chosen in a menu with response_url_enabled."""
        doors = []
        for block_id, values in view.state.items():
            for action_id, value in values.items():
                found = find(view.body["blocks"], action_id, block_id)
                channel = value.get("selected_conversation") or value.get("selected_channel")
                if found and channel and found[1].get("response_url_enabled"):
                    url = self._response_url(channel, user.id)
                    where = {"block_id": block_id, "action_id": action_id, "channel_id": channel}
                    doors.append({**where, "response_url": url})
        return doors


def action_of(block: Json, element: Json, value: Json) -> Json:
    """Return what `actions` carries of an element: what it is, what it says, and what was chosen."""
    kept = ("type", "action_id", "text", "value", "style", "placeholder", "url")
    shown = {key: element[key] for key in kept if key in element}
    if keeps_value(element):
        shown.pop("value", None)
    return {**shown, "block_id": block["block_id"], **value}


def _name(channel: Channel) -> str:
    """Return a conversation's name as payloads give it."""
    return {"im": "directmessage", "private_channel": "privategroup"}.get(channel.kind, channel.name)
