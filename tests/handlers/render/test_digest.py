"""Digests: what is read of them, and that Slack takes any."""

from datetime import timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.model import DeltaFinding, Severity, Status, StatusChange, Verdict
from checks.summary import Summary
from handlers.delivery.errors import SlackRefused
from handlers.digest.readings import Changes, Digest, New, Reading
from handlers.ports import Acceptance, Cluster
from handlers.render import digest_parts as parts
from handlers.render.budget import BYTES
from handlers.render.digest import root, unchanged
from handlers.schedules.model import Schedule, Selection, Timing
from tests.bot.output import strategies
from tests.bot.output.build import deployment, finding
from tests.bot.output.sample import BUDGETS, NODE, NOW, SAMPLE, TAKEN
from tests.handlers.render.judged import anything, assert_safe, names, texts
from tests.handlers.render.shown import assert_golden_text, assert_message, commands, shown
from tests.handlers.render.test_properties import RUN

BERLIN = timezone(timedelta(hours=1))
DAY = timedelta(days=1)
SCHEDULE = Schedule(
    id="morning",
    selection=Selection(("prod-*",)),
    timing=Timing(cron="0 9 * * *", zone="Europe/Berlin"),
    channel="C024BE91L",
    configured=True,
)
LAST = Summary.of(SAMPLE)
NEW = (
    New(DeltaFinding("sample-nodes", Severity.CRITICAL, NODE), "Drain `node-7` and replace it."),
    New(DeltaFinding("sample-budgets", Severity.HIGH, BUDGETS[0]), BUDGETS[0].fix),
)
RESOLVED = DeltaFinding(
    "sample-labels", Severity.INFO, finding("sample-labels", deployment("cart"), "no label")
)


def run(days: float, verdict: Verdict, score: int | None, failing: int) -> Summary:
    """A run of so many days ago."""
    return structs.replace(
        LAST,
        run_id=f"r-{days:.0f}",
        taken_at=TAKEN - days * DAY,
        verdict=verdict,
        score=score,
        failing=failing,
    )


BEFORE = run(1, Verdict.READY, 91, 2)
PAST = (run(9, Verdict.READY, 95, 0), run(5, Verdict.READY, 91, 2), BEFORE, LAST)
CHANGED = Changes(
    before=BEFORE,
    after=LAST,
    new=NEW,
    new_count=2,
    resolved=(RESOLVED,),
    resolved_count=1,
    turned=(
        StatusChange("sample-zones", Status.PASS, Status.UNKNOWN),
        StatusChange("sample-logs", None, Status.FAIL),
    ),
    uncompared=1,
    differs=True,
)
WORSE = Reading(cluster=Cluster("prod-eu"), last=LAST, changes=CHANGED, past=PAST)
ENDING = Acceptance(
    cluster="prod-eu", by="alice", user="U024BE7LH", reason="so", until=TAKEN + 3 * DAY, check="dns", id="w-1"
)


def steady(name: str) -> Reading:
    """A cluster on which nothing changed."""
    ready = run(0, Verdict.READY, 98, 1)
    return Reading(
        cluster=Cluster(name), last=ready, past=(ready,), changes=Changes(before=ready, after=ready)
    )


def digest(*readings: Reading, **changed: object) -> Digest:
    made = {"schedule": SCHEDULE, "nominal": TAKEN.astimezone(BERLIN), "readings": readings, **changed}
    return Digest(**made)  # type: ignore[arg-type]


def test_a_digest_of_one_cluster() -> None:
    assert_message("digest-one", root(digest(WORSE, ending=(ENDING,)), NOW).message)


def test_a_digest_of_a_fleet() -> None:
    mended = structs.replace(LAST, verdict=Verdict.READY, score=97, failing=1)
    better = Changes(before=LAST, after=mended, resolved=(RESOLVED,), resolved_count=1, differs=True)
    readings = (
        steady("prod-us"),
        WORSE,
        Reading(cluster=Cluster("prod-ap"), last=mended, changes=better, past=(LAST, mended)),
        Reading(cluster=Cluster("prod-sa"), last=BEFORE, why="the API does not answer", past=(BEFORE,)),
        Reading(cluster=Cluster("prod-new"), last=None, why="no worker serves `prod-new`"),
    )
    made = digest(*readings, late="2 h late: it was due at Sun 11:00 Europe/Berlin", left_out=2)
    assert_message("digest-fleet", root(made, NOW).message)


def test_that_nothing_changed() -> None:
    assert_message("digest-unchanged", unchanged(digest(steady("prod-eu"), steady("prod-us")), NOW))


def test_the_thread() -> None:
    many = structs.replace(NODE, ref=structs.replace(NODE.ref, name="node-8"))
    news = [*NEW, *[New(DeltaFinding("sample-nodes", Severity.CRITICAL, many), "")] * 6]
    more = Changes(before=BEFORE, after=LAST, new=news, new_count=20, differs=True)
    told = [parts.new("prod-eu", CHANGED, NOW), parts.new("prod-eu", more, NOW)]
    told += [parts.more_clusters([CHANGED, more]), *parts.listing(digest(steady("prod-us"), WORSE), NOW)]
    assert_golden_text("digest-thread", shown(*told))


def test_one_that_is_not_posted() -> None:
    schedule = structs.replace(
        SCHEDULE,
        id="s-7f3a9c",
        configured=False,
        selection=Selection(("prod-*", "stage"), "production", {"tier": "gold"}),
    )
    refused = SlackRefused("not_in_channel")
    message = parts.unposted(schedule, str(refused), refused.mending(schedule.id))
    assert_message("digest-unposted", message)


