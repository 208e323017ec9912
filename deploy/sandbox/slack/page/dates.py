"""Moments as a reader in a time zone is told of them.

Source: https://docs.slack.dev/messaging/formatting-message-text, "Date formatting"
"""

import re
from datetime import datetime, timedelta
from typing import Final

from checks.presentation.prose import ago

_PART: Final = re.compile(r"\{(\w+)\}")
_FORMS: Final = {
    "date_num": "%Y-%m-%d",
    "date": "%B {nth}, %Y",
    "date_short": "%b {day}, %Y",
    "date_long": "%A, %B {nth}, %Y",
    "time": "%H:%M",
    "time_secs": "%H:%M:%S",
}


def told(moment: datetime, form: str, now: datetime) -> str:
    """Fill in the parts of a date; what is none stays. `moment` is in the reader's time zone."""
    return _PART.sub(lambda part: _part(moment, part[1], now) or part[0], form)


def heading(moment: datetime, now: datetime) -> str:
    """Return the day as messages are grouped by it."""
    return _near(moment, now).title() or told(moment, "{date_long}", now)


def _part(moment: datetime, name: str, now: datetime) -> str:
    kind = name.removesuffix("_pretty")
    if name == "ago":
        return ago(moment, now)
    if kind not in _FORMS:
        return ""
    nearly = _near(moment, now) if kind != name else ""
    return nearly or moment.strftime(_FORMS[kind]).format(day=moment.day, nth=_nth(moment.day))


def _near(moment: datetime, now: datetime) -> str:
    today = now.astimezone(moment.tzinfo).date()
    near = {today - timedelta(days=1): "yesterday", today: "today", today + timedelta(days=1): "tomorrow"}
    return near.get(moment.date(), "")


def _nth(number: int) -> str:
    endings = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
    return f"{number}{endings.get(number, 'th')}"
