"""Who may do what, on every path; what is hidden stays so; everything is on record, and nothing secret is."""

import json
from typing import Any

import pytest

from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from deploy.sandbox.slack.transport import INTERACTIVE
from tests.e2e.slack.person import Person, buttons
from tests.e2e.slack.stage import Stage
from tests.e2e.slack.test_forms import day

pytestmark = pytest.mark.e2e

HIDDEN, NOWHERE = "xjjx", "xjjjx"
"""A cluster that only alice sees, and a name as near to every other word."""


def rules(stage: Stage) -> list[dict[str, Any]]:
    """Alice (by @sre) does everything, bob runs prod in #ops, carol only views it; staging is alice's."""
    alice, bob = Person(stage), Person(stage, "bob")
    [sre] = stage.slack.workspace.groups
    ops = stage.slack.workspace.channel("#ops").id
    return [
        {"verbs": ["view"], "clusters": ["prod"]},
        {"verbs": ["view"], "clusters": ["staging", HIDDEN], "users": [alice.id]},
        {"verbs": ["run"], "clusters": ["prod"], "users": [bob.id], "channels": [ops]},
        {"verbs": ["waive", "attest", "run", "admin"], "groups": [sre]},
    ]


async def begun(stage: Stage, *more: dict[str, Any]) -> tuple[Person, Person, Person, Message]:
    """Return alice, bob and carol, and the root message of a run that alice made; `more` are rules."""
    stage.configuration["access"] = [*rules(stage), *more]
    await stage.bot()
    alice = Person(stage)
    root = await alice.types("prod", "Full report")
    await stage.finished("prod")
    return alice, Person(stage, "bob"), Person(stage, "carol"), root


async def test_each_verb_by_command_by_button_and_by_form(hasty: Stage) -> None:
    alice, bob, carol, root = await begun(hasty)
    [sre] = hasty.slack.workspace.groups

    seen = await carol.types("prod", "You may view prod, not run its checks: this is the last report.")
    assert words_of(root).splitlines()[0] in words_of(seen)
    read = len(hasty.clusters[0].requests)
    await carol.clicks(root, "Run again", "You may view prod, not run its checks")
    assert len(hasty.clusters[0].requests) == read
    await carol.clicks(root, "How to fix", "*How to fix*  `prod`")

    elsewhere = Person(hasty, "bob", "#general")
    await elsewhere.types("prod", "You may view prod, not run its checks")
    assert "You may view" not in words_of(await bob.types("prod", f"Asked by <@{bob.id}>"))

    for person in (bob, carol):
        for path in (
            person.types("waive prod", "you may not waive findings on prod", alone=True),
            person.types("attest prod etcd-health", "you may not attest checks on prod", alone=True),
            person.types("audit prod", "you may not see the audit log", alone=True),
            person.types("audit", "you may not see the audit log", alone=True),
            person.clicks(root, "Waive", "you may not waive findings on prod", alone=True),
            person.clicks(root, "Attest", "you may not attest checks on prod", alone=True),
        ):
            words = words_of(await path)
            assert "*Not allowed*" in words
            assert f"those who may: <!subteam^{sre}>" in words

    await alice.opens(root, "Waive")
    await alice.submits(what="Every finding of cni (1)", Why="an agent", until=day(3))
    said = await alice.sees("*Waived*")
    for button in ("Edit", "Withdraw"):
        refused = await bob.clicks(said, button, "you may not waive findings on prod", alone=True)
        assert "<!subteam^" in words_of(refused)
    await alice.clicks(said, "Withdraw", "*Waiver withdrawn*")


