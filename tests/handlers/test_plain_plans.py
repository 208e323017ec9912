"""Schedules that are asked for in plain words: what they mean, what is offered, and what they are not."""

import pytest

from handlers.grammar import parse, to_command
from handlers.intents import Unclear
from handlers.language.schedule_sentences import plans
from handlers.ports import Cluster

CLUSTERS = (
    Cluster("cluster-a", ("a", "live"), "production", {"tier": "gold", "zone": "north"}),
    Cluster("cluster-b", ("b",), "production", {"tier": "silver"}),
    Cluster("gb"),  # a time zone as well
    Cluster("cluster-c", (), "staging", {"tier": "silver", "lane": "north", "on": "true"}),
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("post a digest of production every day at 9", 'environment:"production" at:"daily 09:00 UTC"'),
        (
            "send me the readiness of all production clusters every morning at 8 in #ops",
            'environment:"production" at:"daily 08:00 UTC" in #ops',
        ),
        ("every monday 9am digest for cluster-a here", 'cluster-a at:"mon 09:00 UTC"'),
        ("daily digest of cluster-a at 09:00 in #ops", 'cluster-a at:"daily 09:00 UTC" in #ops'),
        ("Can you post a weekly digest for live on mondays at 10?", 'cluster-a at:"mon 10:00 UTC"'),
        ("please set up a digest for staging every 4 hours", 'environment:"staging" at:"every 4 h"'),
        ("I want a digest of everything every friday at 4pm", 'all at:"fri 16:00 UTC"'),
        (
            "send a digest of cluster-a, cluster-b to <#C024BE91L|ops> on weekdays at 8:30 Europe/Berlin",
            'cluster-a cluster-b at:"weekdays 08:30 Europe/Berlin" in #C024BE91L',
        ),
        (
            "send a digest of a and b every monday to friday at 8",
            'cluster-a cluster-b at:"weekdays 08:00 UTC"',
        ),
        ("post a digest of gold clusters every day at 9", 'label:"tier=gold" at:"daily 09:00 UTC"'),
        (
            "send us a summary of all silver clusters every evening at 6",
            'label:"tier=silver" at:"daily 18:00 UTC"',
        ),
        (
            "digest of the staging environment every afternoon at 14:30",
            'environment:"staging" at:"daily 14:30 UTC"',
        ),
        (
            "schedule a weekly digest of everything on tue and thu at 9 only changes",
            'all at:"tue, thu 09:00 UTC" only-changes',
        ),
        ("schedule all production clusters daily 09:00", 'environment:"production" at:"daily 09:00 UTC"'),
        ("schedule all the gold clusters daily 09:00", 'label:"tier=gold" at:"daily 09:00 UTC"'),
        ("schedule all clusters daily 09:00", 'all at:"daily 09:00 UTC"'),
        ("post a digest of gb every day at 9 CET", 'gb at:"daily 09:00 CET"'),
        (
            "schedule all environment:production daily 09:00",
            'all environment:"production" at:"daily 09:00 UTC"',
        ),
        ("post a digest of cluster-a", "cluster-a"),
        ("send me a digest", ""),
    ],
)
def test_plain_words_mean_a_schedule(said: str, meant: str) -> None:
    command = f"schedule {meant}".strip()
    assert to_command(parse(said, CLUSTERS)) == command
    assert to_command(parse(command, CLUSTERS)) == command


@pytest.mark.parametrize(
    ("said", "why", "offered"),
    [
        (
            "post a digest of prod every day at 9",
            "there is no cluster `prod`",
            'schedule environment:"production" at:"daily 09:00 UTC"',
        ),
        (
            "post a digest of cluster-x every day at 9",
            "there is no cluster `cluster-x`",
            'schedule cluster-a at:"daily 09:00 UTC"',
        ),
        # A label's value that two keys have.
        (
            "post a digest of north every day at 9",
            "there is no cluster `north`",
            'schedule at:"daily 09:00 UTC"',
        ),
        (
            "give me a report of cluster-a every morning",
            "every day at what time?",
            'schedule cluster-a at:"daily 09:00 UTC"',
        ),
        (
            "post a digest of staging every weekday at 8am Berlin time",
            "there is no time zone berlin: did you mean Europe/Berlin?",
            'schedule environment:"staging" at:"weekdays 08:00 Europe/Berlin"',
        ),
        (
            "every second week a digest of cluster-b",
            "`every` is neither a cluster nor a time",
            'schedule cluster-b at:"every 14 d"',
        ),
        (
            "check cluster-a every day at 9",
            "what is to come again and again is a digest",
            'schedule cluster-a at:"daily 09:00 UTC"',
        ),
        (
            "subscribe #ops to live every 4 hours",
            "what is to come again and again is a digest",
            'schedule cluster-a at:"every 4 h" in #ops',
        ),
    ],
)
def test_what_is_not_sure_is_offered(said: str, why: str, offered: str) -> None:
    meant = parse(said, CLUSTERS)
    assert isinstance(meant, Unclear)
    assert meant.why.startswith(why)
    assert meant.meanings[0] == offered


@pytest.mark.parametrize(
    "said",
    [
        "what is in the daily digest of cluster-a?",
        "why is the weekly digest late",
        "send me the report of cluster-a",
        "send the report of cluster-a as csv every monday",
        "add a network policy to every namespace",
        "I'd rather read it all than a digest",
        "pin digest cmd",
        "weekly trend of open criticals",
        "stop the daily digest of cluster-a",
        "do not post a digest of cluster-a every day at 9",
        "I confirm the etcd snapshots are shipped off site daily",
        "For the weekly report: improvements and regressions over the past seven days",
        "check if backups run every day",
        "",
    ],
)
def test_other_sentences_are_no_schedules(said: str) -> None:
    assert not plans(said)
    meant = parse(said, CLUSTERS)
    meanings = meant.meanings if isinstance(meant, Unclear) else (to_command(meant),)
    assert not any(it.startswith("schedule ") for it in meanings)


@pytest.mark.parametrize("said", ["schedule cluser-a daily", "post a digest of prod every day at 9"])
def test_what_begins_as_one_is_one_whatever_is_wrong_with_it(said: str) -> None:
    assert plans(said)
