"""The audit log."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from handlers.intents import Audit, Verb
from handlers.ports import Entry
from handlers.render import records
from tests.bot.output.sample import NOW
from tests.bot.output.strategies import moments
from tests.handlers.render.judged import anything, assert_safe, names, texts
from tests.handlers.render.shown import assert_message, commands, shown

ENTRIES = [
    Entry(
        at=NOW - timedelta(minutes=2),
        user="U1",
        channel="C1",
        verb=Verb.RUN,
        what="check prod-eu",
        outcome="done",
        cluster="prod-eu",
        detail="20261101-124600-7f3a",
    ),
    Entry(
        at=NOW - timedelta(hours=1),
        user="U2",
        channel="D1",
        verb=Verb.WAIVE,
        what="waive prod-eu replicas",
        outcome="refused",
        cluster="prod-eu",
    ),
    Entry(
        at=NOW - timedelta(hours=5),
        user="U3",
        channel="C1",
        verb=Verb.RUN,
        what="check prod-eu",
        outcome="failed",
        cluster="prod-eu",
        detail="prod-eu did not answer within 60 s",
    ),
]


def test_who_did_what() -> None:
    assert_message("audit", records.entries(ENTRIES, Audit("prod-eu"), NOW))


def test_nothing_is_on_record() -> None:
    assert "*Audit log*\nNothing is on record." in shown(records.entries([], Audit(), NOW))


def test_older_lines_are_a_click_away() -> None:
    every = [structs.replace(ENTRIES[0], what=f"check prod-{number}") for number in range(21)]
    first = records.entries(every, Audit("prod-eu", 41), NOW)
    assert "the newest 20, the last 2 min ago" in shown(first)
    assert shown(first).count("`check prod-") == 20
    assert commands(first) == {"Next": "audit prod-eu limit:41 page:2"}
    second = records.entries(every, Audit("prod-eu", 41, page=2), NOW)
    assert "lines 21 to 21, the newest first" in shown(second)
    assert "`check prod-20`" in shown(second)
    assert commands(second) == {"Previous": "audit prod-eu limit:41"}


entries = st.builds(
    Entry,
    at=moments,
    user=st.just("U1") | texts,
    channel=st.just("C1") | texts,
    verb=st.sampled_from(Verb),
    what=texts,
    outcome=st.just("done") | texts,
    cluster=texts,
    detail=texts,
)


@given(st.lists(entries, max_size=45), st.just("") | names, st.integers(1, 3))
@anything
def test_any_log(found: list[Entry], cluster: str, page: int) -> None:
    assert_safe(records.entries(found, Audit(cluster, page=page), NOW), cluster)
