"""The workspace as a conversation in a terminal: who did what, and what is new or edited since."""

import asyncio
import contextlib
import html
from collections.abc import Sequence
from typing import Final, NamedTuple

from rich.console import Console
from rich.style import Style
from rich.text import Text

from deploy.sandbox.slack.deliveries import Delivery
from deploy.sandbox.slack.model import Json, Message, View
from deploy.sandbox.slack.server import SandboxSlack
from deploy.sandbox.slack.transport import EVENTS_API, SLASH_COMMANDS
from deploy.sandbox.terminal.drawing import SMALL, draw, draw_form, held

WIDEST: Final = 100
SETTLED: Final = 0.4
"""Seconds in which an answer is edited further."""
IDLE: Final = 3600.0
INDENT: Final = "  "
IN_THREAD: Final = "  │ "
PERSON: Final = Style(bold=True, color="green")
APP: Final = Style(bold=True, color="magenta")


class _News(NamedTuple):
    """The lines of a message that were not there before, and whether others were."""

    body: list[Text]
    foot: list[Text]
    edited: bool


class Room(NamedTuple):
    """Lines for a message of a channel and, of a thread, for the first that is new; 0 only counts them."""

    channel: int = 12
    thread: int = 9


USUAL: Final = Room()


class Screen:
    """Prints what happens in a workspace; `show` prints what has happened since the last time."""

    def __init__(self, slack: SandboxSlack) -> None:
        self._slack, self._workspace = slack, slack.workspace
        self._console = Console(highlight=False, emoji=False, markup=False, legacy_windows=False)
        self._width = min(self._console.width, WIDEST) if self._console.is_terminal else WIDEST
        self._heard = 0
        self._forms: set[str] = set()
        self._seen: dict[tuple[str, str], list[str]] = {}
        """(Channel, ts) → the lines of the message as they were last looked at."""

    def say(self, text: str = "") -> None:
        """Print a line of our own as it is, for somebody to copy."""
        self._console.print(text, soft_wrap=True)

    def invite(self, channel: str, cluster: str) -> None:
        """Say how to join in from another terminal."""
        url = f"{self._slack.url}/sandbox"
        self.say(f"""
  curl -X POST {url}/command -d '{{"user": "alice", "channel": "{channel}", "text": "{cluster}"}}'
  curl -X POST {url}/click -d '{{"user": "bob", "channel": "{channel}", "ts": "", "action": "How to fix"}}'
  curl -X POST {url}/say -d '{{"user": "carol", "channel": "{channel}", "text": "@readiness list"}}'
""")

    def headline(self, text: str) -> None:
        """Print what a narrator says."""
        self._console.print()
        self._print(self._wrapped(Text(text, Style(bold=True)), ""), "")

    async def follow(self) -> None:
        """Show what happens, until cancelled."""
        while True:
            version = self._workspace.version
            self.show()
            with contextlib.suppress(TimeoutError):
                await self._workspace.until(lambda: self._workspace.version > version or None, IDLE)  # noqa: B023
            await asyncio.sleep(SETTLED)

    def show(self, room: Room = USUAL) -> None:
        """Print what people did, then what the bot said to it; of what was edited only the new lines."""
        log = self._slack.deliveries.log
        for delivery in log[self._heard :]:
            self._show_delivery(delivery)
        self._heard = len(log)
        for stack in self._workspace.modals.values():
            for view in (self._workspace.views[ident] for ident in stack if ident not in self._forms):
                self._forms.add(view.id)
                self._show_form(view)
        posted = [it for channel in self._workspace.messages.values() for it in channel.values()]
        roots = [it for it in posted if not it.thread_ts or it.only_for]
        for root in sorted(roots, key=lambda it: it.ts):
            self._show_message(root, room.channel)
            replies = [it for it in posted if it.thread_ts == root.ts and not it.only_for]
            self._show_thread(replies, room.thread)

    def _show_delivery(self, delivery: Delivery) -> None:
        sent = delivery.payload
        if delivery.kind == EVENTS_API:
            return  # messages of people are shown where they stand
        if delivery.kind == SLASH_COMMANDS:
            who, what = sent["user_id"], html.unescape(f"{sent['command']} {sent['text']}")
            where = f" in {self._named(sent['channel_id'])}"
        else:
            who, what, where = sent["user"]["id"], _done(sent), ""
        problem = "" if delivery.answer.acknowledged else f"  ({delivery.answer.problem})"
        name = Text(f"{self._named(who)}{where}", PERSON)
        self._console.print()
        self._print(self._wrapped(Text.assemble(name, "  ", what, problem), ""), "")

    def _show_form(self, view: View) -> None:
        self._print([Text.assemble(("a form", APP), f", {view.body['title']['text']}")], "")
        self._print(self._wrapped(draw_form(view, self._named), INDENT), INDENT)

    def _show_message(self, message: Message, most: int) -> None:
        body, foot, edited = self._news(message, INDENT)
        if not (body or foot):
            return
        notes = [f"only {self._named(message.only_for)} sees this"] * bool(message.only_for)
        notes += ["edited"] * edited
        name = (self._named(message.user), APP if message.by_bot else PERSON)
        self._print([Text.assemble(name, (f"  ({', '.join(notes)})" if notes else "", SMALL))], "")
        self._print(_shortened(body, foot, most), INDENT)

    def _show_thread(self, replies: Sequence[Message], most: int) -> None:
        """Print the first of the new replies, and how many more there are."""
        drawn = [self._news(reply, IN_THREAD) for reply in replies]
        new = [news for news in drawn if news.body or news.foot]
        shown = new[: min(most, 1)]
        for body, foot, edited in shown:
            self._print([Text(f"in the thread{', edited' if edited else ''}", SMALL)], IN_THREAD)
            self._print(_shortened(body, foot, most), IN_THREAD)
        if left := len(new) - len(shown):
            more = "more " if shown else ""
            self._print([Text(f"… {left} {more}message{'s' * (left > 1)} in the thread", SMALL)], IN_THREAD)

    def _news(self, message: Message, indent: str) -> "_News":
        """Look at a message again."""
        key = message.channel, message.ts
        before = self._seen.get(key)
        if message.deleted:
            # What one person saw goes as they click it.
            body, foot = ([Text("deleted", SMALL)] if before and not message.only_for else []), []
        else:
            files = [self._workspace.files[it] for it in message.files]
            drawn = draw(message, files, self._named)
            body, foot = self._wrapped(drawn.body, indent), self._wrapped(drawn.foot, indent)
        self._seen[key] = [line.plain for line in (*body, *foot)]
        if before is None:
            return _News(body, foot, edited=False)
        new = set(self._seen[key]) - set(before)
        changed = [[line for line in part if line.plain in new] for part in (body, foot)]
        return _News(changed[0], changed[1], edited=True)

    def _wrapped(self, text: Text, indent: str) -> list[Text]:
        return list(text.wrap(self._console, self._width - len(indent))) if text else []

    def _print(self, lines: Sequence[Text], indent: str) -> None:
        for line in lines:
            line.rstrip()
            self._console.print(Text.assemble((indent, SMALL), line), soft_wrap=True)

    def _named(self, ident: str) -> str:
        """Return what people see for an id."""
        if ident in self._workspace.users:
            return self._workspace.users[ident].name
        if ident in self._workspace.channels:
            return f"#{self._workspace.channels[ident].name}"
        if ident in self._workspace.groups:
            return f"@{self._workspace.groups[ident].handle}"
        return ident


