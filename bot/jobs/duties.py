"""What a process is to do when a job comes: brought by whoever puts the process together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import msgspec
from msgspec import Struct

from bot.jobs.homes import Renew
from handlers.request import Request

Answer = Callable[[Request], Awaitable[None]]


class Fire(Struct, frozen=True, omit_defaults=True):
    """A fire time of a schedule, which `key` names: jobs, posts and claims of the same one go by that.

    `look`: its digest may have been posted although nothing is remembered of that. `now`: somebody asked for
    it, and it comes whatever the hour.
    """

    schedule: str
    nominal: datetime
    key: str
    look: bool = False
    now: bool = False

    def encode(self) -> str:
        """Return it as JSON."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read it. Raises `msgspec.ValidationError` where a newer version wrote it in words of its own."""
        return msgspec.json.decode(text, type=cls)


@dataclass(frozen=True)
class Duties:
    """What is done about each kind of job. What raises `ReadinessError` is tried again.

    `answer` answers a request. `announce` tells of the end of an acceptance, by its id. `renew` brings every
    Home tab up to date. `digest` posts the digest of a fire time; it returns when that is to be tried, where
    it is not yet allowed. `alert` tells what a run of a cluster turned; without a run id the latest one.
    """

    answer: Answer
    announce: Callable[[str], Awaitable[None]]
    renew: Renew
    digest: Callable[[Fire], Awaitable[datetime | None]]
    alert: Callable[[str, str], Awaitable[None]]
