"""What went wrong, as it is told."""

import pytest
from hypothesis import given

from checks.errors import ClusterError, ReadinessError, StoreError, UsageError
from checks.model import Family, Severity
from handlers.grammar import parse
from handlers.intents import Filters, Waive
from handlers.ports import Cluster
from handlers.refusal import Refusal
from handlers.render.trouble import crash, error, joined, unopened
from tests.handlers.render.judged import anything, assert_safe, texts
from tests.handlers.render.shown import assert_golden_text, commands, shown


def test_what_is_told() -> None:
    messages = [
        error(UsageError("nothing is remembered of prod-eu yet", "make a run with `/readiness prod-eu`")),
        error(StoreError("the store at unix:///run/secret does not answer", "look at /run/secret")),
        error(Refusal("you may not waive findings on prod-eu", "those who may: <@U1>, <!subteam^S1>")),
        error(crash("7f3a9c01")),
        joined("prod-eu", "https://example.slack.com/archives/C1/p1"),
        joined("prod-eu", ""),
    ]
    assert_golden_text("trouble", shown(*messages))


def test_without_a_hint() -> None:
    assert "What to do" not in shown(error(ClusterError("prod-eu does not answer")))


def test_without_a_sentence() -> None:
    assert "no reason was given" in shown(error(ReadinessError("")))


@given(texts, texts)
@anything
def test_any_error(sentence: str, hint: str) -> None:
    assert_safe(error(ReadinessError(sentence, hint * 50)))


@given(texts)
@anything
def test_a_refusal_quotes_nothing_but_its_hint(sentence: str) -> None:
    assert_safe(error(Refusal(sentence, "those who may: <@U1>")))


@pytest.mark.parametrize("link", ["", "https://example.slack.com/archives/C1/p1", "javascript:alert(1)"])
@given(cluster=texts)
@anything
def test_any_cluster_can_be_joined(link: str, cluster: str) -> None:
    assert_safe(joined(cluster, link))


def test_filters_of_ones_own_are_a_click_away() -> None:
    filters = Filters((Family.SECURITY,), Severity.CRITICAL)
    message = joined("prod-eu", "", filters=filters, run_id="20261101-124600-7f3a")
    assert commands(message) == {
        "Show it filtered": "show prod-eu family:security severity:critical run:20261101-124600-7f3a"
    }
    assert not commands(joined("prod-eu", "", run_id="20261101-124600-7f3a"))


def test_a_form_that_was_not_opened_is_one_click_away() -> None:
    message = unopened(Waive("prod-eu", "replicas"))
    assert commands(message) == {"Open the form": "waive prod-eu replicas"}


@pytest.mark.parametrize("letter", ["x", "ы", "<", '"'])
def test_a_form_with_a_long_reason_is_too(letter: str) -> None:
    [said] = commands(
        unopened(Waive("prod-eu", "replicas", until="2026-12-24", reason=letter * 1_000))
    ).values()
    meant = parse(said, [Cluster("prod-eu")])
    assert isinstance(meant, Waive)
    assert meant.until == "2026-12-24"
    assert len(meant.reason) > 100
