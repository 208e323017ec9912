"""Waivers and attestations: their forms, and what becomes of them in Slack and on the command line."""

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bot.acceptances import Acceptances
from bot.connection import connect
from bot.jobs.jobs import Jobs
from bot.settings import Settings
from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of, words_of_view
from handlers.ports import Acceptance
from tests.bot.jobs.build import ways
from tests.e2e.slack.person import Person, buttons
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e

BUDGETS = "disruption-budgets"


def day(ahead: int) -> str:
    """A day from today, as Slack writes it."""
    return (datetime.now(UTC) + timedelta(days=ahead)).date().isoformat()


async def begun(stage: Stage) -> tuple[Person, Message]:
    """Let alice, who may accept anything, check prod."""
    alice = Person(stage)
    stage.configuration["access"] = [{"verbs": ["waive", "attest", "admin"], "users": [alice.id]}]
    await stage.bot()
    root = await alice.types("prod", "Full report")
    await stage.finished("prod")
    return alice, root


async def waived_ids(stage: Stage) -> list[str]:
    code, said = await stage.run("waivers", "-o", "json")
    assert code == 0, said
    return [row["id"] for row in msgspec.json.decode(said)]


async def test_a_waiver_from_the_form_to_its_withdrawal(hasty: Stage) -> None:
    alice, root = await begun(hasty)

    form = await alice.opens(root, "Waive")
    assert "Every report shows what is waived" in words_of_view(form)
    for wrong, field, why in (
        ({"until": day(0)}, "until", "Choose a day after today, in UTC"),
        ({"until": day(181)}, "until", "At most 180 days ahead"),
        ({"until": day(14), "Why": "  \n "}, "reason", "Say why"),
    ):
        what = {"what": f"Every finding of {BUDGETS} (1)", "Why": "one is enough"}
        shown = await alice.submits(**(what | wrong))
        assert why in shown.errors[field], wrong
        assert shown.view

    shown = await alice.submits(Why="drains are by hand & <!here>", until=day(7))
    assert shown.view is None
    said = await alice.sees("*Waived*")
    assert said.thread_ts == root.ts
    for words in (
        f"every finding of `{BUDGETS}` on `prod` by <@{alice.id}> until {day(7)} (7 days left)",
        "drains are by hand &amp; &lt;!here&gt;",
    ):
        assert words in words_of(said)
    assert buttons(said) == ["Edit", "Withdraw"]
    await hasty.eventually(lambda: "1 finding waived" in words_of(root), "the root message tells of it")
    assert "19 findings" in " ".join(buttons(root))

    again = await Person(hasty, "bob").types("prod", "Full report")
    await hasty.finished("prod")
    assert "1 finding waived; the next waiver, by alice (in Slack), ends in" in words_of(again)
    workloads = next(it for it in map(words_of, hasty.replies(again)) if "*workloads*" in it)
    assert f"waived by alice (in Slack) until {day(7)}: drains are by hand" in workloads
    _, terminal = await hasty.run("check", "prod", "--verbose")
    assert f"by alice (in Slack) until {day(7)}: drains are by hand" in re.sub(r"\s+", " ", terminal)

    form = await alice.opens(said, "Edit")
    assert "7 days left" in words_of_view(form)
    await alice.submits(Why="until the new cluster", until=day(30))
    changed = await alice.sees("*Waiver changed*")
    assert f"until {day(30)} (30 days left)" in words_of(changed)
    listed = await alice.types("waivers", "until the new cluster", alone=True)
    [ident] = await waived_ids(hasty)
    assert f"id `{ident}`" in words_of(listed)

    await alice.clicks(changed, "Withdraw", "*Waiver withdrawn*")
    await alice.sees(f"<@{alice.id}> withdrew it; it would have held until {day(30)}")
    assert await waived_ids(hasty) == []
    await alice.types(f"withdraw {ident}", f"there is no waiver or attestation {ident}", alone=True)
    last = await alice.types("prod", "Full report")
    await hasty.finished("prod")
    assert "waived" not in words_of(last)


