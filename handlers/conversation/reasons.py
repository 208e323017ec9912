"""Until when something is accepted or attested, and why."""

import re
from datetime import datetime

from handlers.conversation import times
from handlers.language.names import TEXT_MOST

GIVEN = re.compile(
    r"\b(?:because|bcause|cause|cos|coz|cuz|bc|since|as(?=\s+(?:we|it|its|they|the|this|our|there|i|he|she|nobody|vendor)\b)|reason(?:\s+is)?|justification|due\s+to|why)\b\s*[:\-]?\s*(?P<reason>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
AFTER = re.compile(r"(?:[?;\n]|,|\s[-\u2013\u2014]|:|\.)\s+(?P<reason>\S.*)", re.DOTALL)
ENOUGH = 2
"""Words of which a reason consists, where nothing announces it."""


def given(text: str, now: datetime, *, whole: bool = False) -> tuple[str, str]:
    """Return the last day, as in `2026-12-05`, and the reason; empty for what is not said.

    Where nothing announces a reason it is what follows a pause or, where `whole` is set, all of the text.
    """
    found = times.until(text.lower(), now)
    until = found.said if found else ""
    without = f"{text[: found.start]}, {text[found.end :]}" if found else text
    announced = GIVEN.search(without)
    if announced:
        return until, _told(announced["reason"])
    after = AFTER.search(without)
    reason = _told(without if whole else after["reason"] if after else "")
    return until, reason if len(reason.split()) >= ENOUGH else ""


def _told(reason: str) -> str:
    told = re.sub(r"\s+([,.])(\s*[,.])*", r"\1", re.sub(r"\s+", " ", reason))
    return told.strip(" ,.;:?-")[:TEXT_MOST]
