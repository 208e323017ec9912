"""Intents as they are typed in a shell."""

from shlex import join, quote

from handlers.grammar import to_command
from handlers.intents import (
    Ask,
    Attest,
    Changes,
    Compare,
    Export,
    Help,
    History,
    Intent,
    Question,
    Rbac,
    Run,
    Waive,
)


def typed(intent: Intent) -> str:
    """Return the command line of an intent; empty where there is none."""
    if isinstance(intent, Question | Ask | Changes | Export | Waive | Attest):
        return _ask(intent.cluster, _words(intent))
    return join(["readiness", *words]) if (words := _command(intent)) else ""


def _command(intent: Intent) -> list[str]:
    match intent:
        case Run():
            return ["check", intent.cluster]
        case Compare():
            return ["compare", intent.one, intent.other]
        case History():
            return ["history", intent.cluster]
        case Rbac():
            return ["rbac", "--can-i", intent.cluster]
        case Help():
            return ["ask", "--help"]
        case _:
            return []


def _words(intent: Question | Ask | Changes | Export | Waive | Attest) -> str:
    """Return what is asked, without the cluster."""
    match intent:
        case Question():
            before = to_command(Ask(intent.cluster, ""))
            return to_command(intent).removeprefix(before).strip()
        case Ask():
            return intent.said
        case Changes():
            return f"changes since:{intent.since}" if intent.since else "changes"
        case Export():
            return f"export as {intent.format}"
        case Waive():
            return f"waive {intent.check}".strip()
        case Attest():
            return f"attest {intent.check}".strip()


def _ask(cluster: str, said: str) -> str:
    """Return a question; its words stand bare where a shell takes each of them as it is."""
    words = said.split(" ")
    bare = all(quote(word) == word for word in words)
    return join(["readiness", "ask", cluster, *(words if bare else [said])])
