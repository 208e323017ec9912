"""What a conversation leaves out, when, whose and where; and what is not understood."""

from datetime import UTC, datetime
from typing import Final

import pytest

from checks.model import Family, Severity
from deploy.sandbox.bench.understanding import CLUSTERS, NOW, OWN, sample
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import understand
from handlers.intents import (
    Attest,
    Export,
    Filters,
    Format,
    Guess,
    Help,
    Intent,
    Kind,
    Question,
    Run,
    Unclear,
    Waive,
)
from handlers.ports import Cluster

REPORT: Final = sample()


def meant(said: str, topic: Topic | None = None, now: datetime = NOW) -> tuple[Intent, ...]:
    """Return what is understood, be it a guess."""
    return tuple(
        intent.intent if isinstance(intent, Guess) else intent
        for intent in understand(said, topic or Topic(OWN), CLUSTERS, REPORT, now)
    )


def after(kind: Kind, check: str = "", filters: Filters | None = None) -> Topic:
    """Return what a conversation is about after a question."""
    return Topic(OWN, check=check, question=Question(kind, OWN, check, filters or Filters()))


@pytest.mark.parametrize(
    ("said", "topic", "wanted"),
    [
        ("how do I fix it?", after(Kind.EXPLAIN, "replicas"), Question(Kind.FIX, OWN, "replicas")),
        ("why?", after(Kind.LIST, "replicas"), Question(Kind.EXPLAIN, OWN, "replicas")),
        ("which ones", after(Kind.EXPLAIN, "replicas"), Question(Kind.LIST, OWN, "replicas")),
        ("since when?", after(Kind.EXPLAIN, "replicas"), Question(Kind.HISTORY, OWN, "replicas")),
        ("whose is it", after(Kind.EXPLAIN, "replicas"), Question(Kind.OWNER, OWN, "replicas")),
        ("what about velero?", after(Kind.EXPLAIN, "replicas"), Question(Kind.EXPLAIN, OWN, "volume-backup")),
        ("and velero?", after(Kind.OWNER, "replicas"), Question(Kind.OWNER, OWN, "volume-backup")),
        (
            "and in staging?",
            after(Kind.LIST, "tracing"),
            Question(Kind.COMPARE, OWN, "tracing", other="staging"),
        ),
        (
            "only the critical ones",
            after(Kind.LIST, "", Filters(namespace="shop")),
            Question(Kind.LIST, OWN, filters=Filters(severity=Severity.CRITICAL, namespace="shop")),
        ),
        ("list all failing checks", after(Kind.EXPLAIN, "replicas"), Question(Kind.LIST, OWN)),
        ("apart from that, what else is red?", after(Kind.EXPLAIN, "replicas"), Question(Kind.LIST, OWN)),
        ("and the rest?", after(Kind.EXPLAIN, "replicas"), Question(Kind.SUMMARY, OWN)),
        (
            "what about namespace monitoring?",
            after(Kind.LIST, "replicas"),
            Question(Kind.LIST, OWN, "replicas", Filters(namespace="monitoring")),
        ),
        ("how bad is it?", Topic(OWN), Question(Kind.SUMMARY, OWN)),
    ],
)
def test_what_is_left_out_is_what_was_spoken_of_last(said: str, topic: Topic, wanted: Question) -> None:
    assert meant(said, topic) == (wanted,)


def test_the_run_that_a_thread_is_about_is_kept_for_its_cluster_alone() -> None:
    topic = Topic(OWN, "20261101-1200")
    assert meant("is dns ok?", topic) == (Question(Kind.EXPLAIN, OWN, "cluster-dns", run_id="20261101-1200"),)
    assert meant("is dns ok in staging?", topic) == (Question(Kind.EXPLAIN, "staging", "cluster-dns"),)
    assert meant("as csv", topic) == (Export(OWN, "20261101-1200", Format.CSV),)
    assert meant("run it again", topic) == (Run(OWN),)


