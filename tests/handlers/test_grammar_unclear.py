"""What is not understood: why, and what is offered instead."""

import pytest

from tests.handlers.sayings.clusters import ARN, CLUSTERS
from tests.handlers.sayings.unclear import TWO, unclear


@pytest.mark.parametrize(
    ("said", "why", "meanings"),
    [
        # misspelt
        (
            "chekc cluster-a",
            "`chekc` is neither a command nor a cluster that you can see",
            ["check cluster-a"],
        ),
        ("cluser-a", "`cluser-a` is neither a command nor a cluster that you can see", ["check cluster-a"]),
        ("check cluser-a", "there is no cluster `cluser-a`", ["check cluster-a", "check cluster-b"]),
        ("diff live2 since 7d page:2", "there is no cluster `live2`", ["diff cluster-a since 7d page:2"]),
        (
            "histroy stagin",
            "`histroy` is neither a command nor a cluster that you can see",
            ["history cluster-b"],
        ),
        ("show cluster:lvie", "there is no cluster `lvie`", ["show cluster-a"]),
        ("explain repilcas", "there is no check `repilcas`", ["explain replicas"]),
        ("fix a replcas page:2", "`replcas` means nothing to `fix`", ["fix cluster-a replicas page:2"]),
        ("check a check:replcas", "there is no check `replcas`", ["check cluster-a check:replicas"]),
        ("check a family:securty", "there is no family `securty`", ["check cluster-a family:security"]),
        ("check a sev:hgih", "there is no severity `hgih`", ["check cluster-a severity:high"]),
        ("check a secruity", "`secruity` means nothing to `check`", ["check cluster-a family:security"]),
        (
            "check a sevrity:high",
            "`sevrity:high` means nothing to `check`",
            ["check cluster-a severity:high"],
        ),
        ("check a sevrity high", "`sevrity` means nothing to `check`", ["check cluster-a severity:high"]),
        (
            "check a --severty=high",
            "`--severty=high` means nothing to `check`",
            ["check cluster-a severity:high"],
        ),
        ("help dif", "there is no command `dif`", ["help diff"]),
        ("help replicas", "there is no command `replicas`", ["explain replicas"]),
        ('check "\\cluster-a"', "there is no cluster `\\cluster-a`", ["check cluster-a"]),
        # two mistakes
        (
            "chekc cluser-b",
            "`chekc` is neither a command nor a cluster that you can see",
            ["check cluster-b"],
        ),
        ("check cluser-a sev:hgih", "there is no cluster `cluser-a`", ["check cluster-a severity:high"]),
        # a check alone
        ("replicas", "`replicas` is a check, neither", ["explain replicas", "show cluster-a check:replicas"]),
        ("disruption budgets", "`disruption` is a check, neither", ["explain disruption-budgets"]),
        ("replcas", "`replcas` is neither a command nor a cluster", ["explain replicas"]),
        ("networking a", "`networking` is a filter, neither", ["show cluster-a family:networking"]),
        # something left out
        ("check", "`check` needs a cluster", ["check cluster-a", "check cluster-b", "list"]),
        ("diff since 7d", "`diff` needs a cluster", ["diff cluster-a since 7d", "diff cluster-b since 7d"]),
        ("compare a", "`compare` needs two clusters", ["compare cluster-a cluster-b", "list"]),
        ("compare a a", "`compare` needs two clusters", ["compare cluster-a cluster-b"]),
        ("explain", "`explain` needs a check", ["help explain"]),
        ("explain a", "`explain` needs a check", ["help explain"]),
        (
            "edit",
            "`edit` needs the ID of a waiver, an attestation or a schedule",
            ["waivers", "schedules"],
        ),
        ("withdraw", "`withdraw` needs the ID of a waiver or an attestation", ["waivers"]),
        ("pause", "`pause` needs the ID of a schedule", ["schedules"]),
        ("check a severity:", "severity takes critical, high, medium", ["check cluster-a severity:critical"]),
        (
            "diff a since: page:2",
            "since takes an age such as 24h or 7d",
            ["diff cluster-a since 1d page:2"],
        ),
        # too much
        ("check a quickly", "`quickly` means nothing to `check`", ["check cluster-a"]),
        ("kindly check a", "`kindly` is neither a command", ["check cluster-a"]),
        ("a b", "`b` means nothing to `check`", ["compare cluster-a cluster-b", "check cluster-a"]),
        ("diff a b", "`b` means nothing to `diff`", ["compare cluster-a cluster-b", "diff cluster-a"]),
        ("list a", "`a` means nothing to `list`", ["show cluster-a", "list"]),
        ("what is the status of a", "there is no check `status`", ["show cluster-a"]),
        (
            "show check replicas of a",
            "there is no cluster `check`",
            ["check cluster-a check:replicas", "show cluster-a check:replicas"],
        ),
        ("history a severity:high", "`history` takes no severity", ["history cluster-a"]),
        (
            "check a severity:high,low",
            "`check` takes one severity only",
            ["check cluster-a severity:high", "check cluster-a severity:low"],
        ),
        (
            "fix a replicas image-tags",
            "`image-tags` means nothing to `fix`",
            ["fix cluster-a replicas"],
        ),
        ("withdraw w-1 w-2", "`w-2` means nothing to `withdraw`", ["withdraw w-1"]),
        # values that are none
        ("show a page:0", "page takes a number from 1", ["show cluster-a"]),
        ("show a page two", "page takes a number from 1", ["show cluster-a"]),
        ("audit 500", "limit takes a number from 1 to 100", ["audit limit:100", "audit"]),
        ("audit limit:-1", "limit takes a number from 1 to 100", ["audit limit:100", "audit"]),
        ("diff a since:tomorrow", "since takes an age such as 24h or 7d, ", ["diff cluster-a since 1d"]),
        ("show a run:latest", "run takes the ID of a run, such as", ["show cluster-a"]),
        ("show a ns:Shop_x", "namespace takes the name of a namespace", ["show cluster-a"]),
        ("waive a finding:zz", "finding takes the fingerprint of a finding", ["waive cluster-a"]),
        # nothing like it
        ("qqqqqq", "`qqqqqq` is neither a command nor a cluster that you can see", ["list", "help"]),
    ],
)
def test_what_may_have_been_meant_is_offered(said: str, why: str, meanings: list[str]) -> None:
    meant = unclear(said)
    assert meant.why.startswith(why)
    assert list(meant.meanings[: len(meanings)]) == meanings


