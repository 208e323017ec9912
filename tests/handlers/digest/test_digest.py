"""What a digest tells, in the channel and in its thread."""

import re
from datetime import timedelta

import pytest
from msgspec import structs

from checks.model import Status, WaiverNote
from handlers.conversation.topic import Topic
from handlers.ports import Acceptance
from handlers.schedules.model import Mode, Outcome, Selection
from tests.handlers.digest.newsroom import Newsroom, judged, probe

DAY = timedelta(days=1)


async def next_day(room: Newsroom, *clusters: str) -> None:
    """Have a first digest posted, and let a day pass."""
    await room.post(room.schedule(*clusters), key="digest:0")
    room.office.slack.workspace.advance(DAY.total_seconds())


async def test_the_first_one_says_so(room: Newsroom) -> None:
    room.fleet.add("prod", judged(probe("cart")))
    fired = await room.post(room.schedule())
    (root,) = room.roots()
    assert (fired.outcome, fired.detail) == (Outcome.POSTED, "1 cluster: 1 NOT READY")
    assert fired.ts == room.office.seen()[0].ts
    assert fired.runs == {"prod": "prod|digest:1:prod"}
    assert "*Digest*  `morning`  Sun 01 Nov" in root
    assert ":x: *NOT READY*  `prod`  score 90, 1 open finding" in root
    assert "history starts here" in root
    assert "Got worse" not in root
    assert room.thread() == []


async def test_what_is_new_and_what_is_mended(room: Newsroom) -> None:
    room.fleet.add("prod", judged(probe("cart"), probe("web")))
    room.fleet.add("stage", judged(probe("cart")))
    await next_day(room)
    room.fleet.coming |= {"prod": judged(probe("web"), probe("db"), probe("mail")), "stage": judged()}
    fired = await room.post(room.schedule())
    root, (thread,) = room.roots()[-1], room.thread()
    assert "1 NOT READY, 1 READY; 2 new findings, 2 resolved" in root
    assert "score 70 (-10), 3 open findings (+1)" in root
    assert "*Got worse*\n" in root
    assert "`Deployment shop/db`: no readiness probe `sample-probes` on `prod`" in root
    assert "*Mended*\n:white_check_mark: `stage`: NOT READY → READY\n" in root
    assert "history starts here" not in root
    assert thread.startswith("*2 new findings*  `prod`\nsince run `prod|digest:0:prod`, 1 day ago")
    assert "Fix: Add a readinessProbe." in thread
    assert "How to fix" in thread
    assert fired.runs == {"prod": "prod|digest:1:prod", "stage": "stage|digest:1:stage"}


async def test_what_is_waived_already_is_not_new(room: Newsroom) -> None:
    room.fleet.add("prod", judged(probe("cart")))
    await next_day(room)
    note = WaiverNote("ana", "moved soon", room.office.now() + DAY)
    room.fleet.coming["prod"] = judged(probe("cart"), structs.replace(probe("web"), waiver=note), probe("db"))
    await room.post(room.schedule())
    root, (thread,) = room.roots()[-1], room.thread()
    assert "1 NOT READY; 1 new finding\n" in root
    assert "shop/db" in thread
    assert "shop/web" not in root + thread


async def test_it_counts_from_the_last_digest_not_from_the_last_run(room: Newsroom) -> None:
    room.fleet.add("prod", judged())
    await next_day(room)
    room.fleet.keep("prod", judged(probe("cart")), DAY / 2)
    room.fleet.coming["prod"] = judged(probe("cart"))
    await room.post(room.schedule())
    assert "1 new finding" in room.roots()[-1]


async def test_a_run_that_is_no_longer_kept(room: Newsroom) -> None:
    room.fleet.add("prod", judged())
    await next_day(room)
    room.fleet.stored["prod"].clear()
    room.fleet.keep("prod", judged(), DAY / 2)
    room.fleet.coming["prod"] = judged(probe("cart"))
    await room.post(room.schedule())
    assert "1 cluster: compared with the oldest run that is kept." in room.roots()[-1]
    assert "1 new finding" in room.roots()[-1]


async def test_a_check_with_another_status_is_named_where_no_finding_tells_of_it(room: Newsroom) -> None:
    for name in ("prod", "stage"):
        room.fleet.add(name, judged())
    await next_day(room)
    room.fleet.coming["prod"] = judged(probe("cart"))
    room.fleet.coming["stage"] = judged(status=Status.NOT_APPLICABLE)
    await room.post(room.schedule())
    (told,) = [line for line in room.roots()[-1].split("\n") if "With another status" in line]
    assert told == "With another status: `sample-probes`: pass → n/a on `stage`."


