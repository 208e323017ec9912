"""Who belongs to the workspace that the app is installed in, and who is only connected with it.

In a channel that workspaces share, the team of a delivery may be the one in which the channel began, or that
of the person. So it is the person's own team that is compared, with what auth.test says of ours. A slash
command is there for our own people alone.

Source: https://docs.slack.dev/apis/slack-connect
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Workspace:
    """Our workspace and, where it is part of one, our organisation; `bot_user` is who we are in it."""

    team: str
    enterprise: str = ""
    bot_user: str = ""

    def of_interaction(self, body: Mapping[str, Any]) -> bool:
        """Whether a click or a form is a stranger's."""
        team, where = _text(body["user"].get("team_id")), body.get("team")
        told = where if isinstance(where, dict) else {}
        # Where that is another team than the person's, so is the organisation.
        same = _text(told.get("id")) in ("", team)
        enterprise = _ident(body.get("enterprise")) or _text(told.get("enterprise_id"))
        return self._stranger(team, enterprise if same else "")

    def of_event(self, body: Mapping[str, Any]) -> bool:
        """Whether an event is a stranger's. The team that it gives may be an organisation."""
        if body.get("is_ext_shared_channel") is not True:
            return False
        event = body["event"]
        team = _text(event.get("user_team")) or _text(event.get("team"))
        if not team:
            return True
        of_team = {
            _text(body.get(f"{whose}team_id")): _text(body.get(f"{whose}enterprise_id"))
            for whose in ("", "context_")
        }
        return self._stranger(team, of_team.get(team, ""))

    def _stranger(self, team: str, enterprise: str) -> bool:
        """Whether a team is neither ours nor of our organisation; one that nobody tells of is ours."""
        ours = {it for it in (self.team, self.enterprise) if it}
        return bool(ours and team) and ours.isdisjoint((team, enterprise))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _ident(value: object) -> str:
    return _text(value.get("id")) if isinstance(value, dict) else _text(value)
