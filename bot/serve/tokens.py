"""What Slack gave us to prove who we are, from the environment. Never logged."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.errors import UsageError

SLACK = "https://slack.com/api/"
WHERE = "README, “Slack”, says where to find it"


@dataclass(frozen=True)
class Tokens:
    """`api_url` ends in a slash. `app` is for Socket Mode, `signing_secret` for HTTP; each may be empty."""

    bot: str = field(repr=False)
    app: str = field(repr=False, default="")
    signing_secret: str = field(repr=False, default="")
    api_url: str = SLACK


def tokens(*, http: bool, environment: Mapping[str, str] = os.environ) -> Tokens:
    """Read what a mode needs. Raises `UsageError` naming what is missing, or was taken for another."""
    bot = _value(environment, "SLACK_BOT_TOKEN", "xoxb-")
    app = "" if http else _value(environment, "SLACK_APP_TOKEN", "xapp-")
    secret = _value(environment, "SLACK_SIGNING_SECRET", "") if http else ""
    api_url = environment.get("SLACK_API_URL", "").strip() or SLACK
    if not api_url.startswith(("https://", "http://")):
        raise UsageError("SLACK_API_URL is not a URL", f"it replaces {SLACK}, and is like it")
    return Tokens(bot, app, secret, api_url.rstrip("/") + "/")


def _value(environment: Mapping[str, str], name: str, prefix: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise UsageError(f"{name} is not set", WHERE)
    if not value.startswith(prefix):
        raise UsageError(f"{name} does not begin with {prefix}: it is another kind of token", WHERE)
    return value
