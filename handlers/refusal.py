"""The answer to what somebody may not do."""

from checks.errors import ReadinessError


class Refusal(ReadinessError):
    """Somebody may not do what they ask; the hint says who may."""
