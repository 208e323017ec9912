"""What the app called, and how it was answered."""

from dataclasses import dataclass
from typing import Any

from deploy.sandbox.slack.model import Json


@dataclass(frozen=True)
class Call:
    """A Web API call, or a request to `response_url` or `upload`, that arrived."""

    method: str
    channel: str
    """The channel's id; empty where it is about none."""
    arguments: dict[str, Any]
    """As decoded, without tokens; of an upload only its size."""
    answer: str
    """`ok`, Slack's error code, or empty where no answer was sent."""
    status: int
    """HTTP status; 0 where no answer was sent."""
    at: float
    """Seconds of the epoch, by the workspace's clock."""

    def as_json(self) -> Json:
        """Return it as JSON."""
        return dict(vars(self))
