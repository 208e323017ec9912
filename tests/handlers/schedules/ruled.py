"""Clusters that not everybody sees or may schedule, and what people say and find there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from msgspec import structs

from deploy.sandbox.slack.seeing import words_of
from handlers.dispatch import answer
from handlers.intents import Verb
from handlers.ports import Cluster
from handlers.request import Asker
from handlers.schedules.model import Schedule
from tests.bot.output.sample import NOW
from tests.handlers.bureau import Bureau, Ports
from tests.handlers.render.scheduled import CLUSTERS, DAILY


@dataclass
class Ruled(Ports):
    """Clusters, of which some people see only some, and may schedule only some, in some channels only."""

    hidden: dict[str, set[str]] = field(default_factory=dict)
    """By user; also by channel."""
    barred: dict[str, set[str]] = field(default_factory=dict)
    """Clusters that may not be scheduled, by user or channel."""

    async def visible(self, asker: Asker) -> Sequence[Cluster]:
        hidden = self.hidden.get(asker.user, set()) | self.hidden.get(asker.channel, set())
        return [it for it in CLUSTERS if it.name not in hidden]

    async def everyone(self) -> Sequence[Cluster]:
        return CLUSTERS

    async def may(self, asker: Asker, verb: Verb, cluster: str) -> bool:
        barred = self.barred.get(asker.user, set()) | self.barred.get(asker.channel, set())
        seen = {it.name for it in await self.visible(asker)}
        wanted = {cluster} if cluster else {it.name for it in CLUSTERS}
        return verb not in self.denied and wanted <= seen - barred


def ident(bureau: Bureau, channel: str = "#ops") -> str:
    return bureau.office.slack.workspace.channel(channel).id


async def says(bureau: Bureau, said: str, number: int = 1, **more: Any) -> None:  # noqa: ANN401
    """Say something, a minute after what was said before."""
    request = bureau.request(said, f"T{number}", **more)
    await answer(bureau.desk, structs.replace(request, at=NOW + timedelta(seconds=number)))


def keep(bureau: Bureau, *schedules: Schedule) -> None:
    bureau.schedules.held |= {it.id: it for it in schedules}


def theirs(bureau: Bureau, schedule: Schedule = DAILY, user: str = "bob") -> Schedule:
    """A schedule that somebody made in #ops."""
    maker = bureau.office.slack.workspace.user(user).id
    made = structs.replace(schedule, user=maker, by=user, channel=ident(bureau))
    keep(bureau, made)
    return made


def posted(bureau: Bureau) -> str:
    return words_of(bureau.office.seen()[-1])
