"""The answer to what somebody may not do."""

from checks.errors import ReadinessError


class Refusal(ReadinessError):
    """Somebody may not do what they ask; the hint says who may."""


class Told(ReadinessError):
    """What went wrong and was told already, where the answer was to be: it is only put on record."""
