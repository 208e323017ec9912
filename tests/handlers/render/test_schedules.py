"""What is scheduled, and what becomes of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from handlers.ports import Cluster
from handlers.render import schedules
from handlers.render.schedules import Shown, Upcoming
from handlers.schedules.intents import Schedules
from handlers.schedules.model import Fired, Mode, Outcome, Schedule, Selection, Timing
from tests.bot.output.sample import NOW
from tests.handlers.render.accepted import ASKER
from tests.handlers.render.judged import anything, assert_safe, names, texts
from tests.handlers.render.scheduled import CLUSTERS, DAILY, EVERY, MORNING, POSTED, SHOWN
from tests.handlers.render.shown import assert_golden_text, assert_message, buttons, commands, shown

ALL = Schedules()
FAILED = Fired(nominal=NOW, at=NOW, outcome=Outcome.FAILED, detail="I am not in *that* <!channel>")
EVERY_ONE = (
    Shown(MORNING, CLUSTERS, NOW + timedelta(days=2), POSTED, may=True),
    SHOWN,
    Shown(EVERY, CLUSTERS[:2], NOW + timedelta(minutes=5), FAILED, may=False),
    Shown(structs.replace(DAILY, paused=True), CLUSTERS[:1], None, None, may=True),
)


def test_the_list() -> None:
    assert_message("schedules", schedules.listing(EVERY_ONE, len(EVERY_ONE), ALL, NOW))


def test_only_who_may_is_offered_changes_and_none_of_the_files_own() -> None:
    assert not buttons(schedules.listing([EVERY_ONE[2]], 1, ALL, NOW))
    assert commands(schedules.listing([EVERY_ONE[0]], 1, ALL, NOW)) == {"Run now": "trigger id:morning"}
    assert commands(schedules.listing([SHOWN], 1, ALL, NOW)) == {
        "Pause": "pause s-7f3a9c",
        "Run now": "trigger s-7f3a9c",
        "Edit": "edit s-7f3a9c",
        "Remove": "remove s-7f3a9c",
    }
    assert "Resume" in commands(schedules.listing([EVERY_ONE[3]], 1, ALL, NOW))


def test_the_stars_of_a_crontab_are_no_bold() -> None:
    often = structs.replace(DAILY, timing=Timing(cron="*/10 * * * *"))
    shown_ = Shown(often, CLUSTERS[:1], NOW, may=True)
    for it in (schedules.listing([shown_], 1, ALL, NOW), schedules.made(shown_, None, changed=False)):
        assert "`cron */10 * * * * UTC`" in shown(it)
    assert "`cron */10 * * * * UTC` in" in str(schedules.section_of(Upcoming([shown_], 1)))


def test_what_rests_or_is_gone_tells_of_nothing_that_comes() -> None:
    resting = SHOWN._replace(schedule=structs.replace(DAILY, paused=True))
    for it in (schedules.rested(resting, None), schedules.removed(SHOWN, ASKER)):
        assert "is told" not in shown(it)


def test_only_alerts_has_times_for_readings_alone() -> None:
    alerts = SHOWN._replace(schedule=structs.replace(DAILY, mode=Mode.ALERTS))
    told = shown(schedules.made(alerts, None, changed=False))
    assert "in <#C024BE91L>, and no digest. Readings are taken daily 09:00 Europe/Berlin." in told
    assert "Next reading: " in told


def test_only_a_removal_is_asked_about_first() -> None:
    asked = {it["text"]["text"]: "confirm" in it for it in buttons(schedules.listing([SHOWN], 1, ALL, NOW))}
    assert asked == {"Pause": False, "Run now": False, "Edit": False, "Remove": True}


@pytest.mark.parametrize(("cluster", "words"), [("", "Nothing is scheduled that"), ("a", "for `a` that")])
def test_nothing_is_scheduled(cluster: str, words: str) -> None:
    assert words in shown(schedules.listing([], 0, Schedules(cluster), NOW))


def test_pages_have_their_span_and_their_turns() -> None:
    page = schedules.listing([SHOWN] * 5, 12, Schedules("prod-eu", 2), NOW)
    assert "6 to 10 of 12 schedules" in shown(page)
    assert {"Previous": "schedules prod-eu", "Next": "schedules prod-eu page:3"}.items() <= commands(
        page
    ).items()
    assert len(buttons(page)) == 5 * 4 + 2


def test_what_became_of_one() -> None:
    then = NOW + timedelta(hours=43)
    paused = SHOWN._replace(schedule=structs.replace(DAILY, paused=True), next=None)
    messages = [
        schedules.made(SHOWN, then, changed=False),
        schedules.made(Shown(EVERY, CLUSTERS[:2], NOW + timedelta(hours=4), may=True), None, changed=True),
        schedules.known(SHOWN, then),
        schedules.known(paused, None),
        schedules.known(EVERY_ONE[0], None),
        schedules.rested(paused, None),
        schedules.rested(SHOWN, then),
        schedules.triggered(DAILY),
        schedules.triggered(MORNING),
        schedules.removed(SHOWN, ASKER),
    ]
    assert_golden_text("scheduled", shown(*messages))


@pytest.mark.parametrize(
    ("selection", "visible", "words"),
    [
        (Selection(("prod-eu", "hidden")), CLUSTERS[:1], "`prod-eu`"),
        (Selection(("prod-*", "hidden-*")), CLUSTERS[:2], "`prod-*` (2 clusters: `prod-eu` and `prod-us`)"),
        (Selection(("*",)), CLUSTERS[2:], "every cluster (1 cluster: `test`)"),
        (Selection(("test",), "hidden"), CLUSTERS[2:], "`test`"),
        (Selection((), "staging"), CLUSTERS[2:], "environment `staging` (1 cluster: `test`)"),
        (Selection(("test",), "", {"tier": "hidden"}), CLUSTERS[2:], "`test`"),
    ],
)
def test_nothing_is_told_of_what_a_reader_may_not_see(
    selection: Selection, visible: tuple[Cluster, ...], words: str
) -> None:
    told = schedules.about(structs.replace(DAILY, selection=selection), visible)
    assert told == words


@pytest.mark.parametrize("outcome", [Outcome.POSTED, Outcome.UNCHANGED, Outcome.READ])
def test_what_was_read_of_clusters_is_not_told(outcome: Outcome) -> None:
    fired = Fired(nominal=NOW, at=NOW, outcome=outcome, detail="7 clusters: 7 READY")
    told = shown(schedules.listing([SHOWN._replace(last=fired)], 1, ALL, NOW))
    assert outcome in told
    assert "7 clusters" not in told


def test_the_home_tab_shows_the_next_ones_and_how_many_there_are() -> None:
    blocks = schedules.section_of(Upcoming([SHOWN, EVERY_ONE[3]], 7))
    told = str(blocks)
    assert "7 schedules, the next ones first" in told
    assert "next Mon 02 Nov 09:00 Europe/Berlin" in told
    assert "ago" not in told
    assert "'schedules'" in told
    assert schedules.section_of(Upcoming()) == []


drawn = st.builds(
    Schedule,
    id=st.from_regex(r"s-[0-9a-f]{6}", fullmatch=True),
    selection=st.builds(
        Selection,
        st.lists(st.sampled_from(["*", "a*", "a"]) | texts, max_size=3).map(tuple),
        texts,
        st.dictionaries(texts, texts, max_size=2),
    ),
    timing=st.sampled_from([DAILY.timing, EVERY.timing, Timing(cron="0 9 1 * *", zone="Asia/Kolkata")]),
    channel=st.sampled_from(["C1", "D1", ""]) | texts,
    mode=st.sampled_from(Mode),
    alerts=st.booleans(),
    configured=st.booleans(),
    paused=st.booleans(),
    user=st.sampled_from(["", "U1"]) | texts,
    by=texts,
)
rows = st.builds(
    Shown,
    drawn,
    st.lists(st.builds(Cluster, names, st.just(()), texts), min_size=1, max_size=9),
    st.none() | st.just(NOW + timedelta(hours=1)),
    st.none()
    | st.builds(Fired, nominal=st.just(NOW), at=st.just(NOW), outcome=st.sampled_from(Outcome), detail=texts),
    st.booleans(),
)


@anything
@given(st.lists(rows, min_size=1, max_size=5, unique_by=lambda it: it.schedule.id))
def test_whatever_it_is_called_slack_takes_it(shown_: list[Shown]) -> None:
    assert_safe(schedules.listing(shown_, 12, Schedules("", 2), NOW), "a")
    assert_safe(schedules.made(shown_[0], NOW, changed=False), "a")
    assert_safe(schedules.known(shown_[0], NOW), "a")
    assert_safe(schedules.removed(shown_[0], ASKER), "a")
