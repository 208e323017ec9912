"""Every command as people run it: exit codes, what is printed, what is remembered, and what goes wrong."""

import asyncio
import json
import os
import signal
import stat
from pathlib import Path

import jsonschema
import pytest
import yaml

from bot.output.as_json import json_schema
from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import Faults
from tests.bot.cluster.manifests import deployment, node, small_cluster
from tests.e2e.cli import Commands

pytestmark = pytest.mark.e2e


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    return Commands(tmp_path)


def sandbox(name: str = "prod", faults: Faults | None = None) -> SandboxCluster:
    return SandboxCluster(small_cluster(), options=Options(name=name), faults=faults or Faults())


async def test_check_tells_the_verdict_and_fails_on_a_failure(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        ended = await commands.run("check")
    assert ended.code == 1
    assert ended.out.startswith("NOT READY")
    assert "control-plane-ha" in ended.out
    assert "first run" in ended.out
    assert ended.err == ""


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


@pytest.mark.parametrize("output", ["text", "json", "markdown", "html", "junit", "sarif"])
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
        cluster.apply(deployment("other", space="tools"))
        commands.use(cluster)
        everything = (await commands.run("check", "-o", "json", "--no-store")).document
        narrow = (await commands.run("check", "-o", "json", "--no-store", "-n", "tools")).document
        severe = (await commands.run("check", "-o", "json", "--no-store", "--severity", "high")).document
    assert narrow["verdict"] == severe["verdict"] == everything["verdict"]
    assert narrow["score"] == severe["score"] == everything["score"]
    spaces = {item["ref"]["namespace"] for result in narrow["results"] for item in result["findings"]}
    assert spaces <= {"tools"}
    assert {result["severity"] for result in severe["results"]} == {"critical", "high"}


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


# --- bad input: one clear line, the right exit code, nothing lost -----------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "prdo"], "there is no cluster prdo\n  did you mean prod?"),
        (["check", "--context", "prdo"], "there is no context prdo\n  did you mean prod?"),
        (["check", "prod", "--context", "prod"], "not both"),
        (["check", "prod", "--snapshot", "x"], "not both"),
        (["check", "--check", "node-helth"], "there is no check node-helth\n  did you mean node-health"),
        (["explain", "netpol"], "there is no check netpol\n  did you mean network-pol"),
        (["check", "--config", "none.yaml"], "there is no configuration file none.yaml"),
        (["check", "--kubeconfig", "none"], "there is no kubeconfig none"),
        (["check", "--snapshot", "none.json"], "the snapshot none.json cannot be read: No such file"),
        (["check", "--snapshot", "kubeconfig"], "kubeconfig is not a snapshot"),
        (["diff", "prod"], "nothing is remembered of prod"),
        (["history", "prod"], "nothing is remembered of prod"),
        (["rbac", "prod"], "--can-i prod"),
    ],
)
async def test_wrong_usage_is_one_line_and_exit_2(
    arguments: list[str], words: str, commands: Commands
) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        ended = await commands.run(*arguments)
    assert ended.code == 2
    assert words in ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    "arguments", [["chek"], ["check", "--output", "pdf"], ["check", "--severty", "high"]]
)
async def test_a_misspelt_command_line_is_exit_2(arguments: list[str], commands: Commands) -> None:
    ended = await commands.run(*arguments)
    assert ended.code == 2
    assert arguments[-1] in ended.err or arguments[-2] in ended.err


async def test_a_broken_configuration_is_named_by_line(commands: Commands) -> None:
    (commands.folder / "readiness.yaml").write_text("clusters:\n  - nme: a\n")
    ended = await commands.run("check")
    validated = await commands.run("config", "validate")
    assert ended.code == validated.code == 2
    assert "readiness.yaml:2: unknown key nme: did you mean name?" in validated.out
    assert "readiness.yaml:2: " in ended.err


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        (Faults(html=True), "answered a web page"),
        (Faults(unauthorized=True), "does not accept the credentials"),
        (Faults(forbid={"*"}), "nothing could be read"),
        (Faults(stall={"/apis"}), "did not answer within"),
    ],
)
async def test_where_nothing_could_be_read_the_exit_code_is_3(
    faults: Faults, words: str, commands: Commands
) -> None:
    async with sandbox(faults=faults) as cluster:
        commands.use(cluster)
        ended = await commands.run("check", "--timeout", "2", "--fail-on", "never")
    assert ended.code == 3
    assert words in ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert not commands.data.exists()