async def test_where_nothing_from_before_is_kept_nothing_is_compared(room: Newsroom) -> None:
    room.fleet.add("prod", judged())
    await next_day(room)
    room.fleet.stored["prod"].clear()
    room.fleet.coming["prod"] = judged(probe("cart"))
    fired = await room.post(room.schedule())
    for said in ("new finding", "Changes are since", "the oldest run that is kept"):
        assert said not in room.roots()[-1]
    assert fired.runs == {"prod": "prod|digest:1:prod"}


async def test_one_that_cannot_be_read_is_told_with_its_last_reading(room: Newsroom) -> None:
    for name in ("prod", "stage", "dev"):
        room.fleet.add(name)
    await next_day(room)
    room.fleet.add("young", "the token has expired")
    room.fleet.coming["prod"] = "the API does not answer"
    room.fleet.unserved.add("stage")
    fired = await room.post(room.schedule())
    root = room.roots()[-1]
    assert fired.unread == ("prod", "stage", "young")
    assert fired.runs["prod"] == "prod|digest:0:prod"
    assert "young" not in fired.runs
    assert "`prod`: the API does not answer; last read 1 day ago" in root
    assert "`stage`: no worker serves stage; last read 1 day ago" in root
    assert "`young`: the token has expired; never read" in root
    assert ":white_circle: *never checked*  `young`" in root
    assert "3 READY" in root


