"""What each question is called, for programs: the `intent` of `readiness ask --output json`."""

from handlers.intents import Attest, Export, Guess, Help, Intent, Question, Run, Waive

NAMES: dict[type, str] = {
    Run: "rerun",
    Waive: "waive",
    Attest: "attest",
    Export: "export",
    Help: "help",
}
UNKNOWN = "unknown"
SEVERAL = "several"
"""Several questions in one message."""


def name(intent: Intent) -> str:
    """Return the name of what somebody wants; `unknown` for what is not a question about a report."""
    if isinstance(intent, Guess):
        return name(intent.intent)
    if isinstance(intent, Question):
        return intent.kind.value
    return NAMES.get(type(intent), UNKNOWN)
