"""A run as a channel sees it: its root message from first to last, its thread, its buttons, its filters."""

import re

import pytest

from checks.model import Family
from deploy.sandbox.faults import Faults
from deploy.sandbox.slack.blocks import words
from deploy.sandbox.slack.model import Message
from deploy.sandbox.slack.seeing import words_of
from tests.bot.cluster.manifests import deployment, pod
from tests.e2e.slack.person import Person, buttons
from tests.e2e.slack.stage import Stage

pytestmark = pytest.mark.e2e


def told(stage: Stage, root: Message) -> list[str]:
    """Return everything that a message has said, one edit after another."""
    return [
        words(call.arguments["blocks"])
        for call in stage.slack.calls
        if (call.method == "chat.postMessage" and call.arguments.get("text", "").startswith("Checking"))
        or (call.method == "chat.update" and call.arguments["ts"] == root.ts)
    ]


async def test_a_run_from_the_first_moment_to_the_last(hasty: Stage) -> None:
    await hasty.bot()
    alice, bob = Person(hasty), Person(hasty, "bob")
    hasty.clusters[0].faults = Faults(latency=0.15)
    await alice.types("prod", "Checking")
    first = await hasty.finished("prod")
    final, thread = words_of(first), [words_of(reply) for reply in hasty.replies(first)]
    for said in (
        "*NOT READY*  `prod`",
        "score 49",
        "coverage 83 %",
        "*infrastructure*  2 fail, 4 unknown",
        "no Service answers DNS in kube-system",
        "Fix: Install CoreDNS behind a Service `kube-dns`",
        " more failing checks",
        "6 checks could not be judged",
        "There is no earlier run to compare with",
        f"Asked by <@{alice.id}>",
    ):
        assert said in final
    progress = told(hasty, first)
    assert "*Checking*  `prod`" in progress[0]
    assert "Earlier" not in progress[0]
    assert any(re.search(r"reading: \d+ of \d+ reads", said) for said in progress)
    assert all(any(f"*{family}*" in reply for reply in thread) for family in Family)
    assert "*How to fix*  `prod`" in thread[-1]
    assert not any("What changed" in reply for reply in thread)

    hasty.clusters[0].apply(deployment("pay", replicas=3))
    hasty.clusters[0].apply(pod("pay-abc-1", "pay"))
    hasty.slack.calls.clear()
    second = await bob.types("prod", "Full report")
    assert "Earlier: :x: NOT READY, grade F, score 49, read just now" in told(hasty, second)[0]
    assert re.search(r"\*\d new\* since the run before, just now", words_of(second))
    assert f"Asked by <@{bob.id}>" in words_of(second)
    await hasty.finished("prod")
    changes = words_of(hasty.replies(second)[0])
    assert "*What changed*  `prod`" in changes
    assert "`Deployment shop/pay`" in changes
    assert len(hasty.messages()) == 2
    assert words_of(first) == final


async def test_every_button_of_a_finished_run(hasty: Stage) -> None:
    await hasty.bot()
    alice, bob = Person(hasty), Person(hasty, "bob")
    await alice.types("prod", "Full report")
    await hasty.finished("prod")
    hasty.clusters[0].apply(deployment("pay"))
    root = await alice.types("prod", "Full report")
    await hasty.finished("prod")
    assert buttons(root) == [
        *("Attest", "How to fix", "All 24 findings", "What changed"),
        *("Waive", "Full report", "Run again"),
    ]

    fix = await bob.clicks(root, "How to fix", "*How to fix*  `prod`")
    changed = await bob.clicks(root, "What changed", "*What changed*  `prod`")
    page = await bob.clicks(root, "All 24 findings", "1 to ")
    file = await bob.clicks(root, "Full report", "")
    assert {message.thread_ts for message in (fix, changed, page, file)} == {root.ts}

    [upload] = [hasty.slack.workspace.files[ident] for ident in file.files]
    assert re.fullmatch(r"readiness-\d{8}-\d{6}-[0-9a-f]{4}\.html", upload.name)
    html = (upload.content or b"").decode()
    for said in (
        "Deployment shop/pay",
        "Deployment shop/cart",
        "disruption-budgets",
        "nothing receives traces",
    ):
        assert said in html

    again = await bob.clicks(root, "Run again", "Full report")
    assert not again.thread_ts
    await hasty.finished("prod")
    assert f"Asked by <@{bob.id}>" in words_of(again)
    assert "*No change* since the run before, just now" in words_of(again)
    assert "What changed" not in buttons(again)
    assert not any("What changed" in words_of(reply) for reply in hasty.replies(again))
    assert len(hasty.messages()) == 3
