"""What does not fit into one answer: it is a page further, from the first to the last."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

import pytest
from msgspec import structs

from checks.model import Report
from checks.summary import Summary
from handlers.dispatch import answer
from handlers.fleet import AT_ONCE
from handlers.intents import Verb
from handlers.ports import Acceptance, Entry, Reports
from tests.bot.output.sample import NOW, SAMPLE
from tests.handlers.bureau import Bureau

RUNS = [
    structs.replace(Summary.of(SAMPLE), run_id=f"20261101-{number:06}-ab12", failing=number)
    for number in range(45)
]
CHECKS = tuple(structs.replace(SAMPLE.results[0], id=f"check-{number}") for number in range(25))


@dataclass
class Stored:
    """`Reports` of many runs; counts who asks at once."""

    limits: list[int | None] = field(default_factory=list)
    asking: int = 0
    most: int = 0

    async def latest(self, cluster: str) -> Report:
        results = CHECKS if cluster == "prod-eu" else ()
        return structs.replace(SAMPLE, cluster=cluster, results=results)

    async def history(self, _: str, *, limit: int | None = None) -> list[Summary]:
        self.limits.append(limit)
        with self._counted():
            await asyncio.sleep(0)
        return RUNS[:limit]

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.asking += 1
        self.most = max(self.most, self.asking)
        yield
        self.asking -= 1


@pytest.fixture
def stored(bureau: Bureau) -> Stored:
    reports = Stored()
    bureau.desk = replace(bureau.desk, reports=cast("Reports", reports))
    bureau.ports.clusters = ["prod-eu", *(f"cluster-{number}" for number in range(44))]
    return reports


def line(number: int, cluster: str = "prod-eu") -> Entry:
    return Entry(NOW, "U1", "C1", Verb.RUN, f"check {cluster} run:{number:03}", "done", cluster)


async def posted(bureau: Bureau, said: str) -> str:
    """Return what everyone sees after a command."""
    await answer(bureau.desk, bureau.request(said, said))
    return str(bureau.office.seen()[-1].blocks)


async def whispered(bureau: Bureau, said: str) -> str:
    """Return what alice alone sees after a command."""
    before = len(bureau.office.whispered())
    await answer(bureau.desk, bureau.request(said, said))
    return str([message.blocks for message in bureau.office.whispered()[before:]])


async def test_every_run_of_a_history_is_reached(bureau: Bureau, stored: Stored) -> None:
    pages = [await posted(bureau, f"history prod-eu page:{page}") for page in (1, 2, 3)]
    assert ["Next" in page for page in pages] == [True, True, False]
    for run in RUNS:
        assert sum(f" {run.failing} open finding" in page for page in pages) == 1
    assert stored.limits == [None] * 3


async def test_every_cluster_is_reached_by_summaries_some_at_once(bureau: Bureau, stored: Stored) -> None:
    pages = [await whispered(bureau, f"list page:{page}") for page in range(1, 6)]
    for name in bureau.ports.clusters:
        assert sum(f"'check {name}'" in page for page in pages) == 1
    assert set(stored.limits) == {1}
    assert stored.most == AT_ONCE


@pytest.mark.usefixtures("stored")
async def test_every_check_that_differs_is_reached(bureau: Bureau) -> None:
    pages = [await posted(bureau, f"compare prod-eu cluster-1 page:{page}") for page in (1, 2)]
    assert ["Next" in page for page in pages] == [True, False]
    for result in CHECKS:
        assert sum(f"`{result.id}`:" in page for page in pages) == 1


async def test_every_acceptance_is_reached(bureau: Bureau) -> None:
    for number in range(25):
        held = Acceptance(
            cluster="prod-eu", by="al", reason="why", until=NOW + timedelta(9), id=f"w-{number:06}"
        )
        bureau.ports.held[held.id] = held
    pages = [await whispered(bureau, f"waivers page:{page}") for page in (1, 2, 3)]
    assert ["Next" in page for page in pages] == [True, True, False]
    for ident in bureau.ports.held:
        assert sum(f"id `{ident}`" in page for page in pages) == 1


async def test_every_line_of_the_audit_log_is_reached(bureau: Bureau) -> None:
    bureau.ports.entries_ += [line(number) for number in range(45)]
    pages = [await whispered(bureau, f"audit page:{page}") for page in (1, 2, 3)]
    assert ["Next" in page for page in pages[:2]] == [True, True]
    for number in range(45):
        assert sum(f"run:{number:03}`" in page for page in pages) == 1


@pytest.mark.parametrize(("limit", "pages"), [(20, 1), (21, 2)])
async def test_no_more_lines_than_were_asked_for(bureau: Bureau, limit: int, pages: int) -> None:
    bureau.ports.entries_ += [line(number) for number in range(45)]
    last = await whispered(bureau, f"audit limit:{limit} page:{pages}")
    assert f"run:{limit - 1:03}`" in last
    assert f"run:{limit:03}`" not in last
    assert "Next" not in last


async def test_lines_that_name_a_hidden_cluster_do_not_hide_those_behind_them(bureau: Bureau) -> None:
    bureau.ports.entries_ += [line(number, "prod-eu, secret") for number in range(60)]
    bureau.ports.entries_ += [line(number) for number in range(100, 125)]
    first = await whispered(bureau, "audit prod-eu")
    assert "secret" not in first
    assert [f"run:{number}`" in first for number in (100, 119, 120)] == [True, True, False]
    assert "Next" in first
