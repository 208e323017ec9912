"""What one window looks at: all of it is in the address, so that two windows can be two people."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from deploy.sandbox.slack.model import Channel, Message, User
from deploy.sandbox.slack.workspace import NoSuch, Workspace

Pane = Literal["channel", "thread", "home", "direct"]
PANES: Final[tuple[Pane, ...]] = get_args(Pane)


@dataclass(frozen=True)
class Look:
    """Who looks at what. `pane` is the one that is shown where there is room for one alone."""

    person: User
    channel: Channel
    root: Message | None = None
    """Of the thread that is open."""
    pane: Pane = "channel"
    fresh: bool = False
    """The next direct message begins a conversation, rather than going on with the last."""

    def to(self, **changed: object) -> str:
        """Return the address of the same look with something changed, by the names of the fields."""
        other = replace(self, **changed)  # type: ignore[arg-type]  # a template names them
        said = {"as": other.person.name, "channel": other.channel.name}
        said |= {"in": other.root.channel, "thread": other.root.ts} if other.root else {}
        said |= {"fresh": "1"} if other.fresh else {}
        return "?" + urlencode(said | ({"pane": other.pane} if other.pane != "channel" else {}))


def read_look(workspace: Workspace, query: Mapping[str, str]) -> Look:
    """Return what an address asks for; where it says nothing, the first person in a channel with the bot.

    Raises NoSuch for somebody or a channel that is not there, or that the person is not in. A thread that
    they cannot see is left out.
    """
    person = workspace.user(query["as"]) if query.get("as") else people(workspace)[0]
    own = channels(workspace, person)
    with_bot = [it for it in own if workspace.bot.id in it.members and it.name != "general"]
    wanted = [workspace.channel(query["channel"])] if query.get("channel") else [*with_bot, *own]
    channel = next((it for it in wanted if it in own), None)
    if channel is None:
        raise NoSuch(f"{person.name} is not in {query.get('channel') or 'any channel'}")
    root = _root(workspace, person, query.get("in") or channel.id, query.get("thread", ""))
    shown: Pane = next((it for it in PANES if it == query.get("pane")), "channel")
    return Look(person, channel, root, shown, fresh=query.get("fresh") == "1")


def people(workspace: Workspace) -> list[User]:
    """Return everybody whom one can be."""
    return [it for it in workspace.users.values() if not (it.is_bot or it.deleted)]


def channels(workspace: Workspace, person: User) -> list[Channel]:
    """Return the channels that a person is in; the archived ones last."""
    own = [it for it in workspace.channels.values() if it.kind != "im" and person.id in it.members]
    return sorted(own, key=lambda it: it.archived)


def direct(workspace: Workspace, person: User) -> Channel | None:
    """Return the direct messages of a person with the bot, if they have begun."""
    own = (it for it in workspace.channels.values() if it.kind == "im" and person.id in it.members)
    return next(own, None)


def _root(workspace: Workspace, person: User, channel: str, ts: str) -> Message | None:
    place = workspace.channels.get(channel)
    if place is None or person.id not in place.members:
        return None
    root = workspace.messages[channel].get(ts)
    return root if root and not root.thread_ts and not root.only_for else None
