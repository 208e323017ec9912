"""What the app's manifest tells people before they have asked anything."""

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from deploy.sandbox.slack.manifest import MANIFEST
from deploy.sandbox.slack.model import Json


@dataclass(frozen=True)
class Advertised:
    """The commands with what may follow them, and the prompts of the agent view."""

    commands: dict[str, str] = field(default_factory=dict)
    prompts: list[Json] = field(default_factory=list)
    """Each with a title and a message."""
    description: str = ""

    @property
    def starters(self) -> list[Json]:
        """Return the commands that need nothing filled in, as prompts: `/readiness list`."""
        usages = ((name, usage.split("|")) for name, usage in self.commands.items())
        whole = [f"{name} {it.strip()}" for name, every in usages for it in every if it.strip().islower()]
        return [{"title": command, "message": command} for command in whole]


def read_advertised(path: Path = MANIFEST) -> Advertised:
    """Read a manifest; nothing where there is none."""
    if not path.exists():
        return Advertised()
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    features = manifest.get("features", {})
    commands = {it["command"]: it.get("usage_hint", "") for it in features.get("slash_commands", [])}
    agent = features.get("agent_view") or features.get("assistant_view") or {}
    prompts = agent.get("suggested_prompts", [])
    return Advertised(commands, prompts, manifest.get("display_information", {}).get("description", ""))
