"""The Home tab: who sees what there, and when it is renewed."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

import pytest
from msgspec import structs

from checks.errors import StoreError
from checks.summary import Summary
from deploy.sandbox.slack.faults import Fault
from handlers.dispatch import answer
from handlers.home import renew
from handlers.intents import Home
from handlers.ports import Cluster, Reports, Viewer
from handlers.request import Asker
from tests.handlers.bureau import Bureau, Ports
from tests.handlers.render.accepted import WAIVED
from tests.handlers.render.test_tables import RUNS

EVERYWHERE = (
    Cluster("prod-eu", (), "production"),
    Cluster("prod-us", (), "production"),
    Cluster("dev", (), "dev"),
)


@dataclass
class Fleets(Ports):
    """Clusters of environments; bob sees only dev. Counts what the store is asked."""

    store: dict[str, list[Summary]] = field(default_factory=lambda: {"prod-eu": RUNS, "dev": RUNS[3:]})
    reads: list[tuple[str, bool]] = field(default_factory=list)
    bob: str = ""
    asked_where: set[str] = field(default_factory=set)
    meanwhile: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Happens while the store is asked."""

    async def visible(self, asker: Asker) -> Sequence[Cluster]:
        self.asked_where.add(asker.channel)
        return EVERYWHERE[2:] if asker.user == self.bob else EVERYWHERE

    async def history(
        self, cluster: str, *, since: datetime | None = None, limit: int | None = None
    ) -> list[Summary]:
        self._work()
        self.reads.append((cluster, since is not None))
        if self.meanwhile:
            await self.meanwhile.pop()()
        runs = self.store.get(cluster, [])
        return [run for run in runs if since is None or run.taken_at >= since][:limit]


@pytest.fixture
def fleets(bureau: Bureau) -> Fleets:
    ports = Fleets(bob=bureau.office.slack.workspace.user("bob").id)
    bureau.ports = ports
    bureau.desk = replace(
        bureau.desk, reports=cast("Reports", ports), access=ports, acceptances=ports, audit=ports
    )
    return ports


def seen(bureau: Bureau, user: str = "alice") -> str:
    """What somebody has in their Home tab."""
    workspace = bureau.office.slack.workspace
    home = workspace.home(workspace.user(user).id)
    return str(home.body["blocks"]) if home else ""


def published(bureau: Bureau) -> int:
    return len(bureau.office.called("views.publish"))


async def opens(bureau: Bureau, ident: str = "E1", user: str = "alice") -> None:
    """Open the tab."""
    request = bureau.request(ident=ident, intent=Home(), url=False)
    ours = Asker(bureau.office.slack.workspace.user(user).id, "")
    await answer(bureau.desk, structs.replace(request, asker=ours))


async def chooses(bureau: Bureau, said: str) -> None:
    """Choose something in the tab."""
    request = bureau.request(said, ident=said, url=False)
    await answer(bureau.desk, structs.replace(request, asker=structs.replace(request.asker, channel="")))


async def test_everybody_sees_their_own_clusters(bureau: Bureau, fleets: Fleets) -> None:
    await opens(bureau)
    await opens(bureau, "E2", "bob")
    assert "1 NOT READY, 1 never checked, 1 READY" in seen(bureau)
    assert all(f"check {cluster.name}" in seen(bureau) for cluster in EVERYWHERE)
    assert "check dev" in seen(bureau, "bob")
    assert "prod" not in seen(bureau, "bob")
    assert bureau.told() == ""
    assert fleets.asked_where == {""}, "what may be viewed in a channel alone is not for the tab"


async def test_what_is_read_are_the_newest_runs_and_the_last_days_of_those_shown(
    bureau: Bureau, fleets: Fleets
) -> None:
    await chooses(bureau, "home environment:dev")
    newest = [(cluster.name, False) for cluster in EVERYWHERE]
    assert sorted(fleets.reads) == sorted([*newest, ("dev", True)])


async def test_what_was_chosen_stays_until_something_else_is(bureau: Bureau, fleets: Fleets) -> None:
    await opens(bureau)
    await chooses(bureau, "home environment:Dev")
    assert "check prod-eu" not in seen(bureau)
    fleets.store["dev"] = RUNS[:1]
    await renew(bureau.desk)
    assert "NOT READY" in seen(bureau)
    assert "check prod-eu" not in seen(bureau)
    await opens(bureau, "E2")
    assert "check prod-eu" not in seen(bureau)
    await chooses(bureau, "home")
    assert "check prod-eu" in seen(bureau)


