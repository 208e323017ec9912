"""`readiness waivers` and `readiness audit` as people run them, beside a bot on the same store."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from bot.acceptances import Acceptances
from bot.audit import AuditLog
from bot.scheduling.schedules import Schedules
from bot.settings import Settings
from bot.store import open_store
from handlers.intents import Verb
from handlers.ports import Acceptance, Entry
from handlers.schedules.model import Fired, Outcome, Schedule, Selection, Timing
from tests.e2e.cli import Commands, sandbox

pytestmark = pytest.mark.e2e

NOW = datetime.now(UTC)
CONFIG = """
clusters: [{name: prod, aliases: [eu]}]
waivers:
  - {check: replicas, by: ada, reason: one writer, until: 9999-12-30}
  - {check: replicas, by: ada, reason: elsewhere, until: 9999-12-30, cluster: staging}
"""


@pytest.fixture(autouse=True)
def _runtime(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", commands.environment["XDG_RUNTIME_DIR"])


async def accept(commands: Commands, *accepted: Acceptance) -> None:
    """Accept something as the bot does."""
    async with open_store(data_dir=commands.data / "readiness") as store:
        for item in accepted:
            await Acceptances(Settings(), store.connection).save(item)


def a_waiver(cluster: str = "prod") -> Acceptance:
    until = NOW + timedelta(days=3, hours=1)
    return Acceptance(cluster=cluster, by="ann", reason="known", until=until, check="disruption-budgets")


async def test_waivers_are_listed_from_both_places(commands: Commands) -> None:
    (commands.folder / "readiness.yaml").write_text(CONFIG)
    async with sandbox() as cluster:
        commands.use(cluster)
        await accept(commands, a_waiver(), a_waiver("staging"))
        everything = (await commands.run("waivers", "-o", "json")).document
        own = (await commands.run("waivers", "eu", "-o", "json")).document
        shown = await commands.run("waivers", "prod")
        unknown = await commands.run("waivers", "prdo")
    assert len(everything) == 4
    assert [(row["by"], row["source"], row["days_left"]) for row in own][:1] == [("ann", "Slack", 3)]
    assert [(row["by"], row["source"], row["cluster"]) for row in own][1:] == [("ada", "readiness.yaml", "*")]
    assert shown.code == 0
    assert "3 days" in shown.out
    assert own[0]["id"] in shown.out
    assert "2 waivers, 0 attestations." in shown.out
    assert unknown.code == 2
    assert "did you mean prod" in unknown.err


async def test_a_check_on_the_command_line_knows_what_was_waived_in_slack(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        await accept(commands, a_waiver())
        report = (await commands.run("check", "--check", "disruption-budgets", "-o", "json")).document
    assert report["results"][0]["waived"]
    assert report["results"][0]["findings"][0]["waiver"]["by"] == "ann (in Slack)"


async def test_without_a_store_the_configuration_is_listed_and_the_audit_is_refused(
    commands: Commands,
) -> None:
    (commands.folder / "readiness.yaml").write_text(CONFIG)
    gone = {"REDIS_URL": "unix:///nowhere/redis.sock"}
    listed = await commands.run("waivers", **gone)
    audit = await commands.run("audit", **gone)
    assert listed.code == 0
    assert "one writer" in listed.out
    assert "no history: the store at unix:///nowhere/redis.sock" in listed.err
    assert audit.code == 2
    assert "the store at unix:///nowhere/redis.sock" in audit.err


async def test_the_audit_log_is_shown_the_newest_first(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        empty = await commands.run("audit")
        async with open_store(data_dir=commands.data / "readiness") as store:
            for number, name in enumerate(["prod", "prod", "staging"]):
                line = f"check {name} {number}"
                await AuditLog(store.connection).record(
                    Entry(NOW, "UANN", "COPS", Verb.RUN, line, "done", cluster=name)
                )
        shown = await commands.run("audit", "prod")
        rows = (await commands.run("audit", "--limit", "2", "-o", "json")).document
    assert empty.out == "Nothing is on record.\n"
    assert shown.out.index("check prod 1") < shown.out.index("check prod 0")
    assert "staging" not in shown.out
    assert [(row["what"], row["detail"]) for row in rows] == [("check staging 2", ""), ("check prod 1", "")]


PLANNED = """
clusters: [{name: prod}]
schedules:
  - {name: morning, clusters: ["prod-*"], environment: edge, labels: {tier: gold}, at: "weekdays 08:30",
     zone: Europe/Berlin, channel: C024BE91L, mode: only-changes, alerts: false}
