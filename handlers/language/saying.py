"""The canonical text of an intent: what a button carries, and what somebody would type."""

import re
from collections.abc import Iterable, Mapping

from msgspec import structs

from handlers.intents import (
    Ask,
    Attest,
    Audit,
    Changes,
    Clusters,
    Compare,
    Edit,
    Explain,
    Export,
    Filters,
    Fix,
    Guess,
    Help,
    History,
    Home,
    Intent,
    Question,
    Rbac,
    Run,
    Save,
    Show,
    Unclear,
    Waive,
    Waivers,
    Withdraw,
)
from handlers.language.plans import planned
from handlers.language.words import KEYS, spelt
from handlers.schedules.intents import Pause, Plan, Remove, Replan, Schedules, Status, Trigger

COMMANDS: Mapping[type, str] = {
    Help: "help",
    Clusters: "list",
    Run: "check",
    Show: "show",
    Changes: "diff",
    Fix: "fix",
    Export: "report",
    Compare: "compare",
    History: "history",
    Explain: "explain",
    Rbac: "rbac",
    Waive: "waive",
    Attest: "attest",
    Edit: "edit",
    Withdraw: "withdraw",
    Waivers: "waivers",
    Replan: "edit",
    Schedules: "schedules",
    Status: "status",
    Audit: "audit",
    Home: "home",
}
CLUSTER = ("cluster", "one", "other")
BARE = ("check", "topic", "id")
KEYED = {
    "run_id": "run:",
    "page": "page:",
    "since": "since ",
    "fingerprint": "finding:",
    "limit": "limit:",
    "until": "until:",
    "format": "format:",
}
UNQUOTED = re.compile(r"\w([\w.@/:-]*\w)?")


def to_command(intent: Intent) -> str:
    """Return the words that `parse` makes the intent of; of a submitted form, those that open it."""
    if isinstance(intent, Guess):
        intent = intent.intent
    match intent:
        case Unclear():
            return intent.said
        case Ask():
            run = f" run:{intent.run_id}" if intent.run_id else ""
            return f"ask {_name(intent.cluster)}{run} {intent.said}"
        case Question():
            return " ".join(["ask", _name(intent.cluster), intent.kind, *_asked(intent)])
        case Plan() | Pause() | Trigger() | Remove():
            return planned(intent)
        case Save():
            opened = Attest(intent.cluster, intent.check) if intent.attestation else _waive(intent)
            return to_command(opened)
        case _:
            return " ".join([COMMANDS[type(intent)], *_words(intent)])


def _waive(form: Save) -> Waive:
    return Waive(form.cluster, form.check, form.fingerprint)


def _words(intent: Intent) -> Iterable[str]:
    for field in structs.fields(intent):
        value = getattr(intent, field.name)
        if value == field.default:
            continue
        if isinstance(value, Filters):
            yield from _filters(value)
        elif field.name in CLUSTER:
            yield _name(value)
        elif field.name in BARE:
            yield value
        elif field.name == "reason":
            yield f"reason:{spelt(value)}"
        elif field.name == "environment":
            yield f"environment:{_name(value)}"
        else:
            yield f"{KEYED[field.name]}{value}"


def _asked(question: Question) -> Iterable[str]:
    if question.check:
        yield f"check:{question.check}"
    yield from _filters(question.filters)
    if question.about:
        yield f"about:{spelt(question.about)}"
    if question.since:
        yield f"since:{question.since}"
    if question.other:
        yield f"with:{_name(question.other)}"
    if question.run_id:
        yield f"run:{question.run_id}"


def _filters(filters: Filters) -> Iterable[str]:
    if filters.families:
        yield f"family:{','.join(filters.families)}"
    if filters.severity:
        yield f"severity:{filters.severity}"
    if filters.status:
        yield f"status:{filters.status}"
    if filters.namespace:
        yield f"namespace:{filters.namespace}"
    if filters.checks:
        yield f"check:{','.join(filters.checks)}"
    if filters.owner:
        yield f"owner:{spelt(filters.owner)}"


def _name(text: str) -> str:
    """Return a name as it is or, with odd characters or like an option, as JSON that Slack leaves alone."""
    if UNQUOTED.fullmatch(text) and text.partition(":")[0].casefold() not in KEYS:
        return text
    return spelt(text)
