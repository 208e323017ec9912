"""From somebody's words to what they ask: nothing is guessed and answered, it is offered.

A message is taken apart into clauses. Cues tell what each of them asks, the vocabulary which check it is
about; what a clause leaves out is taken from the others, then from what the conversation is about. What the
words are like is a second opinion: where the two differ, the nearest meanings are offered.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from checks.model import Report
from handlers.conversation import wording
from handlers.conversation.clauses import clauses
from handlers.conversation.known import Names
from handlers.conversation.likeness import features, likeness
from handlers.conversation.message import Message
from handlers.conversation.naming import SEVERAL, UNKNOWN, name
from handlers.conversation.offering import unclear
from handlers.conversation.topic import Topic
from handlers.conversation.weighing import weighed
from handlers.intents import Intent
from handlers.language.names import Visible
from handlers.ports import Cluster

MOST = 3
"""Questions that are answered at once."""
ADDRESSED = re.compile(
    r"\s*(?:(?:hi|hey|hello|cc|ping|fyi)\s+)?(?:<@\w+(?:\|[^>]*)?>|@(?!readiness\b)\w)", re.IGNORECASE
)


def understand(
    said: str, topic: Topic, clusters: Sequence[Cluster], report: Report | None, now: datetime
) -> tuple[Intent, ...]:
    """Return what somebody asks, each question of theirs in turn, or one `Unclear`.

    `topic` is what the conversation is about, `clusters` those that the asker may view, `report` the one that
    is spoken of, whose names are known.
    """
    visible = [cluster.name for cluster in clusters]
    message = read(said, topic, clusters, report, now)
    if not message.parts or ADDRESSED.match(said):
        return (unclear(said, (), message.own, visible),)
    sure, doubtful = _weighed(message)
    return sure[:MOST] or (unclear(said, message.parts, message.own, visible, doubtful),)


def read(
    said: str, topic: Topic, clusters: Sequence[Cluster], report: Report | None, now: datetime
) -> Message:
    """Take a message apart; it has no parts where it has no words."""
    visible = Visible(clusters)
    text = wording.cleaned(said)
    lowered = text.lower()
    names = Names(report, lowered)
    spoken = wording.tokens(text, {*names.all, *(called.lower() for called in visible.called)})
    own = topic.cluster or (visible.names[0] if len(visible.names) == 1 else "")
    parts = clauses(lowered, spoken, names, visible, own, now) if spoken else []
    return Message(text, topic, own, parts, now)


def _weighed(message: Message) -> tuple[tuple[Intent, ...], tuple[Intent, ...]]:
    """Return what is asked where that is sure, and what may be asked where it is not."""
    found = message.intents()
    if message.nonsense and not found:
        return (), ()
    kinds = {name(intent) for intent in found} or {UNKNOWN}
    grammars = SEVERAL if len(kinds) > 1 else next(iter(kinds))
    if message.goes_on(grammars):
        return found, ()
    opinion = weighed(grammars, likeness(features(message.parts, message.topic)), several=len(found) > 1)
    likeliest, next_one = opinion.kinds[:2]
    if likeliest == grammars and opinion.sure:
        return found, ()
    others = [message.taken_for(kind) for kind in (likeliest, next_one) if kind not in (UNKNOWN, SEVERAL)]
    if opinion.sure and likeliest in (UNKNOWN, SEVERAL):
        return (), found
    if opinion.sure:
        return ((others[0],), ()) if others[0] else ((), found)
    return (), (*found, *(intent for intent in others if intent and intent not in found))
