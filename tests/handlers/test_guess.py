"""What is likely meant: it is said, done, and the other meanings are a click away."""

from dataclasses import replace
from typing import Any, cast

import pytest
from msgspec import structs

from deploy.sandbox.slack.model import Message as Seen
from handlers.dispatch import answer
from handlers.intents import (
    Attest,
    Export,
    Format,
    Guess,
    Help,
    Kind,
    Meant,
    Question,
    Unclear,
    Verb,
    Waive,
)
from handlers.ports import Documents
from tests.handlers.bureau import Bureau
from tests.handlers.test_export import Written

WHY = Question(Kind.EXPLAIN, "prod-eu", "sample-probes")


async def guessed(bureau: Bureau, meant: Meant) -> tuple[list[Seen], list[Seen]]:
    """Have something done that is only likely meant; return what the asker and what everybody sees."""
    desk = replace(bureau.desk, documents=cast("Documents", Written()))
    await answer(desk, structs.replace(bureau.request(""), intent=Guess(meant, (WHY,))))
    return bureau.office.whispered(), bureau.office.seen()


def labels(message: Seen) -> list[str]:
    rows: Any = [block for block in message.blocks if block["type"] == "actions"]
    return [button["text"]["text"] for row in rows for button in row["elements"]]


@pytest.mark.parametrize(
    ("meant", "said", "then"),
    [
        (Export("prod-eu", format=Format.CSV), "Export as CSV.", "prod-eu"),
        (Waive("prod-eu", "sample-probes"), "Waive sample-probes.", "sample-probes"),
        (Attest("prod-eu", "sample-alerts"), "Attest sample-alerts.", "sample-alerts"),
        (Help(), "What can I ask?", "/readiness"),
    ],
)
async def test_it_is_said_and_done(bureau: Bureau, meant: Meant, said: str, then: str) -> None:
    (first, *told), seen = await guessed(bureau, meant)
    assert f"I take this as: {said}" in first.text
    assert labels(first) == ["Why does sample-probes fail?"]
    forms = bureau.office.slack.workspace.views.values()
    assert any(then in str(shown) for shown in (*told, *seen, *forms))


async def test_a_question_is_answered_in_the_same_message(bureau: Bureau) -> None:
    told, (only,) = await guessed(bureau, Question(Kind.FIX, "prod-eu", "sample-budgets"))
    assert not told
    assert only.text.startswith("I take this as: How do I fix sample-budgets?")
    assert labels(only)[0] == "Why does sample-probes fail?"


async def test_whoever_may_not_may_not_by_a_guess_either(bureau: Bureau) -> None:
    bureau.ports.denied = {Verb.WAIVE}
    told, seen = await guessed(bureau, Waive("prod-eu", "sample-probes"))
    assert ["you may not waive" in message.text for message in told] == [True]
    assert not seen
    assert [(it.verb, it.outcome) for it in bureau.ports.entries_] == [(Verb.WAIVE, "refused")]


async def test_what_is_on_record_is_what_was_done(bureau: Bureau) -> None:
    await guessed(bureau, Export("prod-eu", format=Format.CSV))
    assert [(it.what, it.outcome) for it in bureau.ports.entries_] == [("report prod-eu format:csv", "done")]


@pytest.mark.parametrize(
    ("meanings", "shown"),
    [
        (
            (
                "ask prod-eu explain check:cni",
                "check prod-eu check:cni",
                "report prod-eu format:csv",
            ),
            ["Why does cni fail?", "Run prod-eu again, cni", "Export as CSV"],
        ),
        (("check prod-eu", "report prod-eu"), ["check prod-eu", "report prod-eu"]),
    ],
)
async def test_what_is_offered_is_called_as_it_was_said(
    bureau: Bureau, meanings: tuple[str, ...], shown: list[str]
) -> None:
    doubt = Unclear("hm", "that can mean several things", meanings)
    await answer(bureau.desk, structs.replace(bureau.request("hm"), intent=doubt))
    (told,) = bureau.office.whispered()
    assert labels(told)[: len(shown)] == shown