async def test_a_form_is_judged_when_it_is_submitted(hasty: Stage) -> None:
    alice, bob, _, root = await begun(hasty)
    await alice.opens(root, "Waive")
    sent = (await alice.submits(what="Every finding of cni (1)", Why="an agent", until=day(3))).payload
    waived = await alice.sees("*Waived*")

    # The same again as bob's: of what he may not, of a cluster that he cannot see, and of one there is not.
    answers = {}
    for number, cluster in enumerate(("prod", "staging", "nothing")):
        origin = json.loads(sent["view"]["private_metadata"]) | {"cluster": cluster, "response_url": ""}
        view = sent["view"] | {"id": f"VBOB{number}", "private_metadata": json.dumps(origin)}
        after = hasty.slack.workspace.new_ts()
        forged = sent | {"user": sent["user"] | {"id": bob.id}, "view": view}
        assert (await hasty.slack.deliveries.send(INTERACTIVE, forged)).acknowledged
        answers[cluster] = words_of(await bob.sees("*Not ", after, alone=True)).replace(cluster, "X")
    assert "you may not waive findings on X" in answers["prod"]
    assert "there is no cluster X" in answers["staging"]
    assert answers["staging"] == answers["nothing"]

    # What alice accepted for one cluster cannot become another's, and nobody from outside may send a form.
    await alice.opens(waived, "Edit")
    sent = (await alice.submits(Why="an agent of ours")).payload
    changed = await alice.sees("*Waiver changed*")
    origin = json.loads(sent["view"]["private_metadata"])
    moved = json.dumps(origin | {"cluster": "staging", "response_url": ""})
    forged = sent | {"view": sent["view"] | {"id": "VMOVED", "private_metadata": moved}}
    await hasty.slack.deliveries.send(INTERACTIVE, forged)
    await alice.sees(f"there is no waiver or attestation {origin['id']}", changed.ts, alone=True)
    outside = sent | {"view": sent["view"] | {"id": "VOUT"}, "user": sent["user"] | {"team_id": "T9"}}
    await hasty.slack.deliveries.send(INTERACTIVE, outside)
    await alice.sees("only people of the workspace", changed.ts, alone=True)

    # Alice loses her rights while her form is open.
    await alice.opens(changed, "Edit")
    hasty.configuration["access"] = rules(hasty)[:3]
    await hasty.bots[0].end()
    await hasty.bot()
    await alice.submits(Why="late")
    await alice.sees("you may not waive findings on prod", waived.ts, alone=True)
    code, listed = await hasty.run("waivers", "-o", "json")
    assert code == 0
    assert [(row["id"], row["reason"]) for row in json.loads(listed)] == [(origin["id"], "an agent of ours")]


async def test_a_hidden_cluster_does_not_exist(hasty: Stage) -> None:
    hasty.configuration["clusters"] = [{"name": "prod"}, {"name": HIDDEN, "context": "staging"}]
    auditor = {"verbs": ["admin"], "clusters": ["prod"], "users": [Person(hasty, "carol").id]}
    alice, bob, carol, _ = await begun(hasty, auditor)
    secret = await alice.types(HIDDEN, "Full report")
    await hasty.finished(HIDDEN)
    await alice.types(f"compare prod {HIDDEN}", "*Compared*")
    await alice.opens(secret, "Waive")
    await alice.submits(what="Every finding of cni (1)", Why="an agent", until=day(3))
    waived = await alice.sees("*Waived*")
    ident = waived.blocks[-1]["elements"][0]["value"].removeprefix("edit ")

    shown = await bob.types("", "ready for production", alone=True)
    assert buttons(shown) == ["prod"]
    for said in (
        "{}", "show {}", "diff {}", "fix {}", "report {}", "history {}", "rbac {}", "waivers {}", "waive {}",
        "attest {}", "audit {}", "compare prod {}", "compare {} prod", "explain cni {}", "{} severity:high",
        "show prod run:{}", "help {}", "check cluster:{}",
    ):  # fmt: skip
        answers = []
        for name in (HIDDEN, NOWHERE):
            after = hasty.slack.workspace.new_ts()
            await hasty.slack.people.command("bob", "#ops", said.format(name))
            answers.append(words_of(await bob.sees("", after, alone=True)).replace(name, "X"))
        assert answers[0] == answers[1], said
    for said in ("edit {}", "withdraw {}"):
        real = await bob.types(said.format(ident), "there is no waiver or attestation", alone=True)
        made_up = await bob.types(said.format("w-ffffff"), "there is no waiver or attestation", alone=True)
        assert words_of(real).replace(ident, "X") == words_of(made_up).replace("w-ffffff", "X")
    await bob.types("waivers", "Nothing is waived or attested", alone=True)
    listed = await bob.types("list", "*Clusters*", alone=True)
    assert HIDDEN not in words_of(listed)
    done = words_of(await carol.types("audit prod 100", "*Audit log*", alone=True))
    assert "`check prod`" in done
    assert HIDDEN not in done
    for button in ("Run again", "How to fix", "Full report", "Waive"):
        await bob.clicks(secret, button, "is no", alone=True)
    await bob.clicks(waived, "Withdraw", "there is no waiver or attestation", alone=True)