def _done(sent: Json) -> str:
    """Say what somebody clicked, chose, submitted or closed."""
    if sent["type"] == "block_actions":
        [action, *_] = sent["actions"]
        return (
            f"clicks [{action['text']['text']}]"
            if action["type"] == "button"
            else f"chooses {_chosen(action)}"
        )
    if sent["type"] != "view_submission":
        return str(sent["type"]).replace("_", " ")
    view = sent["view"]
    fields = [block for block in view["blocks"] if block["type"] == "input"]
    filled = [(block["label"]["text"], held(view["state"]["values"], block)) for block in fields]
    return "submits  " + "  ·  ".join(f"{label}: {value}" for label, value in filled if value)


def _chosen(action: Json) -> str:
    """Return what a menu, a box or a field of a message or of Home holds, in words where it has any."""
    held = [value for name, value in action.items() if name == "value" or name.startswith("selected_")]
    every = [it for value in held for it in (value if isinstance(value, list) else [value]) if it]
    return ", ".join(f"[{it['text']['text'] if isinstance(it, dict) else it}]" for it in every)


def _shortened(body: list[Text], foot: list[Text], most: int) -> list[Text]:
    """Return so many lines at most, with the foot, and how many were left out."""
    room = max(most - len(foot), 2)
    if len(body) <= room:
        return [*body, *foot]
    left = len(body) - room + 1
    return [*body[: room - 1], Text(f"… {left} more lines", SMALL), *foot]