def test_however_long_a_finding_is_its_cluster_is_named() -> None:
    long = structs.replace(NODE, message="many words " * 40, owner="team " * 20)
    found = DeltaFinding("sample-" + "nodes-" * 8, Severity.HIGH, long)
    changes = Changes(
        before=BEFORE,
        after=LAST,
        new=[New(found, "")] * 4,
        new_count=9,
        resolved=[found] * 3,
        resolved_count=4,
        differs=True,
    )
    names_ = [f"production-{number}-of-a-region-far-away" for number in range(9)]
    few = [Reading(cluster=Cluster(name), last=LAST, changes=changes) for name in names_]
    text = shown(root(digest(*few), NOW).message)
    for line in text.splitlines():
        if "many words" in line:
            assert line.endswith(tuple(f"… `{found.id}` on `{name}`" for name in names_))
    assert text.count("many words") >= 7
    assert "and 77 more new findings" in text
    assert "and 33 more resolved findings" in text


def test_two_hundred_clusters_are_shown_as_far_as_they_fit() -> None:
    readings = [steady(f"prod-{number:03}") for number in range(199)]
    made = digest(*readings, WORSE)
    message, left_out = root(made, NOW)
    text = shown(message)
    assert list(commands(message)) == ["Show", "Schedules"]
    assert text.count("[Show: show prod-") == 200 - left_out >= 10
    assert f"And {left_out} more clusters: the thread has all of them." in text
    assert text.index("`prod-eu`") < text.index("`prod-000`")
    listed = shown(*parts.listing(made, NOW))
    assert all(f"`prod-{number:03}`" in listed for number in range(199))


def test_of_more_clusters_than_a_thread_takes_the_rest_is_counted() -> None:
    made = digest(*(steady(f"prod-{number:03}") for number in range(400)))
    *_, last = listed = [*parts.listing(made, NOW)]
    assert len(listed) == parts.LISTS
    assert "And 80 more clusters: `list` shows all." in shown(last)


summaries = st.builds(
    Summary,
    run_id=st.just(RUN),
    taken_at=st.integers(0, 40).map(lambda days: NOW - days * DAY),
    verdict=st.sampled_from(Verdict),
    score=st.none() | st.integers(0, 100),
    grade=st.just("C"),
    coverage=st.just(90),
    failing=st.integers(0, 20_000),
    counts=st.just({}),
)
changed_findings = st.builds(DeltaFinding, texts, st.sampled_from(Severity), strategies.findings)
changes = st.builds(
    Changes,
    before=summaries,
    after=summaries,
    new=st.lists(st.builds(New, changed_findings, texts), max_size=3),
    new_count=st.integers(8, 20_000),
    resolved=st.lists(changed_findings, max_size=3),
    resolved_count=st.integers(8, 20_000),
    turned=st.lists(st.builds(StatusChange, texts, st.sampled_from(Status), st.none()), max_size=5),
    uncompared=st.integers(0, 90),
    differs=st.booleans(),
    older=st.booleans(),
)
readings = st.builds(
    Reading,
    cluster=st.builds(Cluster, names),
    last=st.none() | summaries,
    why=st.just("") | texts,
    changes=st.none() | changes,
    past=st.lists(summaries, max_size=4),
)
acceptances = st.builds(
    Acceptance,
    cluster=names,
    by=texts,
    reason=texts,
    until=st.just(NOW + DAY),
    check=texts,
    subject=texts,
    fingerprint=texts,
    attestation=st.booleans(),
    id=st.sampled_from(("", "w-1")),
    user=st.sampled_from(("", "U1")),
)
schedules = st.builds(
    Schedule,
    id=texts,
    selection=st.builds(
        Selection, st.lists(texts, max_size=6).map(tuple), texts, st.dictionaries(texts, texts, max_size=2)
    ),
    timing=st.just(SCHEDULE.timing),
    channel=texts | st.just("C0249"),
    configured=st.booleans(),
)


@given(
    st.lists(readings, min_size=1, max_size=3, unique_by=lambda it: it.cluster.name),
    st.sampled_from((1, 1, 2, 30)),
    schedules,
    st.lists(acceptances, max_size=5),
    texts,
)
@anything
def test_any_digest_is_one_that_slack_takes_and_nobody_can_write_into(
    few: list[Reading], times: int, schedule: Schedule, ending: list[Acceptance], words: str
) -> None:
    called = [it.cluster.name for it in few]
    copies = [
        structs.replace(it.cluster, name=f"{it.cluster.name}{number or ''}")
        for number in range(times)
        for it in few
    ]
    every = [
        Reading(cluster=to, last=it.last, why=it.why, changes=it.changes, past=it.past)
        for to, it in zip(copies, few * times, strict=True)
    ]
    made = digest(*every, schedule=schedule, ending=ending, late=words, first=True, left_out=3, by_hand=True)
    of_slack = structs.replace(schedule, id="s-7f3a9c", configured=False)
    messages = [root(made, NOW).message, unchanged(made, NOW), parts.unposted(of_slack, words, words)]
    messages += [*parts.listing(made, NOW)]
    messages += [parts.new(it.cluster.name, it.changes, NOW) for it in few if it.changes]
    for message in messages:
        assert_safe(message, *(it.name for it in copies), *called)
        assert message.size <= BYTES
        assert "did not fit" not in shown(message)
