"""From what somebody said to what they want, and back. Nothing is guessed and done: it is offered."""

from collections import deque
from collections.abc import Sequence

from handlers.intents import Intent, Unclear
from handlers.language.asking import asked
from handlers.language.confusion import MOST, Confused, Sentence, quoted
from handlers.language.names import Visible
from handlers.language.reading import read
from handlers.language.saying import to_command
from handlers.language.schedule_sentences import scheduled
from handlers.language.words import words
from handlers.ports import Cluster

__all__ = ["parse", "to_command"]

LONGEST = 2_000
"""Characters of the longest command; a button carries no more."""
WORDS = 40
"""Words of the longest command, without those of its options."""
TRIED = 50
"""Sentences that are looked at for what may have been meant: one word put right, then two."""
OTHERWISE = ("list", "help")


def parse(said: str, clusters: Sequence[Cluster]) -> Intent:
    """Return what was meant, on one of `clusters`: those that the asker may view.

    `Unclear` where it is not one thing without doubt: its meanings are commands that are clear.
    """
    if len(said) > LONGEST:
        return Unclear(said, f"{quoted(said)} is too long for a command", OTHERWISE)
    visible = Visible(clusters)
    try:
        question = asked(said, visible) or scheduled(said, visible)
    except Confused as confused:
        return _unclear(said, confused, visible)
    if question:
        return question
    sentence = tuple(words(said, {*visible.called}))
    if sum(not word.key for word in sentence) > WORDS:
        return Unclear(said, f"{quoted(said)} is more words than a command has", OTHERWISE)
    try:
        return read(sentence, visible)
    except Confused as confused:
        return _unclear(said, confused, visible)


def _unclear(said: str, confused: Confused, clusters: Visible) -> Unclear:
    return Unclear(said, confused.why, tuple(_meanings(confused.corrected, clusters)) or OTHERWISE)


def _meanings(corrected: Sequence[Sentence], clusters: Visible) -> list[str]:
    """Return the commands of the sentences that are clear, or of their own corrections; the best first."""
    found: dict[str, None] = {}
    waiting = deque(corrected)
    for _ in range(TRIED):
        if not waiting or len(found) == MOST:
            break
        try:
            found[to_command(read(waiting.popleft(), clusters))] = None
        except Confused as confused:
            waiting.extend(confused.corrected)
    return list(found)
