"""How well questions are understood: `python -m deploy.sandbox.bench.understanding FILE` of phrasings.

Each row of the file has `said`, `intent`, `check`, and perhaps `filters`, `context` and `more`: what else the
sentence asks. Of intents and checks a list names all that are acceptable. A right answer has intent and check
right, of every question of the sentence; a guess says what it takes the sentence for, and offers what else it
may mean; unknown is a sentence that is offered meanings instead of an answer.
"""

import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from checks.catalogue import CATALOGUE
from checks.model import Finding, Platform, Ref, Report, Result, Status, Verdict, fingerprint
from handlers.conversation.naming import UNKNOWN, name
from handlers.conversation.topic import Topic
from handlers.conversation.understanding import understand
from handlers.intents import Attest, Guess, Intent, Kind, Question, Run, Waive
from handlers.ports import Cluster

NOW: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
OWN: Final = "cluster-a"
CLUSTERS: Final = (
    Cluster(OWN, ("prod-eu",), "production"),
    Cluster("staging", ("stage",), "staging"),
    Cluster("cluster-b"),
)
FAILING: Final = {
    "replicas": ("cart", "keycloak"),
    "crash-loops": ("payment-worker",),
    "resource-requests": ("frontend", "cart"),
    "image-tags": ("legacy-crm",),
    "volume-backup": (),
    "cluster-admins": ("jenkins",),
}
"""Checks that fail in the sample, with the objects in `shop` that do."""


WHOLE: Final = ("export", "help")
"""What is about no check, whatever was spoken of."""


class Outcome(StrEnum):
    """What became of a question."""

    RIGHT = "right"
    GUESSED = "guessed right"
    UNKNOWN = "unknown"
    MISGUESSED = "guessed wrong"
    WRONG = "wrong"


class Meaning(Struct, frozen=True):
    """What a question means; of several, each is acceptable."""

    intent: str | tuple[str, ...]
    check: str | tuple[str, ...] = ""
    filters: dict[str, str] = {}


class Context(Struct, frozen=True):
    """What the conversation was about before: a check, and what was asked of it."""

    check: str = ""
    intent: str = "explain"


class Phrasing(Struct, frozen=True):
    """Somebody's words with what they mean."""

    said: str
    intent: str | tuple[str, ...]
    check: str | tuple[str, ...] = ""
    filters: dict[str, str] = {}
    context: Context | None = None
    more: tuple[Meaning, ...] = ()
    awkward: bool = False

    @property
    def meanings(self) -> tuple[Meaning, ...]:
        """Everything that is asked."""
        return (Meaning(self.intent, self.check, self.filters), *self.more)


class Judged(Struct, frozen=True):
    """A phrasing, what was understood, and what became of it."""

    phrasing: Phrasing
    understood: tuple[Intent, ...]
    outcome: Outcome
    seconds: float


def main(paths: Sequence[str]) -> None:
    """Judge each file and print what was not right."""
    for path in paths:
        judged = judge(phrasings(Path(path)))
        for item in judged:
            if item.outcome is not Outcome.RIGHT:
                print(
                    f"{item.outcome:14}{item.phrasing.said!r}\n        {_wanted(item)}\n        {_got(item)}"
                )
        print(figures(judged))


def phrasings(path: Path) -> tuple[Phrasing, ...]:
    """Read a file of them."""
    return msgspec.yaml.decode(path.read_bytes(), type=tuple[Phrasing, ...])


def judge(items: Iterable[Phrasing]) -> list[Judged]:
    """Understand each of them, against the sample."""
    return [_judged(item) for item in items]


def _judged(item: Phrasing) -> Judged:
    began = time.perf_counter()
    understood = asked(item)
    return Judged(item, understood, outcome(item, understood), time.perf_counter() - began)


def asked(item: Phrasing) -> tuple[Intent, ...]:
    """Return what is understood of one."""
    return understand(item.said, topic(item), CLUSTERS, sample(), NOW)


def topic(item: Phrasing) -> Topic:
    """Return what the conversation was about before it."""
    context = item.context
    kind = Kind(context.intent) if context and context.intent in set(Kind) else Kind.EXPLAIN
    question = Question(kind, OWN, context.check) if context else None
    return Topic(OWN, check=context.check if context else "", question=question)


def outcome(item: Phrasing, understood: Sequence[Intent]) -> Outcome:
    """Tell whether that is what was meant."""
    got = [(name(intent), about(intent)) for intent in understood]
    fitting = len(got) == len(item.meanings) and all(
        intent in _all(meaning.intent) and (intent in WHOLE or check in _all(meaning.check))
        for (intent, check), meaning in zip(got, item.meanings, strict=True)
    )
    guess = isinstance(understood[0], Guess)
    if fitting:
        return Outcome.GUESSED if guess else Outcome.RIGHT
    if got[0][0] == UNKNOWN:
        return Outcome.UNKNOWN
    return Outcome.MISGUESSED if guess else Outcome.WRONG


def about(intent: Intent) -> str:
    """Return the check that an intent is about; empty for none."""
    match intent:
        case Guess():
            return about(intent.intent)
        case Question() | Waive() | Attest():
            return intent.check
        case Run():
            return intent.filters.checks[0] if intent.filters.checks else ""
    return ""


def figures(judged: Sequence[Judged]) -> str:
    """Return the three figures in a line."""
    shares = (sum(item.outcome is outcome for item in judged) for outcome in Outcome)
    told = ", ".join(
        f"{outcome} {count} ({count / max(len(judged), 1):.1%})"
        for outcome, count in zip(Outcome, shares, strict=True)
    )
    return f"of {len(judged)} phrasings: {told}"


@cache
def sample() -> Report:
    """Make a report that names a few objects, namespaces and teams."""
    results = tuple(
        Result(
            id=check.id,
            title=check.title,
            family=check.family,
            severity=check.severity,
            layer=check.layer,
            status=Status.FAIL if check.id in FAILING else Status.PASS,
            findings=tuple(
                _finding(check.id, Ref("Deployment", "shop", named)) for named in FAILING.get(check.id, ())
            ),
            remediation=check.remediation,
            docs=check.docs,
        )
        for check in CATALOGUE
    )
    return Report(
        run_id="20261121-100915-7f3a",
        cluster=OWN,
        platform=Platform(),
        taken_at=NOW,
        verdict=Verdict.NOT_READY,
        score=61,
        grade="D",
        coverage=100,
        results=results,
    )


def _finding(check: str, ref: Ref) -> Finding:
    return Finding(ref, "fails", fingerprint=fingerprint(check, ref, ""), owner="payments")


def _all(acceptable: str | tuple[str, ...]) -> tuple[str, ...]:
    return (acceptable,) if isinstance(acceptable, str) else acceptable


def _wanted(item: Judged) -> str:
    return f"meant {[(meaning.intent, meaning.check) for meaning in item.phrasing.meanings]}"


def _got(item: Judged) -> str:
    return f"took  {[(name(intent), about(intent)) for intent in item.understood]}"


if __name__ == "__main__":
    main(sys.argv[1:])