def test_several_questions_are_all_found() -> None:
    assert meant("why do the pods crash and how do I fix that? also who owns it?") == (
        Question(Kind.EXPLAIN, OWN, "crash-loops"),
        Question(Kind.FIX, OWN, "crash-loops"),
        Question(Kind.OWNER, OWN, "crash-loops"),
    )


def test_checks_named_in_one_breath_are_each_asked_about() -> None:
    assert meant("explain pdbs and netpols") == (
        Question(Kind.EXPLAIN, OWN, "disruption-budgets"),
        Question(Kind.EXPLAIN, OWN, "network-policies"),
    )


@pytest.mark.parametrize(
    ("said", "filters"),
    [
        ("critical findings in shop", Filters(severity=Severity.CRITICAL, namespace="shop")),
        ("show findings in namespace shopp", Filters(namespace="shop")),
        ("list security findings of payments", Filters((Family.SECURITY,), owner="payments")),
        ("list networking and delivery issues", Filters((Family.NETWORKING, Family.DELIVERY))),
        ("what is failing in ns kube-system?", Filters(namespace="kube-system")),
        ("list the high ones of team search", Filters(severity=Severity.HIGH, owner="search")),
    ],
)
def test_lists_are_narrowed(said: str, filters: Filters) -> None:
    assert meant(said) == (Question(Kind.LIST, OWN, filters=filters),)


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ("since yesterday", "2026-11-20"),
        ("since Monday", "2026-11-16"),
        ("since monday 9am", "2026-11-16T09:00"),
        ("since 2026-11-16", "2026-11-16"),
        ("since 16 November", "2026-11-16"),
        ("since Nov 16th", "2026-11-16"),
        ("in the last 3 days", "3d"),
        ("in the past two weeks", "14d"),
        ("since last week", "7d"),
        ("in the last 6 hours", "360m"),
        ("since 7d", "7d"),
        ("since the last run", ""),
        ("", ""),
    ],
)
def test_when_is_read(said: str, since: str) -> None:
    assert meant(f"what changed {said}?") == (Question(Kind.CHANGES, OWN, since=since),)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("for two weeks", "2026-12-05"),
        ("until Friday", "2026-11-27"),
        ("until 2027-03-31", "2027-03-31"),
        ("till end of march", "2027-03-31"),
        ("until the end of the year", "2026-12-31"),
        ("until the end of the month", "2026-11-30"),
        ("until eow", "2026-11-27"),
        ("until the end of next month", "2026-12-31"),
        ("until the 5th of December", "2026-12-05"),
        ("until q1", "2027-03-31"),
        ("until yesterday", ""),
        ("until 2027-13-45", ""),
        ("", ""),
    ],
)
def test_until_when_something_is_accepted(said: str, until: str) -> None:
    wanted = Waive(OWN, "tracing", until=until, reason="we are migrating")
    assert meant(f"ignore tracing {said} because we are migrating") == (wanted,)


def test_a_year_turns_in_december() -> None:
    waived = meant("ignore tracing until the end of next month", now=datetime(2026, 12, 10, tzinfo=UTC))
    assert waived == (Waive(OWN, "tracing", until="2027-01-31"),)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("ignore tracing since the vendor is not chosen", "the vendor is not chosen"),
        ("ignore tracing, reason: Jaeger   moves", "Jaeger moves"),
        ("ignore tracing for a week, vendor is on it", "vendor is on it"),
        ("ignore tracing", ""),
    ],
)
def test_why_something_is_accepted(said: str, reason: str) -> None:
    (waived,) = meant(said)
    assert isinstance(waived, Waive)
    assert waived.reason == reason


def test_who_attests_says_it_all() -> None:
    said = "I confirm that etcd is backed up by the provider"
    assert meant(said) == (Attest(OWN, "control-plane-backup", reason=said),)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("is payment-worker ok?", Question(Kind.EXPLAIN, OWN, "crash-loops", about="payment-worker")),
        ("is cart ok?", Question(Kind.EXPLAIN, OWN, about="cart")),
        ("why does cart-7d9f8b6c5-x2lqp fail", Question(Kind.EXPLAIN, OWN, about="cart")),
        ("whose is cart?", Question(Kind.OWNER, OWN, about="cart")),
    ],
)
def test_objects_of_the_report_are_known(said: str, wanted: Question) -> None:
    assert meant(said) == (wanted,)


