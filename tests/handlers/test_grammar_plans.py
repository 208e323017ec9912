"""What is not understood of a schedule: why, and what is offered instead."""

import pytest

from tests.handlers.sayings.unclear import unclear


@pytest.mark.parametrize(
    ("said", "why", "meanings"),
    [
        (
            "schedule cluser-a daily 09:00",
            "there is no cluster `cluser-a`",
            ['schedule cluster-a at:"daily 09:00 UTC"', 'schedule cluster-b at:"daily 09:00 UTC"'],
        ),
        (
            "shcedule a weekdays 08:30",
            "`shcedule` is neither a command",
            ['schedule cluster-a at:"weekdays 08:30 UTC"'],
        ),
        (
            "schedule prod-* daily 09:00",
            "no cluster matches `prod-*`",
            ['schedule environment:"production" at:"daily 09:00 UTC"', 'schedule at:"daily 09:00 UTC"'],
        ),
        (
            "schedule a daily 09:00 in ops",
            "there is no cluster `ops`",
            ['schedule cluster-a at:"daily 09:00 UTC" in #ops'],
        ),
        (
            "schedule env:prodution daily 09:00",
            "there is no environment `prodution`",
            ['schedule environment:"production" at:"daily 09:00 UTC"'],
        ),
        (
            "schedule env:staging env:production daily 9am",
            "`schedule` takes one environment only",
            ['schedule environment:"staging" at:"daily 09:00 UTC"'],
        ),
        ("schedule a daily", "daily at what time?", ['schedule cluster-a at:"daily 09:00 UTC"']),
        (
            "schedule a dayly 09:00",
            "`dayly` is no day: did you mean daily?",
            ['schedule cluster-a at:"daily 09:00 UTC"'],
        ),
        (
            "schedule a daily 09:00 Europe/Berln",
            "there is no time zone Europe/Berln: did you mean Europe/Berlin?",
            ['schedule cluster-a at:"daily 09:00 Europe/Berlin"'],
        ),
        ("schedule a every 1m", "every 1 m is too often", ['schedule cluster-a at:"every 5 min"']),
        (
            "schedule a cron 0 9 30 2 *",
            "no month of these has a day 30",
            ["help schedule"],
        ),
        ("schedule a hourly only-alerts no-alerts", "only-alerts and no-alerts together", ["help schedule"]),
        (
            "schedule a hourly label:gold",
            "label takes a key and a value",
            ['schedule cluster-a at:"hourly UTC"'],
        ),
        (
            "schedule a hourly id:morning",
            "id takes the ID of a schedule",
            ['schedule cluster-a at:"hourly UTC"'],
        ),
        ("schedule a hourly channel:", "channel takes a channel", ['schedule cluster-a at:"hourly UTC"']),
    ],
)
def test_what_may_have_been_meant_by_a_schedule_is_offered(said: str, why: str, meanings: list[str]) -> None:
    meant = unclear(said)
    assert meant.why.startswith(why)
    assert list(meant.meanings[: len(meanings)]) == meanings
