"""How likely each meaning of a message is: a kind of question, and the check it is about."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from handlers.conversation import choosing, evidence
from handlers.conversation.likeness import learnt, normal
from handlers.conversation.message import Message
from handlers.conversation.naming import SEVERAL, UNKNOWN
from handlers.intents import Intent, Run

SHARP = 3.0
"""What margins are multiplied with to be logarithms of how likely a kind is."""
CALLED = 3.0
"""What the id of a check adds to the logarithm of how likely it is."""
WORD = re.compile(r"[a-z][a-z0-9-]*")
KINDS = 3
"""Kinds of question whose checks are looked at."""


class _Margins(dict[str, float]):
    """How much words are like those about each check; of one that nothing was learnt about, the least."""

    def __missing__(self, check: str) -> float:
        return min(self.values())


class Meaning(NamedTuple):
    """What a message may mean, and the logarithm of how likely that is."""

    kind: str
    check: str
    likely: float


def meanings(message: Message, found: tuple[Intent, ...]) -> list[Meaning]:
    """Return what a message may mean, the likeliest first; `found` is what the grammar takes it for."""
    return sorted(_meanings(message, found), key=lambda meaning: -meaning.likely)


def _meanings(message: Message, found: tuple[Intent, ...]) -> Iterator[Meaning]:
    checks = _Margins(learnt().checks.margins(evidence.of_check(message)))
    margins = learnt().kinds.margins(evidence.of_kind(message, found, checks))
    kinds = dict(zip(margins, normal([SHARP * margin for margin in margins.values()]), strict=True))
    for kind in sorted(kinds, key=lambda kind: -kinds[kind])[:KINDS]:
        if kind in (UNKNOWN, SEVERAL):
            yield Meaning(kind, "", kinds[kind])
            continue
        near = choosing.candidates(message, kind, grammars(message, kind), checks)
        for check, likely in _by_name(choosing.chosen(near, learnt().choice), message).items():
            yield Meaning(kind, check, kinds[kind] + likely)


def _by_name(checks: dict[str, float], message: Message) -> dict[str, float]:
    """Make a check likelier that is called by its id, where it is the only one."""
    called = {*WORD.findall(message.text.casefold())} & checks.keys()
    if len(called) != 1:
        return checks
    told = [likely + (CALLED if check in called else 0.0) for check, likely in checks.items()]
    return dict(zip(checks, normal(told), strict=True))


def grammars(message: Message, kind: str) -> str | None:
    """Return the check that a question of a kind is about by the grammar; null where that is in doubt."""
    intent = message.taken_for(kind)
    return None if intent is None else about(intent)


def about(intent: Intent) -> str:
    """Return the check that an intent is about; empty for none."""
    if isinstance(intent, Run):
        return intent.filters.checks[0] if intent.filters.checks else ""
    return getattr(intent, "check", "")
