"""The `access:` section of readiness.yaml: who may do what in Slack."""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from checks.nearest import did_you_mean
from handlers.intents import Verb

IDS = {
    "user": (
        r"[UW][A-Z0-9]{2,}",
        "U024BE7LH",
        "in Slack, open the person's profile, then ⋮ and Copy member ID",
    ),
    "user group": (
        r"S[A-Z0-9]{2,}",
        "S0604QSJC",
        "in Slack, open People, then User groups, then ⋮ beside the group and Copy group ID",
    ),
    "channel": (
        r"[CGD][A-Z0-9]{2,}",
        "C024BE91L",
        "in Slack, click the channel's name: its ID is at the end of About",
    ),
}
"""What IDs of Slack look like, an example, and where to copy one."""

NO_YAML = (
    (
        re.compile(r"[\[,:-]\s*@\w|[\[,]\s*#\w"),
        "users, groups and channels are given by their IDs, not as @name or #name",
    ),
    (re.compile(r"[\[,:-]\s*\*\s*[\],\n]"), 'write "*" with its quotes'),
)
"""What people write here that no YAML parser takes, and what to say of it."""


def why_no_yaml(text: str) -> str:
    """Return what may be meant where a file is no YAML; empty where that is not known."""
    return next((f"; {hint}" for pattern, hint in NO_YAML if pattern.search(text)), "")


def _id_of(kind: str) -> Callable[[object], str]:
    pattern, example, where = IDS[kind]

    def checked(value: object) -> str:
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        if value is None:
            raise ValueError(f"nothing stands here: # begins a comment. Write the ID of the {kind}: {where}")
        other = next((name for name, (looks, *_) in IDS.items() if re.fullmatch(looks, str(value))), "")
        if other:
            raise ValueError(f"{value} is the ID of a {other}, and belongs into {other.split()[-1]}s")
        raise ValueError(f"write the ID of the {kind}, such as {example}, not {value}: {where}")

    return checked


def _verb(value: object) -> object:
    if value not in list(Verb):
        known = did_you_mean(str(value), Verb)
        raise ValueError(f"there is no verb {value}: {known}")
    return value


def _every_verb(value: object) -> object:
    return tuple(Verb) if value == "*" else value


def _something(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("an empty list grants nothing: name at least one")
    return value


def _somebody(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise ValueError("an empty list would mean everyone: name somebody, or leave the key out")
    return value


KnownVerb = Annotated[Verb, BeforeValidator(_verb)]
UserId = Annotated[str, BeforeValidator(_id_of("user"))]
GroupId = Annotated[str, BeforeValidator(_id_of("user group"))]
ChannelId = Annotated[str, BeforeValidator(_id_of("channel"))]


class AccessRule(BaseModel):
    """Grants verbs on clusters to users and the members of user groups, asked for in certain channels.

    `clusters` are shell patterns of names, or `environment:` and one of an environment. Without users and
    groups it is for everyone, without channels for anywhere.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    verbs: Annotated[tuple[KnownVerb, ...], AfterValidator(_something), BeforeValidator(_every_verb)]
    clusters: Annotated[tuple[str, ...], AfterValidator(_something)] = ("*",)
    users: Annotated[tuple[UserId, ...], AfterValidator(_somebody)] = ()
    groups: Annotated[tuple[GroupId, ...], AfterValidator(_somebody)] = ()
    channels: Annotated[tuple[ChannelId, ...], AfterValidator(_somebody)] = ()