async def test_an_empty_cluster_fails(commands: Commands) -> None:
    async with SandboxCluster([], options=Options(name="empty")) as cluster:
        commands.use(cluster)
        ended = await commands.run("check", "-o", "json", "--no-store")
    assert ended.code == 1
    results = {result["id"]: result["status"] for result in ended.document["results"]}
    assert results["node-health"] == "fail"
    assert ended.document["verdict"] == "not_ready"


async def test_a_cluster_that_hangs_is_reported_within_the_deadline(commands: Commands) -> None:
    async with sandbox(faults=Faults(stall={"pods"})) as cluster:
        commands.use(cluster)
        ended = await commands.run("check", "--timeout", "2", "-o", "json", "--no-store")
    assert ended.code == 1
    assert ended.document["unread"][0]["reason"].startswith("not read within")


async def test_another_cluster_under_the_same_name_starts_a_new_history(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        await commands.run("check")
    objects = [*small_cluster()]
    objects[2]["metadata"]["uid"] = "another"
    async with SandboxCluster(objects, options=Options(name="prod")) as cluster:
        commands.use(cluster)
        report = (await commands.run("check", "-o", "json")).document
        history = (await commands.run("history", "-o", "json")).document
    assert report["delta"] is None
    assert any("another cluster" in note for note in report["notes"])
    assert len(history) == 1


@pytest.mark.parametrize(
    "environment",
    [{"REDIS_URL": "redis://127.0.0.1:1/0"}, {"REDIS_URL": "http://x"}, {"XDG_DATA_HOME": "/dev/null"}],
    ids=["no Redis there", "no Redis URL", "no data directory"],
)
async def test_without_a_store_the_check_still_runs_and_says_what_is_missing(
    environment: dict[str, str], commands: Commands
) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        ended = await commands.run("check", "-o", "json", **environment)
        text = await commands.run("check", **environment)
        history = await commands.run("history", **environment)
    assert ended.code == 1
    assert any(note.startswith("no history: ") for note in ended.document["notes"])
    assert "no history: " in text.out
    assert (history.code, history.out) == (2, "")
    assert "Traceback" not in ended.err + text.err + history.err


async def test_a_full_disk_is_said_and_leaves_no_half_file(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        process = await asyncio.create_subprocess_shell(
            f"{os.sys.executable} -m bot.cli check --no-store > /dev/full",  # type: ignore[attr-defined]
            env={**commands.environment, "PYTHONPATH": str(Path(__file__).parents[2])},
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await process.communicate()
    assert process.returncode == 2
    assert err.decode() == "readiness: No space left on device\n"


async def test_a_snapshot_that_cannot_be_written_leaves_what_was_there(commands: Commands) -> None:
    target = commands.folder / "missing" / "cluster.json"
    async with sandbox() as cluster:
        commands.use(cluster)
        ended = await commands.run("snapshot", "-o", str(target))
    assert ended.code == 2
    assert "cannot be written" in ended.err


async def test_interrupted_in_the_middle_nothing_is_stored_and_nothing_is_left_running(
    commands: Commands,
) -> None:
    async with sandbox(faults=Faults(stall={"pods"})) as cluster:
        commands.use(cluster)
        process = await commands.start("check", "--timeout", "50")
        async with asyncio.timeout(20):
            while not any(seen.path == "/api/v1/pods" for seen in cluster.requests):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 130
        assert "Traceback" not in err.decode()
        cluster.faults = Faults()
        assert (await commands.run("history")).code == 2
        assert (await commands.run("check")).code == 1


async def test_a_failing_credential_plugin_is_named(commands: Commands) -> None:
    plugin = commands.folder / "login"
    plugin.write_text("#!/bin/sh\necho 'token expired' >&2\nexit 1\n")
    plugin.chmod(plugin.stat().st_mode | stat.S_IXUSR)
    async with sandbox() as cluster:
        commands.use(cluster)
        config = yaml.safe_load(commands.kubeconfig.read_text())
        user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(plugin)}}
        config["users"][0]["user"] = user
        commands.kubeconfig.write_text(json.dumps(config))
        ended = await commands.run("check")
    assert ended.code == 3
    assert "token expired" in ended.err