async def test_a_trend_and_a_fleet_are_drawn(room: Newsroom) -> None:
    for name in ("prod", "stage"):
        room.fleet.add(name)
        for days in (9, 6, 3):
            room.fleet.keep(name, judged(*map(probe, "abc"[: days // 3])), days * DAY)
    await room.post(room.schedule(), key="digest:fleet")
    await room.post(room.schedule("prod"), key="digest:one")
    titles = [
        [it["title"] for it in seen.blocks if it["type"] == "data_visualization"]
        for seen in room.office.seen()
    ]
    assert titles == [
        ["Mean score: 2 clusters, last 30 days", "Open findings: 2 clusters, last 30 days"],
        ["Score: prod, last 30 days", "Open findings: prod, last 30 days"],
    ]
    assert "mean score from 70 to 100, open findings from 6 to 0" in room.office.seen()[0].text


async def test_what_is_accepted_and_ends_soon(room: Newsroom) -> None:
    def waived(cluster: str, days: int, ident: str = "") -> Acceptance:
        until, user = room.office.now() + days * DAY, "U024BE7LH" if ident else ""
        held = Acceptance(cluster=cluster, by="<@U1>", reason="so", until=until, check="dns")
        return structs.replace(held, id=ident, user=user)

    room.fleet.add("prod")
    room.fleet.accepted = [
        waived("prod", 3, "w-1"),
        waived("dev", 3, "w-2"),
        waived("pro*", 14),
        waived("prod", 15),
    ]
    await room.post(room.schedule())
    (root,) = room.roots()
    assert "*Ends within two weeks*\nWaived: every finding of `dns` on `prod`" in root
    assert root.count("Waived:") == 2
    assert "U024BE7LH" not in root
    assert "<@U1>" not in root


async def test_when_it_comes_is_said(room: Newsroom) -> None:
    room.fleet.add("prod")
    await room.post(room.schedule(), key="digest:1", late="2 h late: it was due at Sun 12:00")
    await room.post(room.schedule(), key="digest:2", now_=True)
    late, by_hand = room.roots()
    assert ":hourglass: 2 h late: it was due at Sun 12:00" in late
    assert "Asked for by hand" in by_hand


async def test_the_day_is_that_of_the_schedule(room: Newsroom) -> None:
    room.fleet.add("prod")
    night = room.office.now().replace(hour=23, minute=30)
    await room.post(room.schedule(), nominal=night)
    assert "Mon 02 Nov" in room.roots()[0]


async def test_questions_in_the_thread_are_about_the_one_cluster(room: Newsroom) -> None:
    room.fleet.add("prod")
    fired = await room.post(room.schedule())
    channel = room.schedule().channel
    assert room.bureau.topics.known == {(channel, fired.ts): Topic("prod", fired.runs["prod"])}


async def test_or_about_none_of_several(room: Newsroom) -> None:
    room.fleet.add("prod")
    room.fleet.add("stage")
    await room.post(room.schedule())
    assert room.bureau.topics.known == {}


async def test_only_what_its_maker_may_schedule_there(room: Newsroom) -> None:
    for name in ("prod-a", "prod-b", "prod-c", "dev"):
        room.fleet.add(name)
    room.fleet.denied, room.fleet.hidden = {"prod-b"}, {"prod-c"}
    fired = await room.post(room.slack_schedule("prod-*", "gone"))
    (root,) = room.roots()
    assert [*fired.runs] == ["prod-a"]
    assert "2 clusters left out: not there any more" in root
    assert not any(name in root for name in ("prod-b", "prod-c", "dev"))
    assert {name for name, _ in room.fleet.started} == {"prod-a"}


async def test_the_file_selects_from_all_there_are(room: Newsroom) -> None:
    room.fleet.add("eu", environment="production")
    room.fleet.add("us", environment="production")
    room.fleet.add("dev")
    room.fleet.hidden = room.fleet.denied = {"eu", "us", "dev"}
    fired = await room.post(room.schedule(selection=Selection(environment="production")))
    assert {*fired.runs} == {"eu", "us"}


@pytest.mark.parametrize(
    ("selection", "called"),
    [
        (Selection(("*",)), "every cluster"),
        (Selection(("prod-*",)), "`prod-*`"),
        (Selection(environment="production"), "environment `production`"),
        (
            Selection((), "production", {"tier": "gold", "zone": "a"}),
            "environment `production` with `tier=gold zone=a`",
        ),
        (Selection((), "", {"tier": "gold"}), "clusters with `tier=gold`"),
    ],
)
async def test_one_of_slack_is_called_by_its_clusters(
    room: Newsroom, selection: Selection, called: str
) -> None:
    room.fleet.add("prod-a", environment="production", labels={"tier": "gold", "zone": "a"})
    await room.post(room.slack_schedule(selection=selection))
    assert room.roots()[0].startswith(f":calendar: *Digest*  {called}  ")


async def test_one_that_only_alerts_reads_and_is_silent(room: Newsroom) -> None:
    room.fleet.add("prod", judged(probe("cart")))
    schedule = room.schedule(mode=Mode.ALERTS)
    fired = await room.post(schedule)
    assert (fired.outcome, fired.runs, room.roots()) == (Outcome.READ, {}, [])
    assert [name for name, _ in room.fleet.started] == ["prod"]
    told = await room.post(schedule, key="digest:2", now_=True)
    assert told.outcome is Outcome.POSTED
    # What somebody asked for by hand is what the next one by hand is compared with.
    read = await room.post(schedule, key="digest:3")
    assert (read.outcome, read.runs) == (Outcome.READ, told.runs)
    await room.post(schedule, key="digest:4", now_=True)
    assert ["history starts here" in it for it in room.roots()] == [True, False]


async def test_the_gravest_come_first_and_the_thread_has_all_of_two_hundred(room: Newsroom) -> None:
    for number in range(200):
        room.fleet.add(f"prod-{number:03}", judged(*map(probe, "abc"[: number % 4])))
    await next_day(room)
    for number in range(30):
        room.fleet.coming[f"prod-{number:03}"] = judged(*map(probe, "abcdefgh"))
    await room.post(room.schedule())
    text = room.roots()[-1]
    listed = [name for line in room.thread() for name in line.split("`") if name.startswith("prod-")]
    parts = [line for line in room.thread() if "new findings*  `prod-" in line]
    assert len(parts) == 20
    assert any("on 10 more clusters." in line for line in room.thread())
    assert {f"prod-{number:03}" for number in range(200)} <= {*listed}
    assert text.index("NOT READY") < text.index(" more clusters: the thread has all of them")
    assert "score 20" in text
    assert room.fleet.at_once == 20


async def test_hostile_names_are_only_names(room: Newsroom) -> None:
    name = "<!channel> *bold* `x` <@U1>"
    room.fleet.add(name, judged(probe("<!here>")))
    for number in range(2):
        await room.post(room.schedule(id="<!everyone>"), key=f"digest:{number}")
        room.office.slack.workspace.advance(60)
        room.fleet.coming[name] = judged(probe("<!here>"), probe("@everyone"))
    read = [*room.roots(), *room.thread(), *(seen.text for seen in room.office.seen())]
    assert len(read) == 6
    assert not re.search(r"<(?!!date)", "\n".join(read))


@pytest.mark.parametrize("selection", [Selection(("gone",)), Selection(("other-*",))])
async def test_one_that_selects_nothing_has_failed(room: Newsroom, selection: Selection) -> None:
    room.fleet.add("prod")
    fired = await room.post(room.schedule(selection=selection))
    assert fired.outcome is Outcome.FAILED
    assert room.roots() == []
