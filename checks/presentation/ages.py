"""Ages as people write them."""

import re
from datetime import timedelta

AGE = re.compile(r"(\d+)([mhdw])")
LONGEST = timedelta(days=36_500)
"""A longer age reaches back before any run, and soon before any calendar."""
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def age(text: str) -> timedelta | None:
    """Read `30m`, `24h`, `7d` or `2w`; null where it is none of these."""
    match = AGE.fullmatch(text)
    if not match:
        return None
    try:
        return min(timedelta(**{UNITS[match[2]]: int(match[1])}), LONGEST)
    except OverflowError:
        return LONGEST
