"""One run, from what was read to what is remembered."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from bot import service
from bot.acceptances import Acceptances
from bot.settings import Settings, WaiverEntry
from bot.store import Store
from checks.engine import assess
from checks.model import Finding, Passed, Report, Status, Verdict
from checks.registry import Unknown
from checks.snapshot import Snapshot
from checks.waivers import Waiver
from handlers.ports import Acceptance
from tests.bot.store.build import lose
from tests.checks.build import CART, a_check, a_snapshot, saying

DAY = timedelta(days=1)
NOW = datetime.now(UTC)


def unknown(_: Snapshot) -> Iterator[Passed | Finding]:
    yield from ()
    raise Unknown("ask someone")


CHECKS = (a_check(saying(Finding(CART, "broken")), "replicas"), a_check(unknown, "tracing"))


def accepted(check: str, *, attestation: bool = False, cluster: str = "test") -> Acceptance:
    return Acceptance(
        cluster=cluster, by="ann", reason="known", until=NOW + DAY, check=check, attestation=attestation
    )


def judging(store: Store | None, settings: Settings, **other: object) -> Awaitable[Report]:
    call: Callable[..., Awaitable[Report]] = service.judge
    return call(a_snapshot(), CHECKS, settings, partial=False, store=store, **other)


async def test_what_was_accepted_in_slack_counts_for_every_run(store: Store) -> None:
    known = Acceptances(Settings(), store.connection)
    await known.save(accepted("replicas"))
    await known.save(accepted("tracing", attestation=True))
    await known.save(accepted("replicas", cluster="another"))
    report = await judging(store, Settings())
    waived, signed = report.results
    assert waived.findings[0].waiver
    assert waived.findings[0].waiver.by == "ann (in Slack)"
    assert signed.status is Status.PASS
    assert "attested by ann (in Slack)" in signed.evidence[0]
    assert report.verdict is Verdict.READY
    assert await store.latest("test") == report


async def test_without_a_store_only_the_configuration_counts() -> None:
    entry = WaiverEntry(by="ada", reason="r", until=NOW + DAY, check="replicas")
    report = await judging(None, Settings(waivers=(entry,)))
    assert report.results[0].waived
    assert report.results[1].status is Status.UNKNOWN


async def test_a_store_that_fails_costs_the_history_and_what_slack_knows_but_not_the_report(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    lose(store, monkeypatch)
    entry = WaiverEntry(by="ada", reason="r", until=NOW + DAY, check="replicas")
    report = await judging(store, Settings(waivers=(entry,)), notes=["first"])
    assert report.results[0].waived
    assert report.notes == ("first", "without what was accepted in Slack: gone", "not remembered: gone")


async def test_a_run_has_the_id_it_was_given_and_tells_how_far_it_is(store: Store) -> None:
    told: list[int] = []
    report = await judging(store, Settings(), run_id="20261101-120000-aaaa", tell_judged=told.append)
    assert (report.run_id, told) == ("20261101-120000-aaaa", [1, 2])
    assert await store.report("test", "20261101-120000-aaaa") == report
    other = await judging(store, Settings())
    assert other.run_id != report.run_id


async def test_the_end_of_a_waiver_is_noted_in_the_next_run(store: Store) -> None:
    ended = Waiver(by="alice", reason="r", until=NOW - DAY, check="replicas")
    before = assess(a_snapshot(), CHECKS, now=NOW - 2 * DAY, run_id="before", waivers=[ended])
    await store.save(structs.replace(before, taken_at=before.taken_at - DAY))
    report = await judging(store, Settings())
    told = f"1 waiver ended on {ended.until:%Y-%m-%d}: replicas of Deployment shop/cart, by alice"
    assert report.notes == (told,)
    assert report.delta
    assert report.delta.run_id == "before"
    await store.save(structs.replace(report, taken_at=report.taken_at + DAY))
    assert (await judging(store, Settings())).notes == ()
