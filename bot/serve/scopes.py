"""What the bot token must be allowed, as `deploy/slack/manifest.yaml` asks, and what is lost without it."""

from collections.abc import Mapping
from typing import Final

SCOPES: Final[Mapping[str, str]] = {
    "app_mentions:read": "mentions are not heard",
    "assistant:write": "the agent view cannot be used",
    "channels:history": "questions in threads are not heard unless the bot is mentioned",
    "channels:read": "schedules and `readiness slack check` cannot look at channels",
    "chat:write": "nothing can be posted",
    "commands": "there is no /readiness",
    "files:write": "full reports cannot be uploaded",
    "groups:history": "questions in threads of private channels are not heard unless the bot is mentioned",
    "groups:read": "schedules and `readiness slack check` cannot look at private channels",
    "im:history": "direct messages are not heard",
    "im:write": "nobody can be told where the bot is not in the channel",
    "reactions:write": "mentions get no reaction while they are worked on",
    "usergroups:read": "access rules for user groups grant nothing",
}