async def test_everything_is_on_record_and_nothing_secret_in_any_log(
    hasty: Stage,
) -> None:
    hasty.configuration["access"] = rules(hasty)
    bot = await hasty.bot("--verbose")
    alice, bob = Person(hasty), Person(hasty, "bob")
    carol = Person(hasty, "carol")
    await carol.types("prod", "you may not make runs on prod", alone=True)
    root = await alice.types("prod", "Full report")
    await hasty.finished("prod")
    await bob.clicks(root, "Waive", "you may not waive", alone=True)
    await bob.types("prdo xoxb-123-abc", "Not understood", alone=True)
    await bob.types("fix prod cni", "*The pod network runs")
    await alice.opens(root, "Waive")
    await alice.submits(what="Every finding of cni (1)", Why=f"token {hasty.slack.bot_token}", until=day(3))
    said = await alice.sees("*Waived*")
    await alice.clicks(said, "Withdraw", "*Waiver withdrawn*")
    await alice.types("staging", "Full report")
    await hasty.eventually(lambda: '"what": "check staging"' in bot.lines, "the run is on record")
    await alice.types("compare staging prod", "*Compared*")
    await hasty.slack.people.click("bob", "#ops", root.ts, "Full report")
    await hasty.eventually(lambda: "report prod" in bot.lines, "the last thing is on record")

    _, text = await hasty.run("audit", "-o", "json")
    rows = [
        (row["user"], row["verb"], row["what"].split(" run:")[0], row["outcome"]) for row in json.loads(text)
    ]
    waived = next(row[2] for row in rows if row[2].startswith("withdraw "))
    assert rows[::-1] == [
        (carol.id, "run", "check prod", "refused"),
        (alice.id, "run", "check prod", "done"),
        (bob.id, "waive", "waive prod", "refused"),
        (bob.id, "view", "prdo …", "failed"),
        (bob.id, "view", "fix prod cni", "done"),
        (alice.id, "waive", "waive prod", "done"),
        (alice.id, "waive", "waive prod cni", "done"),
        (alice.id, "waive", waived, "done"),
        (alice.id, "run", "check staging", "done"),
        (alice.id, "view", "compare staging prod", "done"),
        (bob.id, "view", "report prod", "done"),
    ]
    _, own = await hasty.run("audit", "prod", "-o", "json")
    assert waived in [row["what"] for row in json.loads(own)]
    in_slack = words_of(await alice.types("audit 100", "*Audit log*", alone=True))
    for _, _, what, _ in rows:
        assert what in in_slack
    logged = [json.loads(line) for line in bot.lines.splitlines()]
    assert [line["what"].split(" run:")[0] for line in logged if line.get("event") == "audit"][
        : len(rows)
    ] == [row[2] for row in rows[::-1]]
    secrets = [
        hasty.slack.bot_token,
        hasty.slack.app_token,
        hasty.slack.signing_secret,
        "/response/",
        "xoxb-",
    ]
    for secret in secrets:
        assert secret not in bot.lines
        assert secret not in text
        assert secret not in in_slack
