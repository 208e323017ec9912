"""What somebody wants of schedules, once their words are understood."""

from msgspec import Struct

from handlers.schedules.model import Mode, Selection, Timing


class Plan(Struct, frozen=True, tag=True, omit_defaults=True):
    """Make a schedule, or change the one with this `id`; without a timing a form is opened that asks for it.

    `channel` is its id or, as somebody typed it, its name with a `#`; empty for where it was asked.
    """

    selection: Selection
    timing: Timing | None = None
    channel: str = ""
    mode: Mode = Mode.DIGEST
    alerts: bool = True
    id: str = ""


class Replan(Struct, frozen=True, tag=True):
    """Open the form of a schedule that was made in Slack."""

    id: str


class Schedules(Struct, frozen=True, tag=True):
    """List the schedules, of one cluster or all, with their next times and last outcomes."""

    cluster: str = ""
    page: int = 1


class Pause(Struct, frozen=True, tag=True):
    """Let a schedule rest, or go on with it."""

    id: str
    resume: bool = False


class Trigger(Struct, frozen=True, tag=True):
    """Post the digest of a schedule now."""

    id: str


class Remove(Struct, frozen=True, tag=True):
    """Remove a schedule that was made in Slack."""

    id: str


class Status(Struct, frozen=True, tag=True):
    """How the bot itself is: replicas, workers, queues, the last digest of each schedule."""


Scheduling = Plan | Replan | Schedules | Pause | Trigger | Remove | Status
