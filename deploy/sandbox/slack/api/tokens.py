"""The secrets of an app, new for each sandbox, and whether they are taken."""

import secrets
from dataclasses import dataclass, field
from typing import Literal

from deploy.sandbox.slack.api.arguments import Refused
from deploy.sandbox.slack.scopes import METHODS

Name = Literal["bot", "app"]


@dataclass
class Tokens:
    """The bot token, the app-level token and the signing secret."""

    bot: str = field(default_factory=lambda: f"xoxb-{secrets.randbelow(10**12):012d}-{secrets.token_hex(12)}")
    app: str = field(default_factory=lambda: f"xapp-1-A0000000001-{secrets.token_hex(32)}")
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    revoked: set[Name] = field(default_factory=set)

    def check(self, method: str, given: str) -> None:
        """Raise Refused unless this token is good for the method."""
        wanted = METHODS[method].token
        if wanted == "none":
            return
        if not given:
            raise Refused("not_authed")
        kind = self._kind(given)
        if kind in self.revoked:
            raise Refused("token_revoked")
        if kind != wanted:
            raise Refused("not_allowed_token_type")

    def _kind(self, given: str) -> Name:
        if secrets.compare_digest(given.encode(), self.bot.encode()):
            return "bot"
        if secrets.compare_digest(given.encode(), self.app.encode()):
            return "app"
        raise Refused("invalid_auth")
