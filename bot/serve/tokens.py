"""What Slack gave us to prove who we are, from the environment. Never logged."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from checks.errors import UsageError

SLACK = "https://slack.com/api/"
WHERE = "README, “Slack”, says where to find it"
APP_LEVEL = "it needs the scope connections:write, and Socket Mode must be on in the app's settings"
"""What to do about an app-level token that Slack refuses."""


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
    if not _is_url(api_url):
        raise UsageError("SLACK_API_URL is not a URL", f"it replaces {SLACK}, and is like it")
    return Tokens(bot, app, secret, api_url.rstrip("/") + "/")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(parts.hostname)


def _value(environment: Mapping[str, str], name: str, prefix: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise UsageError(f"{name} is not set", WHERE)
    if not value.startswith(prefix):
        raise UsageError(f"{name} does not begin with {prefix}: it is another kind of token", WHERE)
    return value
