"""`readiness ask`: how something is waived or attested from a command line, which has no form for it."""

import os
from datetime import UTC, date, datetime, timedelta

import yaml
from msgspec import structs

from bot.commands.typed import typed
from checks.catalogue import BY_ID
from checks.model import Report, Result
from checks.presentation.grouping import outcome
from handlers.conversation.answers.scope import failing
from handlers.conversation.answers.words import code
from handlers.conversation.reply import Reply
from handlers.intents import Attest, Waive
from handlers.render.choices import attestable

DAYS = 14
"""For how long something is accepted where nobody says."""
USUAL = f"No day to come was named, so it is for {DAYS} days."
REASON = "why this is acceptable"
"""Stands for a reason that was not given."""
OFFERED = 3


def accepting(intent: Waive | Attest, report: Report, file: str, now: datetime) -> Reply:
    """Return what to write into readiness.yaml, and that Slack has a form for it."""
    waiving = isinstance(intent, Waive)
    if not intent.check and not (isinstance(intent, Waive) and intent.fingerprint):
        return _which(intent, report)
    asked = _asked(intent.until, now)
    until = asked or now.astimezone(UTC).date() + timedelta(days=DAYS)
    section = "waivers" if waiving else "attestations"
    entry = {
        **_subject(intent),
        "cluster": intent.cluster,
        "by": os.environ.get("USER") or "your name",
        "reason": intent.reason or REASON,
        "until": until,
    }
    verb = "waive" if waiving else "attest"
    name = code(intent.check) if intent.check else "that finding"
    missing = "" if intent.reason else " Write the reason in."
    result = next((it for it in report.results if it.id == intent.check), None)
    return Reply(
        told=f"To {verb} {name} on {code(intent.cluster)} until {until}, add this to {code(file)}.{missing}",
        commands=(yaml.safe_dump({section: [entry]}, sort_keys=False, allow_unicode=True).rstrip(),),
        note=" ".join(
            filter(None, [*([] if asked else [USUAL]), _in_slack(intent, verb), _vain(intent, result)])
        ),
    )


def _subject(intent: Waive | Attest) -> dict[str, str]:
    if isinstance(intent, Waive) and intent.fingerprint:
        return {"fingerprint": intent.fingerprint}
    return {"check": intent.check}


def _in_slack(intent: Waive | Attest, verb: str) -> str:
    return f"Slack has a form for it: {code(f'/readiness {verb} {intent.cluster} {intent.check}'.strip())}."


def _vain(intent: Waive | Attest, result: Result | None) -> str:
    """Say that it would change nothing now; empty where it would."""
    if result is None:
        return ""
    changes = bool(result.open_findings) if isinstance(intent, Waive) else attestable(result)
    return (
        ""
        if changes
        else f"It would change nothing now: the status of {code(result.id)} is {outcome(result)}."
    )


def _asked(day: str, now: datetime) -> date | None:
    """Return the last day that was said; null for none, and for one that is over."""
    try:
        said = date.fromisoformat(day)
    except ValueError:
        return None
    return said if said >= now.astimezone(UTC).date() else None


def _which(intent: Waive | Attest, report: Report) -> Reply:
    """Ask which check is meant, with those that it may be."""
    if isinstance(intent, Waive):
        verb, may = "waived", failing(report)
    else:
        verb, may = "attested", [it for it in report.results if it.id in BY_ID and attestable(it)]
    told = f"Which check is to be {verb} on {code(intent.cluster)}?"
    if not may:
        return Reply(told=f"{told} There is none for which that would change anything.")
    meant = [structs.replace(intent, check=result.id) for result in may[:OFFERED]]
    return Reply(told=f"{told} Name it:", commands=tuple(map(typed, meant)))
