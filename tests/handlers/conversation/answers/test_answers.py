"""What is answered to each kind of question, from the sample and what is near it."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec import structs

from bot.output.text.reply import plain_reply
from checks.errors import UsageError
from checks.model import Family, Severity, Verdict
from checks.presentation.grouping import Outcome
from handlers.intents import Filters, Kind, Question, Run, Waive
from tests.bot.output.golden import assert_golden
from tests.bot.output.sample import SAMPLE, TAKEN, large
from tests.handlers.conversation.answers.shelf import aged, answered, without

GOLDEN = Path(__file__).parent / "goldens" / "answers.txt"
STAGING = structs.replace(without(SAMPLE, "sample-nodes"), cluster="staging", verdict=Verdict.READY, score=91)
QUESTIONS = {
    "summary": Question(Kind.SUMMARY, "prod-eu"),
    "summary-of-a-part": Question(
        Kind.SUMMARY, "prod-eu", filters=Filters((Family.WORKLOADS,), Severity.HIGH)
    ),
    "explain": Question(Kind.EXPLAIN, "prod-eu"),
    "explain-failing": Question(Kind.EXPLAIN, "prod-eu", "sample-probes"),
    "explain-elsewhere": Question(Kind.EXPLAIN, "prod-eu", "sample-probes", Filters(namespace="jobs")),
    "explain-passing": Question(Kind.EXPLAIN, "prod-eu", "sample-zones"),
    "explain-unknown": Question(Kind.EXPLAIN, "prod-eu", "sample-alerts"),
    "explain-not-applicable": Question(Kind.EXPLAIN, "prod-eu", "sample-mesh"),
    "explain-waived": Question(Kind.EXPLAIN, "prod-eu", "sample-roles"),
    "explain-missing": Question(Kind.EXPLAIN, "prod-eu", "replicas"),
    "explain-object": Question(Kind.EXPLAIN, "prod-eu", about="shop/cart"),
    "explain-nothing": Question(Kind.EXPLAIN, "prod-eu", about="velero"),
    "fix": Question(Kind.FIX, "prod-eu"),
    "fix-check": Question(Kind.FIX, "prod-eu", "sample-budgets"),
    "fix-nothing": Question(Kind.FIX, "prod-eu", "sample-zones"),
    "fix-unknown": Question(Kind.FIX, "prod-eu", "sample-alerts"),
    "list": Question(Kind.LIST, "prod-eu"),
    "list-check": Question(Kind.LIST, "prod-eu", "sample-probes"),
    "list-none": Question(Kind.LIST, "prod-eu", filters=Filters((Family.OBSERVABILITY,))),
    "list-not-here": Question(Kind.LIST, "prod-eu", "sample-probes", Filters(namespace="jobs")),
    "list-passing": Question(Kind.LIST, "prod-eu", filters=Filters(status=Outcome.PASS)),
    "list-waived": Question(Kind.LIST, "prod-eu", filters=Filters(status=Outcome.WAIVED)),
    "list-unknown": Question(Kind.LIST, "prod-eu", filters=Filters(status=Outcome.UNKNOWN)),
    "list-unknown-none": Question(
        Kind.LIST, "prod-eu", filters=Filters((Family.WORKLOADS,), status=Outcome.UNKNOWN)
    ),
    "list-not-applicable": Question(Kind.LIST, "prod-eu", filters=Filters(status=Outcome.NOT_APPLICABLE)),
    "changes": Question(Kind.CHANGES, "prod-eu"),
    "changes-of-a-check": Question(Kind.CHANGES, "prod-eu", "sample-alerts"),
    "compare": Question(Kind.COMPARE, "prod-eu", other="staging"),
    "compare-check": Question(Kind.COMPARE, "prod-eu", "sample-nodes", other="staging"),
    "compare-same": Question(Kind.COMPARE, "prod-eu", filters=Filters(namespace="jobs"), other="staging"),
    "history": Question(Kind.HISTORY, "prod-eu"),
    "history-of-a-check": Question(Kind.HISTORY, "prod-eu", "sample-probes"),
    "owner": Question(Kind.OWNER, "prod-eu", "sample-probes"),
    "owner-nobody": Question(Kind.OWNER, "prod-eu", "sample-nodes"),
    "owner-unknown": Question(Kind.OWNER, "prod-eu", "sample-alerts"),
}
EARLIER = structs.replace(aged(9), score=50, verdict=Verdict.READY)


async def test_a_guess_says_what_it_takes_the_question_for_and_offers_the_others_first() -> None:
    other = Question(Kind.LIST, "prod-eu", "sample-probes")
    sure = Question(Kind.FIX, "prod-eu", "sample-probes")
    known = await answered(sure, SAMPLE)
    guess = await answered(sure, SAMPLE, doubts=(other,))
    assert guess.told == f"I take this as: How do I fix sample-probes? {known.told}"
    assert (guess.steps[0].label, guess.steps[0].intent) == ("Which findings of sample-probes?", other)
    assert guess.steps[1:] == known.steps[:4]
    assert guess.points == known.points


async def test_answers_read_as_they_did() -> None:
    replies = {name: await answered(asked, SAMPLE, EARLIER, STAGING) for name, asked in QUESTIONS.items()}
    told = [f"# {name}\n{plain_reply(reply)}\n" for name, reply in replies.items()]
    assert_golden(str(GOLDEN), "\n".join(told))


@pytest.mark.parametrize("name", QUESTIONS)
async def test_an_answer_is_short_and_goes_on(name: str) -> None:
    reply = await answered(QUESTIONS[name], SAMPLE, EARLIER, STAGING)
    assert len(reply.points) <= 6
    assert 1 <= len(reply.steps) <= 5
    assert len({step.label for step in reply.steps}) == len(reply.steps)
    assert all(step.intent != QUESTIONS[name] for step in reply.steps)


async def test_an_old_report_says_so_first() -> None:
    reply = await answered(QUESTIONS["summary"], aged(3))
    assert reply.told.startswith("As of 3 days ago: `prod-eu` is NOT READY")
    assert not (await answered(QUESTIONS["summary"])).told.startswith("As of")


async def test_a_partial_report_says_so() -> None:
    reply = await answered(QUESTIONS["list"], structs.replace(SAMPLE, partial=True))
    assert "Only some of the checks were asked for." in reply.note


async def test_a_run_of_a_thread_tells_that_there_is_a_newer_one() -> None:
    asked = Question(Kind.SUMMARY, "prod-eu", run_id="r-2-days")
    reply = await answered(asked, SAMPLE, aged(2))
    assert "There is a newer report, read 14 min ago." in reply.note
    assert reply.steps[0].intent == Question(Kind.SUMMARY, "prod-eu")
    assert "newer" not in (await answered(asked, aged(2))).note


async def test_next_steps_stay_with_the_run_the_check_and_the_filters() -> None:
    asked = Question(Kind.LIST, "prod-eu", "sample-probes", Filters(namespace="shop"), run_id="r-1")
    intents = [step.intent for step in (await answered(asked)).steps]
    assert Question(Kind.FIX, "prod-eu", "sample-probes", Filters(namespace="shop"), run_id="r-1") in intents
    assert Waive("prod-eu", "sample-probes", run_id="r-1") in intents
    assert Run("prod-eu") in intents


async def test_commands_are_copied_whole_and_name_the_first_object() -> None:
    reply = await answered(QUESTIONS["fix"])
    assert reply.commands == ("kubectl describe node node-7",)
    budget = await answered(QUESTIONS["fix-check"])
    assert budget.commands[0].startswith("apiVersion: policy/v1\nkind: PodDisruptionBudget\n")


async def test_without_a_report_there_is_no_answer() -> None:
    with pytest.raises(UsageError, match="nothing is remembered of staging yet"):
        await answered(Question(Kind.SUMMARY, "staging"))
    with pytest.raises(UsageError, match="prod-eu has no run r-9"):
        await answered(Question(Kind.SUMMARY, "prod-eu", run_id="r-9"))
    with pytest.raises(UsageError, match="nothing is remembered of staging yet"):
        await answered(QUESTIONS["compare"])
    with pytest.raises(UsageError, match="with which cluster"):
        await answered(Question(Kind.COMPARE, "prod-eu"))


async def test_what_has_no_room_is_in_a_file() -> None:
    reply = await answered(Question(Kind.LIST, "huge"), large(2_000))
    assert reply.left == "and 1,994 more findings"
    assert reply.rest is not None
    assert reply.rest.content.count("no readiness probe") == 2_000
    assert "high: Every container behind a Service has a readiness probe (sample-probes), 2,000 findings" in (
        reply.rest.content
    )
    assert (await answered(QUESTIONS["list-check"])).rest is None


async def test_a_file_of_fixes_has_each_of_them() -> None:
    reply = await answered(Question(Kind.FIX, "prod-eu", about="cart"))
    assert reply.rest is not None
    assert "kind: PodDisruptionBudget" in reply.rest.content


@pytest.mark.parametrize(
    ("since", "told"),
    [
        ("", "(1 day ago)"),
        ("2d", "(2 days ago)"),
        ("r-5-days", "(5 days ago)"),
        ("60d", "(9 days ago)"),
        ("5m", "has not been read since 2026-11-01 13:55+01:00 (5 min ago)"),
    ],
)
async def test_changes_are_told_since_what_was_asked(since: str, told: str) -> None:
    asked = Question(Kind.CHANGES, "prod-eu", since=since)
    reply = await answered(asked, SAMPLE, aged(2), aged(5), aged(9))
    assert told in reply.told
    assert ("That is the oldest run that is kept." in reply.note) == (since == "60d")


async def test_a_day_is_a_moment_too() -> None:
    day = (TAKEN - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    reply = await answered(Question(Kind.CHANGES, "prod-eu", since=day), SAMPLE, aged(2), aged(5))
    assert "(5 days ago)" in reply.told


async def test_the_first_run_has_nothing_to_compare_with() -> None:
    alone = structs.replace(SAMPLE, delta=None)
    for since in ("", "7d"):
        reply = await answered(Question(Kind.CHANGES, "prod-eu", since=since), alone)
        assert reply.told.startswith("There is no earlier run of `prod-eu`")


async def test_nothing_changed_says_since_when_and_what_cannot_be_said() -> None:
    same = await answered(Question(Kind.CHANGES, "prod-eu", "sample-zones", since="2d"), SAMPLE, aged(2))
    assert same.told.startswith(
        "Nothing changed on `prod-eu`, in `sample-zones`, since the run of 2026-10-30"
    )
    doubtful = await answered(Question(Kind.CHANGES, "prod-eu", since="2d"), SAMPLE, aged(2))
    assert doubtful.told.startswith("Nothing is known to have changed")
    assert "`sample-probes`" in doubtful.note
    assert "`sample-alerts`" not in doubtful.note  # which neither of the two could judge


@pytest.mark.parametrize(
    ("about", "findings"),
    [
        ("cart", 4),
        ("shop/cart", 4),
        ("Deployment shop/cart", 4),
        ("deployment/CART", 4),
        ("node-7", 1),
        ("shop", 7),
        ("server", 5),
        ("checkout-6d8f9c-x2x4z", 1),
        ("shop/checkout-6d8f9c-x2x4z", 1),
        ("External Secrets", 1),
        ("nonsense", 0),
        ("", 9),
    ],
)
async def test_an_object_is_found_by_what_people_call_it(about: str, findings: int) -> None:
    reply = await answered(Question(Kind.LIST, "prod-eu", about=about))
    number = int(reply.told.split()[0]) if findings else 0
    assert number == findings
    assert findings or reply.told.startswith("No open finding on `prod-eu`, about `nonsense`.")
