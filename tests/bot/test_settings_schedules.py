"""The sections of readiness.yaml about time: what they may say, and how a mistake is named."""

from datetime import date, time
from pathlib import Path

import pytest
from msgspec import structs

from bot.access import offered
from checks.model import Severity
from handlers.schedules.model import Mode, Schedule, Selection, Timing
from handlers.schedules.ports import Alerting
from tests.bot.test_settings import load, problems

FULL = """
clusters:
  - {name: prod-eu, environment: production, labels: {tier: gold}}
  - {name: lab}
schedules:
  - name: morning
    clusters: ["prod-*"]
    environment: production
    labels: {tier: gold}
    at: "weekdays 08:30"
    zone: europe/berlin
    channel: C024BE91L
    mode: only-changes
    alerts: false
  - {name: often, clusters: ["*"], at: every 4h, channel: C024BE91L}
  - {name: weekly, labels: {tier: gold}, at: "0 9 * * 1 Asia/Kolkata", channel: G012345}
channels:
  - channel: C024BE91L
    zone: Europe/Berlin
    quiet: 20:00-07:00
    weekends: true
    holidays: DE-BE
    days_off: [2026-12-24]
  - {channel: G012345}
alerts: {readings: 3, severity: critical}
owners:
  - {owner: payments, mention: S0604QSJC, namespaces: [payments, "pay-*"], clusters: ["prod-*"]}
  - {owner: payments, namespaces: [billing], clusters: [lab]}
  - {owner: ada, mention: U024BE7LH}
"""


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, FULL)
    morning = Schedule(
        id="morning",
        selection=Selection(("prod-*",), "production", {"tier": "gold"}),
        timing=Timing(cron="30 8 * * mon-fri", zone="Europe/Berlin"),
        channel="C024BE91L",
        mode=Mode.CHANGES,
        alerts=False,
        configured=True,
    )
    often = structs.replace(
        morning,
        id="often",
        selection=Selection(("*",)),
        timing=Timing(every=14400),
        mode=Mode.DIGEST,
        alerts=True,
    )
    assert loaded.planned()[:2] == [morning, often]
    assert loaded.planned()[2].timing == Timing(cron="0 9 * * mon", zone="Asia/Kolkata")
    channel, other = loaded.channels
    assert channel.quiet == (time(20), time(7))
    assert (channel.zone, channel.weekends, channel.holidays) == ("Europe/Berlin", True, "DE-BE")
    assert channel.days_off == (date(2026, 12, 24),)
    assert (other.zone, other.quiet, other.weekends, other.holidays, other.days_off) == (
        "UTC",
        None,
        False,
        "",
        (),
    )
    assert loaded.alerting() == Alerting(3, Severity.CRITICAL, {"payments": "S0604QSJC", "ada": "U024BE7LH"})
    assert loaded.owners[0].namespaces == ("payments", "pay-*")


def test_clusters_that_are_offered_have_their_labels(tmp_path: Path) -> None:
    gold, lab = offered(load(tmp_path, FULL), None)
    assert (gold.name, gold.labels, lab.labels) == ("prod-eu", {"tier": "gold"}, {})


def test_nothing_said_means_the_defaults(tmp_path: Path) -> None:
    loaded = load(tmp_path, "clusters: []")
    assert loaded.planned() == []
    assert loaded.alerting() == Alerting()


GOOD = {"name": "a", "clusters": '["*"]', "at": "daily 09:00", "channel": "C024BE91L"}


