"""What goes wrong: one clear line, the right exit code, and nothing stored is damaged."""

import asyncio
import json
import os
import signal
import stat
from pathlib import Path

import pytest
import yaml

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import ALWAYS, Faults
from tests.bot.cluster.manifests import small_cluster
from tests.e2e.cli import Commands, sandbox

pytestmark = pytest.mark.e2e


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
        (["worker", "--clusters", ""], "no cluster is named\n  without --clusters and --environment"),
        (["worker", "--clusters", ","], "no cluster is named"),
        (["worker", "--environment", ""], "no cluster is named"),
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
    assert "first run" not in text.out
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
        assert err.decode() == "readiness: interrupted\n"
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


async def test_the_current_context_is_the_entry_that_means_it(commands: Commands) -> None:
    (commands.folder / "readiness.yaml").write_text(
        "clusters:\n  - {name: cluster-a, context: prod, fixed_nodes: true}\n"
    )
    async with sandbox() as cluster:
        commands.use(cluster)
        for arguments in ([], ["prod"], ["--context", "prod"], ["cluster-a"]):
            ended = await commands.run(
                "check", *arguments, "--check", "cluster-autoscaler", "-o", "json", "--no-store"
            )
            assert ended.document["cluster"] == "cluster-a"
            assert ended.document["results"][0]["status"] == "not_applicable"


async def test_an_entry_that_leads_nowhere_hides_no_other(commands: Commands) -> None:
    (commands.folder / "readiness.yaml").write_text("clusters:\n  - {name: gone, context: nowhere}\n")
    async with sandbox() as cluster:
        commands.use(cluster)
        listed = await commands.run("clusters", "-o", "json", REDIS_URL="redis://127.0.0.1:1")
        named = await commands.run("check", "gone")
    assert [row["name"] for row in listed.document] == ["gone", "prod"]
    assert "no history: " in listed.err
    assert (named.code, named.out) == (2, "")


async def test_an_age_beyond_all_calendars_means_the_oldest_run(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        first = (await commands.run("check", "-o", "json")).document
        await commands.run("check")
        for since in ("900000d", "999999999999d"):
            ended = await commands.run("diff", "--since", since)
            assert (ended.code, ended.err) == (0, "")
            assert f"since run {first['run_id']}" in ended.out


async def test_a_cluster_that_reviews_no_access_is_one_line_and_exit_3(commands: Commands) -> None:
    reviews = {"selfsubjectaccessreviews": (405, ALWAYS)}
    async with sandbox(faults=Faults(status=reviews)) as cluster:
        commands.use(cluster)
        ended = await commands.run("rbac", "--can-i")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith("readiness: prod does not say what these credentials may do: HTTP 405")


@pytest.mark.parametrize("output", ["text", "markdown", "html", "junit"])
async def test_an_encoding_without_check_marks_costs_only_those(output: str, commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        process = await commands.start("check", "--no-store", "-o", output, PYTHONIOENCODING="ascii")
        out, err = await process.communicate()
    assert (process.returncode, err) == (1, b"")
    assert "etcd-health" in out.decode("ascii" if output == "text" else "utf-8")


@pytest.mark.parametrize("stdout", ["| true", ">&-"], ids=["a reader that has left", "no stdout"])
async def test_the_exit_code_stands_whoever_reads(stdout: str, commands: Commands) -> None:
    script = f"set -o pipefail; {os.sys.executable} -m bot.cli check --no-store --fail-on never -v {stdout}"  # type: ignore[attr-defined]
    async with sandbox() as cluster:
        commands.use(cluster)
        process = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            script,
            env={**commands.environment, "PYTHONPATH": str(Path(__file__).parents[2])},
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize(
    "text",
    ["contexts: {name: a}\ncurrent-context: 5", "contexts: [{name: a, context: b}]\ncurrent-context: a"],
)
async def test_a_malformed_kubeconfig_is_one_line_and_exit_2(text: str, commands: Commands) -> None:
    commands.kubeconfig.write_text(text)
    ended = await commands.run("check", "a")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("readiness: ")
    assert "Traceback" not in ended.err
