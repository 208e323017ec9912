"""Every command as people run it: exit codes, what is printed, what is remembered."""

import jsonschema
import pytest
import yaml

from bot.output.as_json import json_schema
from deploy.sandbox.faults import Faults
from tests.bot.cluster.manifests import deployment, node
from tests.e2e.cli import Commands, sandbox

pytestmark = pytest.mark.e2e


async def test_check_tells_the_verdict_and_fails_on_a_failure(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        ended = await commands.run("check")
    assert ended.code == 1
    assert ended.out.startswith("NOT READY")
    assert "control-plane-ha" in ended.out
    assert "first run" in ended.out
    assert ended.err == ""


@pytest.mark.parametrize("output", ["text", "markdown", "html"])
async def test_without_memory_no_run_is_called_the_first(output: str, commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        ended = await commands.run("check", "--no-store", "-o", output)
    assert "first run" not in ended.out.lower()
    assert "not compared with an earlier run" in ended.out.lower()


async def test_the_second_run_says_what_changed(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        await commands.run("check", "prod")
        cluster.apply(deployment("checkout"))
        cluster.delete("Deployment", "shop", "cart")
        second = (await commands.run("check", "prod", "--output", "json")).document
        shown = await commands.run("diff", "prod")
        as_json = (await commands.run("diff", "prod", "-o", "json")).document
        history = await commands.run("history", "prod")
    new = {(item["id"], item["ref"]["name"]) for item in second["delta"]["new"]}
    resolved = {(item["id"], item["ref"]["name"]) for item in second["delta"]["resolved"]}
    assert ("disruption-budgets", "checkout") in new
    assert ("disruption-budgets", "cart") in resolved
    assert "+ new high Deployment shop/checkout" in shown.out
    assert as_json["new"] == second["delta"]["new"]
    assert history.out.count("NOT READY") == 2


async def test_diff_goes_back_to_an_age_or_a_run(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        first = (await commands.run("check", "-o", "json")).document
        only = await commands.run("diff")
        cluster.apply(deployment("checkout"))
        await commands.run("check")
        cluster.apply(deployment("search"))
        await commands.run("check")
        last = (await commands.run("diff", "-o", "json")).document
        by_run = (await commands.run("diff", "--since", first["run_id"], "-o", "json")).document
        by_age = (await commands.run("diff", "--since", "7d", "-o", "json")).document
        unknown = await commands.run("diff", "--since", "yesterday")
    assert only.code == 2
    assert "only one run" in only.err
    assert {item["ref"]["name"] for item in last["new"]} >= {"search"}
    assert "checkout" not in {item["ref"]["name"] for item in last["new"]}
    assert {item["ref"]["name"] for item in by_run["new"]} >= {"checkout", "search"}
    assert by_age == by_run
    assert unknown.code == 2
    assert "has no run yesterday" in unknown.err


@pytest.mark.parametrize("output", ["text", "json", "csv", "markdown", "html", "junit", "sarif"])
async def test_every_format_is_written_whole(output: str, commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        ended = await commands.run("check", "--output", output, "--no-store", "--verbose")
    assert ended.code == 1
    assert "disruption-budgets" in ended.out
    if output == "json":
        jsonschema.validate(ended.document, json_schema())


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--check", "node-health"], 0),
        (["--check", "disruption-budgets"], 1),
        (["--check", "disruption-budgets", "--fail-on", "critical"], 0),
        (["--check", "tracing", "--fail-on", "low"], 1),
        (["--check", "tracing"], 0),
        (["--check", "disruption-budgets", "--fail-on", "never"], 0),
    ],
)
async def test_exit_codes_follow_fail_on(arguments: list[str], code: int, commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        assert (await commands.run("check", "--no-store", *arguments)).code == code


async def test_what_cannot_be_judged_fails_like_a_failure(commands: Commands) -> None:
    async with sandbox(faults=Faults(forbid={"poddisruptionbudgets"})) as cluster:
        commands.use(cluster)
        ended = await commands.run("check", "--check", "disruption-budgets", "-o", "json", "--no-store")
    assert ended.code == 1
    assert ended.document["results"][0]["status"] == "unknown"
    assert ended.document["unread"] == [
        {"verb": "list", "resource": "poddisruptionbudgets", "group": "policy", "reason": "forbidden"}
    ]


async def test_a_choice_of_checks_is_partial_and_never_the_last_report(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        await commands.run("check")
        partial = (await commands.run("check", "--family", "workloads", "-o", "json")).document
        history = await commands.run("history", "-o", "json")
    assert partial["partial"]
    assert {result["family"] for result in partial["results"]} == {"workloads"}
    assert partial["delta"]["changed"] == []
    assert len(history.document) == 1


async def test_filters_limit_what_is_shown_not_the_verdict(commands: Commands) -> None:
    async with sandbox() as cluster:
        tools = deployment("other", space="tools")
        tools["metadata"]["labels"] = {"team": "tools-team"}
        cluster.apply(tools)
        commands.use(cluster)
        everything = (await commands.run("check", "-o", "json", "--no-store")).document
        narrow = (await commands.run("check", "-o", "json", "--no-store", "-n", "tools")).document
        severe = (await commands.run("check", "-o", "json", "--no-store", "--severity", "high")).document
        theirs = (await commands.run("check", "-o", "json", "--no-store", "--owner", "TOOLS-team")).document
    for filtered in (narrow, severe, theirs):
        assert (filtered["verdict"], filtered["score"]) == (everything["verdict"], everything["score"])
    spaces = {item["ref"]["namespace"] for result in narrow["results"] for item in result["findings"]}
    assert spaces <= {"tools"}
    assert {result["severity"] for result in severe["results"]} == {"critical", "high"}
    found = {
        (item["ref"]["name"], item["owner"]) for result in theirs["results"] for item in result["findings"]
    }
    assert found == {("other", "tools-team")}


async def test_a_snapshot_is_judged_later_as_the_cluster_was(commands: Commands) -> None:
    async with sandbox(faults=Faults(forbid={"limitranges"})) as cluster:
        commands.use(cluster)
        live = (await commands.run("check", "--no-store", "-o", "json")).document
        for name in ("cluster.json", "cluster.json.zst"):
            written = await commands.run("snapshot", "-o", name)
            assert (written.code, written.out, written.err) == (0, "", "")
    for name in ("cluster.json", "cluster.json.zst"):
        later = (await commands.run("check", "--snapshot", name, "-o", "json")).document
        assert [result["status"] for result in later["results"]] == [r["status"] for r in live["results"]]
        assert later["unread"] == live["unread"]
        assert later["platform"] == live["platform"]
    assert "env" not in (commands.folder / "cluster.json").read_text()


def signed(by: str) -> dict[str, str]:
    return {"by": by, "reason": "known", "until": "2999-01-01"}


async def test_waivers_and_attestations_come_from_the_configuration(commands: Commands) -> None:
    (commands.folder / "readiness.yaml").write_text(
        yaml.safe_dump({
            "clusters": [{"name": "cluster-a", "aliases": ["prod-eu"], "context": "prod"}],
            "waivers": [{"check": "disruption-budgets", "namespace": "shop", **signed("ada")}],
            "attestations": [{"check": "control-plane-backup", **signed("bob")}],
        })
    )  # fmt: skip
    async with sandbox() as cluster:
        commands.use(cluster)
        report = (await commands.run("check", "prod-eu", "-o", "json")).document
    results = {result["id"]: result for result in report["results"]}
    assert report["cluster"] == "cluster-a"
    assert results["disruption-budgets"]["waived"]
    assert results["disruption-budgets"]["findings"][0]["waiver"]["by"] == "ada"
    assert results["control-plane-backup"]["status"] == "pass"
    assert "attested by bob" in results["control-plane-backup"]["evidence"][0]


async def test_compare_clusters_and_explain(commands: Commands) -> None:
    async with sandbox("one") as one, sandbox("two") as two:
        two.apply(node("worker-2"))
        commands.use(one, two)
        await commands.run("check", "one")
        compared = await commands.run("compare", "one", "two", "-o", "json")
        listed = (await commands.run("clusters", "-o", "json")).document
        explained = await commands.run("explain", "disruption-budgets", "one")
    assert [report["cluster"] for report in compared.document] == ["one", "two"]
    assert [(row["name"], row["verdict"]) for row in listed] == [("one", "not_ready"), ("two", "not_ready")]
    assert "kubectl create poddisruptionbudget cart --namespace shop" in explained.out.replace(
        "\n", " "
    ).replace("  ", " ")


async def test_the_role_and_what_credentials_lack(commands: Commands) -> None:
    async with sandbox(faults=Faults(forbid={"poddisruptionbudgets", "nodes"})) as cluster:
        commands.use(cluster)
        role = yaml.safe_load((await commands.run("rbac", "--check", "disruption-budgets")).out)
        lacks = await commands.run("rbac", "--can-i", "prod", "--check", "disruption-budgets")
        cluster.faults = Faults()
        enough = await commands.run("rbac", "--can-i")
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"get", "list"}
    assert not any("secrets" in rule.get("resources", ()) for rule in role["rules"])
    assert {"apiGroups": ["policy"], "resources": ["poddisruptionbudgets"], "verbs": ["list"]} in role[
        "rules"
    ]
    assert lacks.code == 1
    assert "list poddisruptionbudgets.policy" in lacks.out
    assert "costs disruption-budgets" in lacks.out
    assert "list nodes" in lacks.out
    assert enough.code == 0


async def test_checks_lists_the_catalogue(commands: Commands) -> None:
    listed = (await commands.run("checks", "-o", "json")).document
    assert {"id", "title", "family", "severity", "layer", "why", "reads", "docs"} == listed[0].keys()
    assert "node-health" in (await commands.run("checks")).out
