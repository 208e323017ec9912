"""What an app may do and hear of, from its manifest."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from deploy.sandbox.slack.scopes import ALL_BOT_SCOPES, EVENTS

MANIFEST = Path(__file__).parents[2] / "slack" / "manifest.yaml"


@dataclass(frozen=True)
class App:
    """The part of an app's configuration that Slack acts on."""

    name: str = "readiness"
    scopes: frozenset[str] = ALL_BOT_SCOPES - {"chat:write.public"}
    events: frozenset[str] = frozenset(EVENTS)
    """Subscriptions of the bot, such as `message.channels`."""
    commands: frozenset[str] = frozenset({"/readiness"})
    escaped: frozenset[str] = frozenset()
    """Commands in which mentions of people and channels arrive as ids."""
    home: bool = True
    """It has a Home tab."""
    agent: bool = True
    """Direct messages to it are threads with suggested prompts."""


def read_manifest(path: Path = MANIFEST) -> App:
    """Read a manifest; where there is none, everything is allowed. Raises ValueError for another file."""
    if not path.exists():
        return App()
    manifest = yaml.safe_load(path.read_text())
    if not isinstance(manifest, dict):
        raise ValueError(f"{path}: not a manifest")  # noqa: TRY004 - bad input
    features = manifest.get("features", {})
    commands = features.get("slash_commands", [])
    events = manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])
    return App(
        name=features.get("bot_user", {}).get("display_name", "readiness"),
        scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
        events=frozenset(events),
        commands=frozenset(item["command"] for item in commands),
        escaped=frozenset(item["command"] for item in commands if item.get("should_escape")),
        home=features.get("app_home", {}).get("home_tab_enabled", False),
        agent="agent_view" in features or "assistant_view" in features,
    )