def schedule(**said: str) -> str:
    """Return a file with one schedule; its keys stand on the lines from 2 on."""
    lines = [f"{key}: {value}" for key, value in {**GOOD, **said}.items() if value != "-"]
    return "schedules:\n  - " + "\n    ".join(lines) + "\n"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"at": "daily"}, "4: schedules.0.at: daily at what time?: for example"),
        ({"at": "mondey 09:00"}, "4: schedules.0.at: `mondey` is no day: did you mean monday?"),
        ({"at": "10:30"}, '4: schedules.0.at: write it in quotes, such as "daily 10:30"'),
        ({"at": "10.30"}, '4: schedules.0.at: write it in quotes, such as "daily 10:30"'),
        ({"at": "every 1m"}, "4: schedules.0.at: every 1 m is too often: the shortest is `every 5m`"),
        ({"at": '"0 0 30 2 *"'}, "4: schedules.0.at: no month of these has a day 30"),
        ({"at": "-"}, "2: schedules.0.at: Field required"),
        (
            {"zone": "Europe/Berln"},
            "6: schedules.0.zone: there is no time zone Europe/Berln: did you mean Europe/Berlin",
        ),
        (
            {"at": "daily 09:00 UTC", "zone": "Europe/Berlin"},
            "2: schedules.0: two time zones are said, UTC and Europe/Berlin",
        ),
        (
            {"channel": "'#ops'"},
            "5: schedules.0.channel: write the ID of the channel, such as C024BE91L, not #ops",
        ),
        ({"mode": "changes"}, "6: schedules.0.mode: there is no mode changes: did you mean only-changes?"),
        ({"clusters": "[]"}, '2: schedules.0: name clusters, an environment or labels: `clusters: ["*"]`'),
        ({"clusters": "prod"}, "3: schedules.0.clusters: Input should be a valid list"),
        ({"labels": "{tier: 1}"}, "6: schedules.0.labels.tier: Input should be a valid string"),
        (
            {"name": "s-7f3a9c"},
            "2: schedules.0.name: names such as s-7f3a9c are those of schedules made in Slack",
        ),
        ({"name": "my digest"}, "2: schedules.0.name: a name has up to 60 letters"),
        ({"chanel": "C024BE91L"}, "6: unknown key chanel: did you mean channel?"),
    ],
)
def test_a_mistake_in_a_schedule_is_named_with_its_line(
    said: dict[str, str], problem: str, tmp_path: Path
) -> None:
    (found,) = problems(tmp_path, schedule(**said))
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("quiet: 8pm-7am", '3: channels.0.quiet: write quiet hours as "20:00-07:00", not 8pm-7am'),
        ("quiet: 20:00-25:00", '3: channels.0.quiet: write quiet hours as "20:00-07:00"'),
        ("quiet: 20:60-07:00", '3: channels.0.quiet: write quiet hours as "20:00-07:00"'),
        ("quiet: 24:00-07:00", '3: channels.0.quiet: write quiet hours as "20:00-07:00"'),
        ("quiet: 20:00", '3: channels.0.quiet: write quiet hours as "20:00-07:00"'),
        ("quiet: 07:00-07:00", "3: channels.0.quiet: quiet hours that end when they begin"),
        ("quiet: 00:00-24:00", "3: channels.0.quiet: quiet hours that end when they begin"),
        ("holidays: NO", '3: channels.0.holidays: write "NO" in quotes'),
        ("holidays: Germany", "3: channels.0.holidays: no holidays are known of Germany: did you mean DE"),
        ("holidays: de", "3: channels.0.holidays: no holidays are known of de: did you mean DE"),
        (
            "holidays: DE-",
            "3: channels.0.holidays: DE- lacks a part: write DE, or DE-BB; there are: BB, BE, BW",
        ),
        ("holidays: NL-XX", "3: channels.0.holidays: no part of NL has holidays of its own here: write NL"),
        ("holidays: DE-BR", "3: channels.0.holidays: DE has no part BR: there are: Augsburg, BB, BE"),
        ("holidays: [DE]", "3: channels.0.holidays: Input should be a valid string"),
        ("zone: Berlin", "3: channels.0.zone: there is no time zone Berlin: did you mean Europe/Berlin?"),
        ("days_off: [2026-02-30]", "3: channels.0.days_off.0: Input should be a valid date"),
        ("weekend: true", "3: unknown key weekend: did you mean weekends?"),
    ],
)
def test_a_mistake_about_a_channel_is_named_with_its_line(said: str, problem: str, tmp_path: Path) -> None:
    (found,) = problems(tmp_path, f"channels:\n  - channel: C024BE91L\n    {said}\n")
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("alerts: {readings: 0}", "1: alerts.readings: Input should be greater than or equal to 1"),
        ("alerts:\n  severity: grave", "2: alerts.severity: Input should be 'critical', 'high'"),
        ("alerts: {reading: 1}", "1: unknown key reading: did you mean readings?"),
        ("owners: [{owner: a}]", "1: owners.0: an owner has a mention, or namespaces"),
        (
            "owners: [{owner: a, mention: '@ann'}]",
            "1: owners.0.mention: write the ID of the user or the user group",
        ),
        (
            "owners: [{owner: a, mention: C024BE91L}]",
            "1: owners.0.mention: write the ID of the user or the user",
        ),
        (
            "owners:\n  - {owner: a, mention: U024BE7LH}\n  - {owner: a, mention: S0604QSJC}",
            "1: owners: a has two mentions: U024BE7LH and S0604QSJC",
        ),
        (
            "channels:\n  - {channel: C1A}\n  - channel: C1A",
            "3: channels.1.channel: two entries are about the channel C1A",
        ),
        ("shedules: []", "1: unknown key shedules: did you mean schedules?"),
        ("clusters:\n  - {name: a, labels: [x]}", "2: clusters.0.labels: Input should be a valid dictionary"),
    ],
)
def test_other_mistakes_are_named_with_their_lines(text: str, problem: str, tmp_path: Path) -> None:
    (found,) = problems(tmp_path, text)
    assert found.startswith(problem)


def test_names_are_there_once(tmp_path: Path) -> None:
    twice = schedule() + schedule(at="daily 10:00").removeprefix("schedules:\n")
    (found,) = problems(tmp_path, twice)
    assert found == "6: schedules.1.name: two schedules are called a"


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path, schedule(at="soon", channel="ops") + "channels: [{channel: C1A, zone: X}]\nowners: 1\n"
    )
    assert [problem.split(": ")[1] for problem in found] == [
        "schedules.0.at",
        "schedules.0.channel",
        "channels.0.zone",
        "owners",
    ]
