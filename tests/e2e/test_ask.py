"""`readiness ask` as people type it."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from bot.settings import load
from checks.catalogue import BY_ID
from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from tests.bot.cluster.manifests import small_cluster
from tests.e2e.cli import Commands, sandbox

pytestmark = pytest.mark.e2e

KEYS = ["intent", "check", "filters", "text", "more"]
CHECK = "disruption-budgets"


async def test_a_question_is_answered_from_the_last_report_and_a_run_comes_first_where_there_is_none(
    commands: Commands,
) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        first = await commands.run("ask", "prod", f"why does {CHECK} fail?")
        commands.use(cluster)
    again = await commands.run("ask", "prod", "how", "do", "I", "fix", CHECK)  # the cluster is gone
    runs = (await commands.run("history", "-o", "json")).document
    assert first.code == again.code == 0
    assert f" {CHECK} fails" not in first.out  # it is told as code
    assert f"`{CHECK}` fails on" in " ".join(first.out.split())
    assert f"readiness ask prod fix check:{CHECK}" in first.out
    assert "kubectl create poddisruptionbudget cart --namespace shop" in again.out
    assert len(runs) == 1


async def test_json_has_what_was_understood_and_further_answers(commands: Commands) -> None:
    async with sandbox() as one, sandbox("staging") as other:
        commands.use(one, other)
        asked = await commands.run("ask", "prod", f"why does {CHECK} fail and how do I fix it", "-o", "json")
        listed = await commands.run("ask", "prod", "list only high ones in namespace shop", "-o", "json")
        compared = await commands.run("ask", "prod", f"compare check:{CHECK} with:staging", "-o", "json")
        rerun = await commands.run("ask", "prod", "run it again", "-o", "json")
        runs = (await commands.run("history", "prod", "-o", "json")).document
        there = (await commands.run("history", "staging", "-o", "json")).document
    both, found = asked.document, listed.document
    assert list(both) == KEYS
    assert (both["intent"], both["check"], both["filters"]) == ("explain", CHECK, {})
    assert [(it["intent"], it["check"]) for it in both["more"]] == [("fix", CHECK)]
    assert list(both["more"][0]) == KEYS[:-1]
    assert (found["intent"], found["filters"]) == ("list", {"severity": "high", "namespace": "shop"})
    assert compared.document["filters"] == {"other": "staging"}
    assert "on `staging`" in compared.document["text"]
    assert rerun.document["intent"] == "rerun"
    assert "NOT READY" in rerun.document["text"]
    assert "since the run of" in rerun.document["text"]
    assert (len(runs), len(there)) == (2, 1)


async def test_the_whole_report_is_written_as_it_is_asked_for(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        plain = await commands.run("ask", "prod", "export as csv")
        told = (await commands.run("ask", "prod", "export as csv", "-o", "json")).document
        page = await commands.run("ask", "prod", "export as html")
    rows = list(csv.DictReader(StringIO(plain.out)))
    assert {row["check"] for row in rows} == {*BY_ID}
    assert (told["intent"], told["filters"]) == ("export", {"format": "csv"})
    assert list(csv.DictReader(StringIO(told["text"]))) == rows
    assert page.out.startswith("<!doctype html>")


async def test_what_is_waived_is_written_into_the_configuration(commands: Commands, tmp_path: Path) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        asked = ("ask", "prod", f"ignore {CHECK} until 2099-12-31 because they are stateless")
        ended = await commands.run(*asked, USER="ada")
        document = (await commands.run(*asked, "-o", "json", USER="ada")).document
    snippet = ended.out[ended.out.index("waivers:") :].split("\n\n")[0]
    (tmp_path / "readiness.yaml").write_text(snippet)
    waiver = load(tmp_path / "readiness.yaml").waivers[0]
    assert (waiver.check, waiver.cluster, waiver.by) == (CHECK, "prod", "ada")
    assert waiver.reason == "they are stateless"
    assert (document["intent"], document["check"]) == ("waive", CHECK)
    assert document["filters"] == {"until": "2099-12-31", "reason": "they are stateless"}
    assert snippet in document["text"]


async def test_what_is_not_understood_says_so(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        told = await commands.run("ask", "prod", "colourless green ideas sleep furiously")
        document = await commands.run("ask", "prod", "colourless green ideas sleep furiously", "-o", "json")
        helped = await commands.run("ask", "prod", "help")
    assert told.code == 1
    assert "understood" in told.out
    assert "readiness ask prod " in told.out
    assert (document.code, document.document["intent"]) == (0, "unknown")
    assert helped.code == 0
    assert "readiness ask prod 'why does" in helped.out


async def test_wrong_usage_is_told_in_a_line(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        nothing = await commands.run("ask", "prod")
        unknown = await commands.run("ask", "prdo", "is it ready?")
        context = await commands.run("ask", "is", "it", "ready?", "--context", "prod", "-o", "json")
    assert (nothing.code, nothing.err.splitlines()[0]) == (2, "readiness: nothing was asked")
    assert unknown.code == 2
    assert "did you mean prod?" in unknown.err
    assert context.document["intent"] == "summary"


async def test_without_a_store_it_is_answered_from_a_run(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        gone = {"REDIS_URL": "unix:///nowhere/redis.sock"}
        ended = await commands.run("ask", "prod", "what changed?", "-o", "json", **gone)
    assert ended.code == 0
    assert "There is no earlier run of `prod`" in ended.document["text"]
    assert "no history: the store at unix:///nowhere/redis.sock" in ended.err


async def test_a_report_of_another_cluster_that_had_the_name_answers_nothing(commands: Commands) -> None:
    async with sandbox() as cluster:
        commands.use(cluster)
        await commands.run("ask", "prod", "is it ready?")
    rebuilt = [*small_cluster()[:4]]
    rebuilt[2]["metadata"]["uid"] = "another"
    async with SandboxCluster(rebuilt, options=Options(name="prod")) as cluster:
        commands.use(cluster)
        asked = (await commands.run("ask", "prod", f"does {CHECK} fail?", "-o", "json")).document
        runs = (await commands.run("history", "-o", "json")).document
    assert asked["check"] == CHECK
    assert "does not apply" in asked["text"], asked["text"]
    assert len(runs) == 1