async def test_whoever_asks_in_words_is_told_where_to_look(bureau: Bureau, fleets: Fleets) -> None:
    await answer(bureau.desk, bureau.request("home production"))
    assert "Your Home tab is up to date." in bureau.told()
    assert "check dev" not in seen(bureau)
    assert fleets.asked_where >= {""}


async def test_it_is_renewed_for_those_who_see_something_new_and_for_nobody_else(
    bureau: Bureau, fleets: Fleets
) -> None:
    await opens(bureau)
    await opens(bureau, "E2", "bob")
    assert published(bureau) == 2
    await renew(bureau.desk)
    assert published(bureau) == 2
    fleets.store["prod-us"] = RUNS[:1]
    await renew(bureau.desk)
    assert published(bureau) == 3
    assert "2 NOT READY" in seen(bureau)
    fleets.held["w-1"] = structs.replace(WAIVED, cluster="dev", id="w-1")
    await renew(bureau.desk)
    assert published(bureau) == 5
    assert "edit w-1" in seen(bureau, "bob")
    await renew(bureau.desk)
    assert published(bureau) == 5


async def test_a_renewal_asks_the_store_once_for_each_cluster(bureau: Bureau, fleets: Fleets) -> None:
    for number in range(20):
        await bureau.desk.viewers.add(Viewer(f"U{number}"))
    await renew(bureau.desk)
    assert len(fleets.reads) == len(set(fleets.reads)) == 5


async def test_who_chooses_something_meanwhile_keeps_it(bureau: Bureau, fleets: Fleets) -> None:
    await opens(bureau)
    fleets.store["prod-us"] = RUNS[:1]
    fleets.meanwhile = [lambda: chooses(bureau, "home environment:dev")]
    await renew(bureau.desk)
    assert not fleets.meanwhile
    assert "check dev" in seen(bureau)
    assert "check prod-eu" not in seen(bureau)


async def test_nobody_looks(bureau: Bureau, fleets: Fleets) -> None:
    await renew(bureau.desk)
    assert fleets.reads == []


async def test_somebody_who_left_does_not_keep_others_from_theirs(
    bureau: Bureau, fleets: Fleets, caplog: pytest.LogCaptureFixture
) -> None:
    await opens(bureau)
    await bureau.desk.viewers.add(Viewer("UGONE"))
    fleets.store["prod-us"] = RUNS[:1]
    bureau.office.goes_wrong(Fault("views.publish", "error", error="user_not_found"))
    await renew(bureau.desk)
    await renew(bureau.desk)
    assert "2 NOT READY" in seen(bureau)
    assert "the Home tab of" in caplog.text


@pytest.mark.parametrize("error", ["not_enabled", "token_revoked"])
async def test_what_holds_for_all_is_tried_once(
    bureau: Bureau, fleets: Fleets, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    for number in range(5):
        await bureau.desk.viewers.add(Viewer(f"U{number}"))
    bureau.office.goes_wrong(Fault("views.publish", "error", error=error, times=0))
    await renew(bureau.desk)
    assert published(bureau) == 1
    assert (
        f"Home tabs are not renewed: {'the Home tab' if error == 'not_enabled' else 'Slack'}" in caplog.text
    )
    assert fleets.reads


async def test_rates_are_heeded(bureau: Bureau, fleets: Fleets) -> None:
    await opens(bureau)
    fleets.store["prod-us"] = RUNS[:1]
    bureau.office.goes_wrong(Fault("views.publish", "ratelimited", seconds=30))
    await renew(bureau.desk)
    assert bureau.office.slept == [30]
    assert "2 NOT READY" in seen(bureau)


async def test_without_the_store_the_tab_says_so(
    bureau: Bureau, fleets: Fleets, caplog: pytest.LogCaptureFixture
) -> None:
    fleets.away = True
    await opens(bureau)
    assert "the store cannot be used just now" in seen(bureau)
    assert "/run/secret" not in seen(bureau)
    assert bureau.told() == ""
    fleets.away = False
    await chooses(bureau, "home")
    assert "check prod-eu" in seen(bureau)

    caplog.set_level(logging.INFO)
    fleets.away = True
    await renew(bureau.desk)
    assert "check prod-eu" in seen(bureau)
    assert "Home tabs are not renewed: the store at" in caplog.text


async def test_what_cannot_be_remembered_is_shown_all_the_same(
    bureau: Bureau, fleets: Fleets, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise StoreError("the store is away")

    monkeypatch.setattr(bureau.desk.viewers, "show", broken)
    await opens(bureau)
    assert "check prod-eu" in seen(bureau)
    assert fleets.reads
