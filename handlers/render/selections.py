"""Which clusters a schedule is about, as it was said."""

from handlers.render.text import code, shorten
from handlers.schedules.model import Selection

SHOWN = 4
"""Names and patterns."""
MOST = 60
"""Characters of one of them, of an environment, or of labels."""


def said(selection: Selection) -> list[str]:
    """Return names and patterns, and the environment with the labels: `every cluster`, `prod-*`."""
    named = ["every cluster" if it == "*" else _code(it) for it in selection.clusters[:SHOWN]]
    others = len(selection.clusters) - len(named)
    rest = [f"{others:,} more"] if others else []
    labels = _code(" ".join(f"{key}={value}" for key, value in selection.labels.items()))
    if selection.environment:
        rest.append(f"environment {_code(selection.environment)}{f' with {labels}' if labels else ''}")
    elif labels:
        rest.append(f"clusters with {labels}")
    return [*named, *rest]


def _code(text: str) -> str:
    return code(shorten(text, MOST))