@pytest.mark.parametrize(
    ("said", "meanings"),
    [
        ("edge", ("check edge-1", "check edge-2")),
        ("edge diff since 7d", ("diff edge-1 since 7d", "diff edge-2 since 7d")),
        ("compare edge cluster-a", ("compare edge-1 cluster-a", "compare edge-2 cluster-a")),
        ("check cluster:edge severity:high", ("check edge-1 severity:high", "check edge-2 severity:high")),
    ],
)
def test_each_cluster_of_an_environment_is_offered(said: str, meanings: tuple[str, ...]) -> None:
    meant = unclear(said, CLUSTERS)
    assert meant.why == "`edge` is more than one cluster"
    assert meant.meanings == meanings


def test_where_there_are_many_clusters_the_list_of_them_is_offered() -> None:
    assert unclear("history", CLUSTERS).meanings == (
        *(f"history {cluster.name}" for cluster in CLUSTERS[:4]),
        "list",
    )


@pytest.mark.parametrize("said", ["cluster-a", "check cluster-a", "check", "diff x since 7d", "compare a b"])
def test_without_clusters_it_says_so(said: str) -> None:
    meant = unclear(said, ())
    assert meant.why == "no cluster is visible to you here"
    assert "help" in meant.meanings


def test_without_clusters_commands_are_still_put_right() -> None:
    assert unclear("hlep", ()).meanings == ("help",)
    assert unclear("replicas", ()).meanings[0] == "explain replicas"


@pytest.mark.parametrize("command", ["", "check ", "diff ", "explain replicas ", "compare a "])
def test_a_hidden_cluster_is_answered_like_one_that_is_not_there(command: str) -> None:
    hidden = unclear(f"{command}edge-1")
    missing = unclear(f"{command}ymca-1")
    assert hidden.why.replace("edge-1", "ymca-1") == missing.why
    assert not any("edge" in meaning for meaning in hidden.meanings)


def test_one_cluster_cannot_be_compared() -> None:
    assert unclear("compare", TWO[:1]).why == "there is only one cluster to compare"
    assert unclear("compare a", TWO[:1]).meanings == ("check cluster-a",)


def test_commands_win_over_clusters() -> None:
    assert unclear("diff", CLUSTERS).why == "`diff` needs a cluster"


def test_a_name_of_many_parts_is_put_right() -> None:
    assert unclear(ARN.replace("prod", "prdo"), CLUSTERS).meanings == (f"check {ARN}",)
