"""Whoever reads a page: their time zone, and what they see for the ids of people, channels and files."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.emoji import Emoji

from deploy.sandbox.slack.model import User
from deploy.sandbox.slack.page.dates import heading, told
from deploy.sandbox.slack.workspace import SLACKBOT, Workspace
from deploy.sandbox.terminal.mrkdwn import NEWER

_HUES: Final = 8


class Reader:
    """A person with a page before them."""

    def __init__(self, workspace: Workspace, person: User) -> None:
        self._workspace, self.person = workspace, person
        self._zone = ZoneInfo(person.tz)
        self._now = datetime.fromtimestamp(workspace.now(), UTC)

    def name(self, user: str) -> str:
        """Return what people call a user (id)."""
        if user == SLACKBOT:
            return "Slackbot"
        found = self._workspace.users.get(user)
        return (found.name if found.is_bot else found.real_name) if found else user

    def hue(self, user: str) -> int:
        """Return the number of a user's colour."""
        ids = list(self._workspace.users)
        return ids.index(user) % _HUES if user in ids else 0

    def mentioned(self, ident: str) -> str:
        """Return what stands for the id of a user, a user group or a channel in a text."""
        workspace = self._workspace
        if ident in workspace.users:
            return f"@{workspace.users[ident].name}"
        if ident in workspace.groups:
            return f"@{workspace.groups[ident].handle}"
        if ident in workspace.channels:
            return f"#{workspace.channels[ident].name}"
        return ident

    def is_me(self, ident: str) -> bool:
        """Whether a mention is of the reader, alone or in a group."""
        group = self._workspace.groups.get(ident)
        return ident == self.person.id or bool(group and self.person.id in group.users)

    def date(self, epoch: float, form: str) -> str:
        """Return a moment in the form of a `<!date^…>`."""
        return told(self._at(epoch), form, self._now)

    def day(self, epoch: float) -> str:
        """Return the heading of a day."""
        return heading(self._at(epoch), self._now)

    def stamp(self, epoch: float) -> str:
        """Return a moment for machines."""
        return self._at(epoch).isoformat(timespec="seconds")

    def _at(self, epoch: float) -> datetime:
        return datetime.fromtimestamp(epoch, self._zone)


def emoji(name: str) -> str:
    """Return the character of a shortcode; empty where it is none."""
    code = f":{name}:"
    found = NEWER.get(name) or Emoji.replace(code)
    return "" if found == code else found
