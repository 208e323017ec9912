"""The canonical text of what is asked of schedules, which `scheduling` reads."""

import re
from collections.abc import Iterator, Sequence

from checks.errors import UsageError
from handlers.language.names import MADE
from handlers.language.words import FILLER, spelt
from handlers.schedules.intents import Pause, Plan, Remove, Trigger
from handlers.schedules.model import Mode
from handlers.schedules.timing import split, told

EVERY = "*"
"""The pattern of every cluster."""
ALL = ("all", "everything", "*")
"""What people call every cluster."""
FLAGS = {
    ("only", "changes"): "only-changes",
    ("changes", "only"): "only-changes",
    ("only", "alerts"): "only-alerts",
    ("alerts", "only"): "only-alerts",
    ("no", "alerts"): "no-alerts",
    ("without", "alerts"): "no-alerts",
}
WORDS = {*ALL, "a", "here", "clusters", "digest", "digests", "alerts", "help"}
"""Words that are no clusters here, unless there is one of that name."""
CHANNEL = re.compile("#?(?P<id>[CGD][A-Z0-9]{7,20})|(?P<name>#[^\\s#@<>|,;:\"'`]{1,80})")
"""A channel by its id, or by its name as somebody types it."""
BARE = re.compile(r"[A-Za-z_][\w.@/*?-]*")


def planned(intent: Plan | Pause | Trigger | Remove) -> str:
    """Return the words that make a schedule, let it rest or go on, run it, or remove it."""
    if isinstance(intent, Plan):
        return " ".join(["schedule", *_words(intent)])
    ident = intent.id if MADE.fullmatch(intent.id) else f"id:{intent.id}"
    if isinstance(intent, Pause):
        return f"{'resume' if intent.resume else 'pause'} {ident}"
    return f"{'trigger' if isinstance(intent, Trigger) else 'remove'} {ident}"


def _words(plan: Plan) -> Iterator[str]:
    yield from _clusters(plan.selection.clusters)
    if plan.selection.environment:
        yield f"environment:{spelt(plan.selection.environment)}"
    for key, value in plan.selection.labels.items():
        yield f"label:{spelt(f'{key}={value}')}"
    if plan.timing:
        yield f"at:{spelt(told(plan.timing))}"
    if plan.channel:
        yield f"in #{plan.channel.removeprefix('#')}"
    if plan.mode is not Mode.DIGEST:
        yield plan.mode.value
    if not plan.alerts:
        yield "no-alerts"
    if plan.id:
        yield f"id:{plan.id}"


def _clusters(patterns: Sequence[str]) -> Iterator[str]:
    """Yield patterns as they are or, where one could mean something else as well, all under their key.

    What has a key is read before what has none: the order would not stay.
    """
    if all(pattern == EVERY or _is_plain(pattern) for pattern in patterns):
        yield from (ALL[0] if pattern == EVERY else pattern for pattern in patterns)
    else:
        yield from (f"cluster:{spelt(pattern)}" for pattern in patterns)


def _is_plain(pattern: str) -> bool:
    folded = pattern.casefold()
    if not BARE.fullmatch(pattern) or FILLER.fullmatch(pattern) or CHANNEL.fullmatch(pattern):
        return False
    if folded in WORDS or folded in FLAGS.values() or any(folded in pair for pair in FLAGS):
        return False
    try:
        return split([pattern])[0] is None
    except UsageError:
        return False