async def test_an_attestation_and_a_waiver_of_one_finding(hasty: Stage) -> None:
    alice, root = await begun(hasty)
    fix = await alice.types("fix prod cluster-dns", "Waive the check")
    form = await alice.opens(fix, "Waive")
    chosen = form.state["what"]["what"]["selected_option"]
    assert chosen["text"]["text"] == "the cluster"
    assert re.fullmatch("cluster-dns [0-9a-f]{16}", chosen["value"])
    await alice.submits(Why="hosts files")
    waived = await alice.sees("*Waived*  `the cluster` `cluster-dns` on `prod`")
    assert f"until {day(14)} (14 days left)" in words_of(waived)

    form = await alice.opens(root, "Attest")
    assert "Only what could not be judged" in words_of_view(form)
    shown = await alice.submits(
        what="control-plane-backup",
        Why="velero, outside",
        link="https://wiki.example.com/backup",
        until=day(60),
    )
    assert shown.view is None
    said = await alice.sees("*Attested*")
    assert f"`control-plane-backup` on `prod` by <@{alice.id}> until {day(60)}" in words_of(said)
    assert "(<https://wiki.example.com/backup|evidence>)" in words_of(said)
    again = await alice.types("prod", "Full report")
    await hasty.finished("prod")
    assert "5 checks could not be judged" in words_of(again)
    assert "1 finding waived" in words_of(again)
    assert "cluster-dns" not in words_of(again)
    infrastructure = words_of(next(it for it in hasty.replies(again) if "*infrastructure*" in words_of(it)))
    assert re.search("white_check_mark: .*`control-plane-backup`", infrastructure)
    _, listed = await hasty.run("waivers")
    assert "1 waiver, 1 attestation" in listed
    _, audit = await hasty.run("audit", "prod", "-o", "json")
    done = [(row["what"], row["outcome"], row["user"]) for row in msgspec.json.decode(audit)]
    assert ("attest prod control-plane-backup", "done", alice.id) in done
    withdrawn = await alice.clicks(said, "Withdraw", "*Attestation withdrawn*")
    assert buttons(withdrawn) == ["Attest again", "Check now"]


async def test_those_of_the_configuration_are_listed_and_only_changed_there(hasty: Stage) -> None:
    until = datetime.now(UTC).date() + timedelta(days=3)
    hasty.configuration = {
        "waivers": [{"check": BUDGETS, "by": "ops", "reason": "*known* @here", "until": until}],
        "attestations": [{"check": "etcd-health", "by": "ops", "reason": "managed", "until": until}],
    }
    alice, root = await begun(hasty)
    assert "1 finding waived; the next waiver, by ops, ends in 3 days" in words_of(root)
    listed = await alice.types("waivers prod", "*Waived and attested*  2", alone=True)
    assert words_of(listed).count("from readiness.yaml") == 2
    assert "`*known*` `@here`" in words_of(listed)
    assert buttons(listed) == []


async def test_the_end_is_announced_where_it_was_accepted(
    hasty: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, root = await begun(hasty)
    monkeypatch.setenv("XDG_DATA_HOME", str(hasty.folder / "data"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(hasty.folder))
    soon = Acceptance(
        cluster="prod",
        by="alice",
        user=alice.id,
        reason="for a moment",
        until=datetime.now(UTC) + timedelta(seconds=1),
        check=BUDGETS,
        channel=root.channel,
        thread_ts=root.ts,
    )
    async with connect(None) as connection, Jobs(connection, ways(hasty.folder / "kubeconfig")) as jobs:
        await Acceptances(Settings(), connection, jobs).save(soon)
    said = await alice.sees("*Waiver ended*")
    assert said.thread_ts == root.ts
    assert "What it accepted counts again." in words_of(said)
    assert buttons(said) == ["Waive again", "Check now"]
    form = await alice.opens(said, "Waive again")
    assert form.state["what"]["what"]["selected_option"]["value"] == BUDGETS
