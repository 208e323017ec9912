"""How the bot is: what is wrong, and who is told how much of it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from deploy.sandbox.slack.seeing import words_of
from handlers.condition import Condition, Planned, condition
from handlers.dispatch import answer
from handlers.intents import Verb
from handlers.ports import Cluster
from handlers.render.budget import BLOCKS, BYTES, size
from handlers.render.status import status
from handlers.schedules.intents import Status
from handlers.schedules.model import Fired, Outcome, Schedule, Selection, Timing
from handlers.schedules.ports import Line, Member
from tests.bot.output.sample import NOW
from tests.bot.output.strategies import NASTY
from tests.handlers.bureau import Bureau, bureau
from tests.handlers.render.shown import assert_message, texts

A, B, SECRET = Cluster("cluster-a", environment="prod"), Cluster("cluster-b"), Cluster("secret-c")
MINUTE = timedelta(minutes=1)
BOT = Member(
    id="1",
    host="web-1",
    pid=11,
    version="1.2.3",
    started=NOW - 60 * MINUTE,
    beat=NOW - timedelta(seconds=2),
    bot=True,
    socket=True,
    connected=NOW - 59 * MINUTE,
)
WORKER = structs.replace(
    BOT,
    id="2",
    host="edge-1",
    pid=22,
    bot=False,
    socket=False,
    connected=None,
    pool="edge",
    clusters=(A, SECRET),
)
OTHER = structs.replace(WORKER, id="3", host="edge-2", pool="secret-pool", clusters=(SECRET,), chosen=True)
MORNING = Schedule(
    id="morning",
    selection=Selection(("cluster-*",)),
    timing=Timing("0 9 * * *"),
    channel="C1",
    configured=True,
)
HIDDEN = structs.replace(MORNING, id="hidden", selection=Selection(("secret-*",)))
POSTED = Fired(nominal=NOW - 60 * MINUTE, at=NOW - 59 * MINUTE, outcome=Outcome.POSTED)
FAILED = structs.replace(
    POSTED,
    outcome=Outcome.FAILED,
    detail="I am not in the channel",
    runs={"secret-c": "1"},
    unread=("secret-c",),
)
WAITS = Line(name="readiness-pool-edge", waiting=2, later=0, running=1, oldest=NOW - 7 * MINUTE)


def of(
    *members: Member,
    lines: tuple[Line, ...] = (),
    plans: tuple[Planned, ...] = (),
    clusters: tuple[Cluster, ...] = (A,),
    whole: bool = True,
) -> Condition:
    return condition(members, lines, plans, clusters, NOW, whole=whole)


def wrong(found: Condition) -> list[tuple[str, str]]:
    return [(problem.what, problem.todo) for problem in found.problems]


def test_all_is_well() -> None:
    calm = Line(name="readiness", waiting=1, later=3, running=2, oldest=NOW - 4 * MINUTE)
    plans = (
        Planned(MORNING, POSTED, NOW + MINUTE, overdue=NOW - 4 * MINUTE),
        Planned(structs.replace(MORNING, id="s-7f3a9c", paused=True), FAILED, None),
        Planned(structs.replace(MORNING, id="new"), None, NOW + MINUTE),
    )
    found = of(BOT, WORKER, lines=(calm,), plans=plans)
    assert found.problems == ()
    assert_message("status_well", status(found))


def test_everything_is_wrong() -> None:
    deaf = structs.replace(BOT, connected=None)
    silent = structs.replace(WORKER, beat=NOW - timedelta(seconds=25))
    found = of(deaf, silent, lines=(WAITS,), plans=(Planned(MORNING, FAILED, None),), clusters=(A, B))
    assert len(found.problems) == 4
    assert_message("status_wrong", status(found))


@pytest.mark.parametrize(
    ("found", "what", "todo"),
    [
        (of(WORKER), "no bot is up", "`readiness serve`"),
        (of(structs.replace(BOT, connected=None), WORKER), "a bot on web-1 is not connected", "slack check"),
        (of(BOT, clusters=()), "no cluster is known to any bot or worker", "start `readiness worker`"),
        (
            of(BOT, WORKER, clusters=(A, B)),
            "no worker serves cluster-b",
            "`readiness worker --clusters cluster-b`",
        ),
        (
            of(BOT, clusters=tuple(Cluster(f"c{number}") for number in range(9))),
            "no worker serves c0, c1, c2 and 6 more clusters",
            "`readiness worker --clusters c0,c1,c2`",
        ),
        (
            of(BOT, WORKER, lines=(WAITS,)),
            "readiness-pool-edge has been waiting for 7 min",
            "larger `--at-once`",
        ),
        (
            of(BOT, WORKER, lines=(structs.replace(WAITS, name="readiness-pool-gone"),)),
            "readiness-pool-gone has been waiting",
            "`readiness worker --pool gone` with the clusters it had",
        ),
        (
            of(BOT, WORKER, lines=(structs.replace(WAITS, name="readiness-digests"),)),
            "readiness-digests has been waiting",
            "another `readiness serve`",
        ),
        (
            of(BOT, WORKER, plans=(Planned(MORNING, FAILED, None),)),
            "the last digest of morning failed: I am not in the channel",
            "`/readiness trigger morning`",
        ),
        (
            of(BOT, WORKER, plans=(Planned(MORNING, POSTED, NOW + MINUTE, overdue=NOW - 7 * MINUTE),)),
            "the digest of morning has been due for 7 min",
            "the log of the bots says why",
        ),
    ],
)
def test_what_is_wrong_and_what_to_do(found: Condition, what: str, todo: str) -> None:
    [(said, hint)] = wrong(found)
    assert what in said
    assert todo in hint


def test_a_bot_may_take_a_moment_to_connect_and_over_http_it_never_does() -> None:
    young = structs.replace(BOT, connected=None, started=NOW - timedelta(seconds=30))
    assert wrong(of(young, structs.replace(BOT, socket=False, connected=None), WORKER)) == []


def test_who_may_see_no_cluster_is_not_told_that_there_is_none() -> None:
    assert wrong(of(BOT, WORKER, clusters=(), whole=False)) == []


def test_others_learn_neither_hosts_nor_pools_nor_of_clusters_that_are_hidden_from_them() -> None:
    lines = (
        Line(name="readiness", waiting=0, later=0, running=0),
        WAITS,
        Line(name="readiness-pool-secret-pool", waiting=40, later=40, running=40, oldest=NOW - 60 * MINUTE),
    )
    found = of(BOT, WORKER, OTHER, lines=lines, plans=(Planned(MORNING, FAILED, None),), whole=False)
    assert [process.clusters for process in found.processes] == [(), ("cluster-a",)]
    runs = found.lines[1]
    assert (runs.name, runs.waiting, runs.running, runs.oldest) == ("runs of clusters", 2, 1, WAITS.oldest)
    assert [it.last and (it.last.runs, it.last.unread) for it in found.schedules] == [({}, ())]
    said = "\n".join(texts(status(found)))
    for hidden in ("web-1", "edge", "secret", "22", "not in the channel"):
        assert hidden not in said
    assert [what for what, _ in wrong(found)] == [
        "a job in the queue runs of clusters has been waiting for 7 min",
        "the last digest of morning failed",
    ]
    assert_message("status_for_others", status(found))


async def asked(of_whom: Bureau) -> str:
    await answer(of_whom.desk, of_whom.request("status", intent=Status()))
    [told] = of_whom.office.whispered()
    return words_of(told)


async def test_administrators_see_everything() -> None:
    async with bureau() as desk:
        desk.ports.clusters = ("cluster-a",)
        desk.roster.members_ = [BOT, OTHER]
        desk.roster.lines_ = [WAITS]
        desk.schedules.held = {"hidden": HIDDEN}
        said = await asked(desk)
        assert (Verb.ADMIN, "") in desk.ports.asked
    for seen in ("web-1", "secret-pool", "secret-c", "hidden", "readiness-pool-edge"):
        assert seen in said
    assert "No worker serves cluster-a" in said
    assert "The digest of hidden has been due for 7 min" in said


async def test_others_see_what_is_about_their_clusters() -> None:
    async with bureau() as desk:
        desk.ports.clusters = ("cluster-a",)
        desk.ports.denied = {Verb.ADMIN}
        desk.roster.members_ = [BOT, WORKER, OTHER]
        desk.roster.lines_ = [WAITS]
        desk.schedules.held = {"hidden": HIDDEN, "morning": MORNING}
        said = await asked(desk)
        assert desk.outcomes == [("status", "done")]
    assert "morning" in said
    assert "cluster-a" in said
    for hidden in ("web-1", "edge", "secret", "hidden"):
        assert hidden not in said


nasty = st.sampled_from([*NASTY, "<!channel>", "<@U024BE7LH>", "x" * 3000, "&" * 500]) | st.text(max_size=40)
names = st.builds(Cluster, nasty.filter(bool))


@given(st.data())
def test_whatever_the_names_it_fits_and_mentions_nobody(data: st.DataObject) -> None:
    clusters = tuple(data.draw(st.lists(names, max_size=30)))

    def member(base: Member) -> Member:
        return structs.replace(base, host=data.draw(nasty), version=data.draw(nasty), clusters=clusters[::2])

    members = [member(base) for base in (BOT, WORKER, OTHER) * data.draw(st.integers(0, 12))]
    plans = tuple(
        Planned(
            structs.replace(MORNING, id=data.draw(nasty)),
            structs.replace(FAILED, detail=data.draw(nasty)),
            NOW,
        )
        for _ in range(data.draw(st.integers(0, 15)))
    )
    lines = (structs.replace(WAITS, name=data.draw(nasty)),) * data.draw(st.integers(0, 20))
    found = of(*members, lines=lines, plans=plans, clusters=clusters, whole=data.draw(st.booleans()))
    message = status(found)
    assert size(message.blocks) <= BYTES
    assert len(message.blocks) <= BLOCKS
    for text in texts(message):
        assert "<!channel>" not in text
        assert "<@U024BE7LH>" not in text
