"""What a submitted form says, and what is wrong with it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.catalogue import BY_ID
from checks.nearest import did_you_mean
from checks.presentation.prose import web
from checks.words import last_day
from handlers.intents import Save
from handlers.render.choices import meant
from handlers.render.days import NO_DAY, end_of, today
from handlers.render.text import shorten

WAIVER, ATTESTATION = "waiver", "attestation"
"""The callback_ids."""
WHAT, NAMESPACE, REASON, UNTIL, LINK = "what", "namespace", "reason", "until", "link"
"""The fields, by their block_ids."""
REASON_MOST = 500
DAYS_MOST = 180
"""Days that something is accepted for."""
ID_MOST = 60


def read(view: Mapping[str, Any]) -> Save:
    """Return what a form says. What is missing is empty: `problems` tells."""
    values = (view.get("state") or {}).get("values") or {}
    origin = json.loads(view.get("private_metadata") or "{}")
    check, fingerprint = meant((_field(values, WHAT).get("selected_option") or {}).get("value") or "")
    return Save(
        cluster=origin.get("cluster", ""),
        check=check,
        reason=_text(values, REASON),
        until=end_of(_field(values, UNTIL).get("selected_date") or ""),
        attestation=view.get("callback_id") == ATTESTATION,
        fingerprint=fingerprint,
        namespace="*" if fingerprint else _text(values, NAMESPACE) or "*",
        link=_text(values, LINK),
        id=origin.get("id", ""),
    )


def _field(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the state of a field, whose block and element have one name."""
    return (values.get(name) or {}).get(name) or {}


def _text(values: Mapping[str, Any], name: str) -> str:
    return (_field(values, name).get("value") or "").strip()


def problems(save: Save, now: datetime) -> dict[str, str]:
    """Return what is wrong, block_id → sentence; empty where nothing is."""
    found = {
        WHAT: _wrong_check(save.check),
        REASON: _wrong_reason(save.reason),
        UNTIL: _wrong_end(save.until, now),
        LINK: "" if not save.link or web(save.link) else "A link begins with https:// or http://",
    }
    return {field: wrong for field, wrong in found.items() if wrong}


def _wrong_check(check: str) -> str:
    if not check:
        return "Choose what is accepted"
    if check not in BY_ID:
        return f"There is no check {shorten(check, ID_MOST)}: {did_you_mean(check[:ID_MOST], BY_ID)}"
    return ""


def _wrong_reason(reason: str) -> str:
    if not reason.strip():
        return "Say why, for those who read it later"
    if len(reason) > REASON_MOST:
        return f"At most {REASON_MOST} characters; these are {len(reason):,}"
    return ""


def _wrong_end(until: datetime, now: datetime) -> str:
    if until == NO_DAY:
        return "Choose a day"
    furthest = today(now) + timedelta(days=DAYS_MOST)
    if last_day(until) <= today(now):
        return "Choose a day after today, in UTC"
    if last_day(until) > furthest:
        return f"At most {DAYS_MOST} days ahead: {furthest} or sooner"
    return ""
