"""What buttons say."""

import pytest

from checks.model import Family, Severity
from handlers.conversation.phrases import spoken
from handlers.intents import (
    Ask,
    Attest,
    Clusters,
    Export,
    Filters,
    Format,
    Help,
    Intent,
    Kind,
    Question,
    Run,
    Waive,
)

SECURITY = Filters((Family.SECURITY,), Severity.HIGH, "shop", owner="search")


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        (Question(Kind.SUMMARY, "prod"), "How is prod doing?"),
        (Question(Kind.EXPLAIN, "prod", "replicas"), "Why does replicas fail?"),
        (Question(Kind.EXPLAIN, "prod"), "Why is prod not ready?"),
        (Question(Kind.EXPLAIN, "prod", about="cart"), "Why does cart fail?"),
        (Question(Kind.FIX, "prod", "replicas"), "How do I fix replicas?"),
        (Question(Kind.FIX, "prod"), "What should be fixed first?"),
        (Question(Kind.LIST, "prod", "replicas"), "Which findings of replicas?"),
        (
            Question(Kind.LIST, "prod", filters=SECURITY),
            "What fails, high and above, security, in shop, of search?",
        ),
        (Question(Kind.CHANGES, "prod"), "What changed?"),
        (Question(Kind.CHANGES, "prod", since="2026-11-16"), "What changed since 16 Nov?"),
        (Question(Kind.CHANGES, "prod", since="1d"), "What changed in the last 1 day?"),
        (Question(Kind.CHANGES, "prod", since="14d"), "What changed in the last 14 days?"),
        (Question(Kind.CHANGES, "prod", since="20261116-0900"), "What changed since 20261116-0900?"),
        (Question(Kind.COMPARE, "prod", other="staging"), "How does prod compare with staging?"),
        (Question(Kind.COMPARE, "prod", "cni", other="staging"), "How does cni compare with staging?"),
        (Question(Kind.HISTORY, "prod", "cni"), "How long has cni been failing?"),
        (Question(Kind.HISTORY, "prod"), "How has the score developed?"),
        (Question(Kind.OWNER, "prod", "cni"), "Whose is cni?"),
        (Question(Kind.OWNER, "prod"), "Whose are the findings?"),
        (Run("prod"), "Run prod again"),
        (Waive("prod", "cni"), "Waive cni"),
        (Attest("prod"), "Attest a check"),
        (Export("prod", format=Format.CSV), "Export as CSV"),
        (Help(), "What can I ask?"),
        (Ask("prod", "which pods restart?"), "prod: which pods restart?"),
        (Clusters(), "list"),
    ],
)
def test_intents_are_said_as_people_say_them(intent: Intent, said: str) -> None:
    assert spoken(intent) == said


def test_long_ones_are_cut() -> None:
    said = spoken(Question(Kind.EXPLAIN, "prod", about="a" * 100))
    assert len(said) == 75
    assert said.endswith("…")