@pytest.mark.parametrize(
    "said",
    [
        "&lt;@U123&gt; *why* is `velero` failing? :thinking_face:",
        "<http://velero.io|velero> failing, why",
        "\u201cvelero\u201d \u2014 why\u2019s it failing",
        "```velero``` why?",
    ],
)
def test_what_slack_makes_of_words_is_undone(said: str) -> None:
    assert meant(said) == (Question(Kind.EXPLAIN, OWN, "volume-backup"),)


@pytest.mark.parametrize(
    "said",
    [
        "@bob can you look at velero?",
        "<@U0BOB> why is velero failing",
        "thanks",
        "will do",
        "I'll fix the pdbs tomorrow",
        "delete the namespace shop",
        "scale cart to 5",
        "don't run it again",
        "",
        "🙏",
    ],
)
def test_what_people_say_to_one_another_is_left_alone(said: str) -> None:
    (intent,) = meant(said)
    assert isinstance(intent, Unclear)
    assert not intent.related
    assert intent.meanings == ()


def test_what_is_in_doubt_is_offered() -> None:
    (intent,) = meant("which storage does the frobnication gizmo want?")
    assert isinstance(intent, Unclear)
    assert intent.related
    assert f"ask {OWN} list check:default-storage-class" in intent.meanings
    assert len(intent.meanings) == 3


@pytest.mark.parametrize(
    ("said", "topic", "either"),
    [
        (
            "what changed?",
            after(Kind.EXPLAIN, "replicas"),
            {Question(Kind.CHANGES, OWN), Question(Kind.CHANGES, OWN, "replicas")},
        ),
        (
            "how bad is it?",
            after(Kind.EXPLAIN, "replicas"),
            {Question(Kind.SUMMARY, OWN), Question(Kind.EXPLAIN, OWN, "replicas")},
        ),
        (
            "is it about the dns or about the cni",
            Topic(OWN),
            {Question(Kind.EXPLAIN, OWN, check) for check in ("cluster-dns", "cni")},
        ),
    ],
)
def test_of_two_meanings_one_is_a_guess_and_the_other_offered(
    said: str, topic: Topic, either: set[Intent]
) -> None:
    (intent,) = understand(said, topic, CLUSTERS, REPORT, NOW)
    assert isinstance(intent, Guess)
    assert {intent.intent, intent.doubts[0]} == either


def test_a_cluster_that_cannot_be_told_is_asked_for() -> None:
    (intent,) = meant("why is velero failing?", Topic())
    assert isinstance(intent, Unclear)
    assert intent.meanings == (
        f"ask {OWN} why is velero failing?",
        "ask staging why is velero failing?",
        "ask cluster-b why is velero failing?",
    )
    assert meant("why is velero failing in stage?", Topic()) == (
        Question(Kind.EXPLAIN, "staging", "volume-backup"),
    )
    alone = understand("status?", Topic(), [Cluster("prod")], None, NOW)
    assert alone == (Question(Kind.SUMMARY, "prod"),)


def test_environments_with_several_clusters_are_not_guessed_at() -> None:
    clusters = [Cluster("a"), Cluster("eu", environment="test"), Cluster("us", environment="test")]
    (intent,) = understand("why is velero failing in test", Topic("a"), clusters, None, NOW)
    assert isinstance(intent, Unclear)


def test_help_is_for_those_who_ask_for_it() -> None:
    assert meant("what can you do?") == (Help(),)
    assert meant("help me fix the pdbs") == (Question(Kind.FIX, OWN, "disruption-budgets"),)


def test_a_check_that_is_called_by_its_id_is_meant() -> None:
    (intent,) = meant('ignore cni for two weeks because "the vendor" is at it')
    assert isinstance(intent, Waive)
    assert intent.check == "cni"
