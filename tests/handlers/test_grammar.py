"""What is understood."""

import pytest

from checks.model import Family, Severity
from checks.presentation.grouping import Outcome
from handlers.grammar import parse, to_command
from handlers.intents import (
    Attest,
    Audit,
    Changes,
    Clusters,
    Compare,
    Explain,
    Filters,
    Fix,
    Help,
    Intent,
    Kind,
    Question,
    Run,
    Save,
    Show,
    Unclear,
    Waive,
    Waivers,
)
from handlers.ports import Cluster
from tests.checks.build import NOW
from tests.handlers.sayings.clusters import CLUSTERS
from tests.handlers.sayings.every import SAYINGS


@pytest.mark.parametrize(("said", "command"), SAYINGS)
def test_what_is_said_means_a_command(said: str, command: str) -> None:
    meant = parse(said, CLUSTERS)
    assert not isinstance(meant, Unclear), meant
    assert to_command(meant) == command


@pytest.mark.parametrize(
    ("command", "intent"),
    [
        ("help diff", Help("diff")),
        ("list", Clusters()),
        (
            "check cluster-a family:networking,security severity:high namespace:shop check:replicas",
            Run(
                "cluster-a",
                Filters((Family.NETWORKING, Family.SECURITY), Severity.HIGH, "shop", ("replicas",)),
            ),
        ),
        ("check cluster-a owner:payments", Run("cluster-a", Filters(owner="payments"))),
        ("show cluster-a status:unknown", Show("cluster-a", Filters(status=Outcome.UNKNOWN))),
        ("show cluster-a n/a", Show("cluster-a", Filters(status=Outcome.NOT_APPLICABLE))),
        (
            "ask cluster-a list status:pass",
            Question(Kind.LIST, "cluster-a", filters=Filters(status=Outcome.PASS)),
        ),
        ("show cluster-a run:20261121-1009 page:2", Show("cluster-a", Filters(), "20261121-1009", 2)),
        ("diff cluster-a since 7d page:2", Changes("cluster-a", "7d", "", 2)),
        ("fix cluster-a replicas page:2", Fix("cluster-a", "replicas", "", 2)),
        ("compare cluster-a cluster-b", Compare("cluster-a", "cluster-b")),
        ("explain replicas cluster-a", Explain("replicas", "cluster-a")),
        (
            "waive cluster-a replicas finding:0123456789abcdef run:20261121",
            Waive("cluster-a", "replicas", "0123456789abcdef", "20261121"),
        ),
        ("attest cluster-a control-plane-backup", Attest("cluster-a", "control-plane-backup")),
        ("waivers", Waivers()),
        ("audit cluster-a limit:100", Audit("cluster-a", 100)),
    ],
)
def test_a_command_is_an_intent(command: str, intent: Intent) -> None:
    assert parse(command, CLUSTERS) == intent


@pytest.mark.parametrize(
    "said", ["check", "severity:high", "check the cluster", "diff", "show networking", "fix replicas"]
)
def test_the_only_cluster_there_is_can_be_left_out(said: str) -> None:
    meant = parse(said, CLUSTERS[:1])
    assert not isinstance(meant, Unclear | Help)
    assert getattr(meant, "cluster", "") == "cluster-a"


@pytest.mark.parametrize("said", ["explain replicas", "waivers", "audit"])
def test_where_no_cluster_is_needed_the_only_one_is_not_filled_in(said: str) -> None:
    assert getattr(parse(said, CLUSTERS[:1]), "cluster", None) == ""


@pytest.mark.parametrize("said", ["help", "list", "explain replicas", "waivers", "edit w-7f3a9c", "audit"])
def test_what_is_about_no_cluster_needs_none(said: str) -> None:
    assert not isinstance(parse(said, ()), Unclear)


def test_a_name_counts_before_its_other_spellings_and_those_before_aliases_and_environments() -> None:
    clusters = (
        Cluster("prod", ("Live",), "live"),
        Cluster("PROD", ("live",), "prod"),
        Cluster("other", ("prod",), "LIVE"),
    )
    assert parse("prod", clusters) == Run("prod")
    assert parse("PROD", clusters) == Run("PROD")
    assert parse("Live", clusters) == Run("prod")
    assert parse("live", clusters) == Run("PROD")


def test_a_quoted_name_is_nothing_else() -> None:
    odd = "page:2"
    clusters = (Cluster(odd), Cluster("cluster-a"))
    assert parse(f'show "{odd}"', clusters) == Show(odd)
    assert parse("show cluster-a page:2", clusters) == Show("cluster-a", page=2)


@pytest.mark.parametrize(
    ("attestation", "command"),
    [(False, "waive cluster-a replicas finding:0123456789abcdef"), (True, "attest cluster-a replicas")],
)
def test_a_submitted_form_is_said_as_what_opens_it(attestation: bool, command: str) -> None:  # noqa: FBT001
    form = Save(
        "cluster-a", "replicas", "one is enough", NOW, attestation=attestation, fingerprint="0123456789abcdef"
    )
    assert to_command(form) == command


def test_what_is_unclear_is_said_as_it_was() -> None:
    assert to_command(Unclear("chek", "there is no such command")) == "chek"