"""


async def test_schedules_are_listed_from_both_places(commands: Commands) -> None:
    (commands.folder / "readiness.yaml").write_text(PLANNED)
    made = Schedule(
        id="",
        selection=Selection(("*",)),
        timing=Timing(every=14_400),
        channel="C0123456789",
        user="U1",
        by="ann",
        made=NOW,
    )
    came = Fired(nominal=NOW, at=NOW, outcome=Outcome.FAILED, detail="I am not in \x1b[31m it")
    async with open_store(data_dir=commands.data / "readiness") as store:
        kept = Schedules(Settings(), store.connection)
        saved = await kept.save(made)
        await kept.save(structs.replace(saved, paused=True))
        await kept.record(saved.id, came)
    configured, own = (await commands.run("schedules", "-o", "json")).document
    commands.environment["COLUMNS"] = "120"
    shown = await commands.run("schedules")
    assert (configured["id"], configured["source"], configured["at"], configured["outcome"]) == (
        "morning",
        "readiness.yaml",
        "weekdays 08:30 Europe/Berlin",
        "",
    )
    assert configured["next"].endswith(("08:30:00+01:00", "08:30:00+02:00"))
    assert (own["id"], own["paused"], own["next"], own["outcome"]) == (saved.id, True, None, "failed")
    for words in ("environment:edge", "label:tier=gold", "(only-changes)", "paused", "not run yet"):
        assert words in " ".join(shown.out.split())
    assert "\x1b" not in shown.out
    assert "2 schedules: 1 of readiness.yaml, 1 of Slack." in shown.out


async def test_who_made_a_schedule_by_a_mention_is_known_by_others_of_theirs(commands: Commands) -> None:
    async def makes(user: str, by: str, hours: int) -> None:
        timing, made = Timing(every=hours * 3600), NOW + timedelta(seconds=hours)
        schedule = Schedule(id="", selection=Selection(("*",)), timing=timing, channel="C0123456789")
        await kept.save(structs.replace(schedule, user=user, by=by, made=made))

    async with open_store(data_dir=commands.data / "readiness") as store:
        kept = Schedules(Settings(), store.connection)
        await makes("U0ANN000000", "ann", 1)
        await makes("U0ANN000000", "U0ANN000000", 2)
        await makes("U0BOB000000", "U0BOB000000", 3)
    rows = (await commands.run("schedules", "-o", "json")).document
    assert {row["at"]: row["by"] for row in rows} == {
        "every 1 h": "ann",
        "every 2 h": "ann",
        "every 3 h": "U0BOB000000",
    }
    assert "Slack user U0BOB000000" in (await commands.run("schedules")).out


async def test_without_a_store_the_schedules_of_the_file_are_listed(commands: Commands) -> None:
    (commands.folder / "readiness.yaml").write_text(PLANNED)
    commands.environment["REDIS_URL"] = "redis://127.0.0.1:1"
    shown = await commands.run("schedules", "-o", "json")
    assert [row["id"] for row in shown.document] == ["morning"]
    assert "no history" in shown.err
    said = " ".join((await commands.run("schedules")).out.split())
    assert "1 schedule of readiness.yaml; those of Slack, and what became of any, cannot be seen" in said
    assert "not run yet" not in said
    assert "0 of Slack" not in said
