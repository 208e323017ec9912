"""From somebody's words to what they ask: what is not sure is a guess that says so, or only offered.

A message is taken apart into clauses. Cues tell what each of them asks, the vocabulary which check it is
about; what a clause leaves out is taken from the others, then from what the conversation is about. What the
words are like is a second opinion: where the two differ, the nearest meanings are offered.
"""

import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from msgspec import structs

from checks.model import Report
from handlers.conversation import wording
from handlers.conversation.clauses import clauses
from handlers.conversation.known import Names
from handlers.conversation.message import Message
from handlers.conversation.naming import SEVERAL, UNKNOWN, name
from handlers.conversation.offering import unclear
from handlers.conversation.topic import Topic
from handlers.conversation.weighing import Meaning, about, meanings
from handlers.intents import Guess, Intent, Meant, Question
from handlers.language.names import Visible
from handlers.ports import Cluster

SURE = 0.9
"""How likely a meaning must be to be taken for granted."""
LIKELY = 0.35
"""How likely a question must be to be answered as a guess, which says so: less likely ones are offered."""
BOTH = 0.45
"""The same for two questions of one message together."""
LEAST = 0.05
"""How likely each of two checks must be for a question about both."""
DOUBTS = 2
"""Other meanings that an answer offers which is a guess."""
PAIR, MOST = 2, 3
"""Questions that a message is parted into, and that are answered at once."""
CUTS = re.compile(
    r"(?P<stop>[.?!;,:])\s+(?:(?:and|also|plus|then|but)\s+)*"
    r"|\s+(?:[-\u2013\u2014&+]+\s+|(?:and|n|also|plus|then|but)\s+)+",
    re.IGNORECASE,
)
"""Where one question may end and another begin."""
ADDRESSED = re.compile(
    r"\s*(?:(?:hi|hey|hello|cc|ping|fyi)\s+)?(?:<@\w+(?:\|[^>]*)?>|@(?!readiness\b)\w)", re.IGNORECASE
)

Reading = Callable[[str, Topic], Message]


def understand(
    said: str, topic: Topic, clusters: Sequence[Cluster], report: Report | None, now: datetime
) -> tuple[Intent, ...]:
    """Return what somebody asks, each question of theirs in turn, or one `Unclear`.

    `topic` is what the conversation is about, `clusters` those that the asker may view, `report` the one that
    is spoken of, whose names are known.
    """
    visible = [cluster.name for cluster in clusters]
    reading = partial(read, clusters=clusters, report=report, now=now)
    message = reading(said, topic)
    if not message.parts or ADDRESSED.match(said):
        return (unclear(said, (), message.own, visible),)
    sure, doubtful = _decided(message, reading)
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


def _decided(message: Message, reading: Reading) -> tuple[tuple[Intent, ...], tuple[Intent, ...]]:
    """Return what is asked where that is sure, and what may be asked where it is not."""
    found = message.intents()
    if len(found) == 1 and message.goes_on(name(found[0])):
        return found, ()
    likely = meanings(message, found)
    several = math.exp(likely[0].likely) if likely[0].kind == SEVERAL else 0.0
    if several and (each := _each(message, found, reading)):
        return each, ()
    if not several and _alike(likely, found):
        return found, ()
    return _of_one(message, found, likely[1:] if several else likely, several)


def _of_one(
    message: Message, found: tuple[Intent, ...], likely: Sequence[Meaning], several: float
) -> tuple[tuple[Intent, ...], tuple[Intent, ...]]:
    """Decide on one question; for sure only where nothing says that these are `several`."""
    best = likely[0]
    share = math.exp(best.likely) / max(1 - several, math.exp(best.likely))
    intent = _intent(message, best, found)
    if message.nonsense and not found and not isinstance(intent, Question):
        return (), ()  # "don't run it again" is no order
    if intent and share >= SURE and not several:
        return (intent,), ()
    about_nothing = best.kind == UNKNOWN and not any(part.mentions for part in message.parts)
    meant = (_intent(message, meaning, found) for meaning in likely)
    others = found if about_nothing else tuple(dict.fromkeys(intent for intent in meant if intent))
    doubts = tuple(other for other in others if isinstance(other, Meant) and other != intent)
    if isinstance(intent, Meant) and share >= LIKELY:
        return (Guess(intent, doubts[:DOUBTS], share),), ()
    return (), others


def _alike(likely: Sequence[Meaning], found: tuple[Intent, ...]) -> bool:
    """Whether it is the same question about each check that the grammar found: "netpols and pdbs"."""
    shares = {(it.kind, it.check): math.exp(it.likely) for it in likely}
    each = [shares.get((name(intent), about(intent)), 0.0) for intent in found]
    both = shares.get((SEVERAL, ""), 0.0) + sum(each)
    return len(found) > 1 and _same(found) and both >= SURE and min(each) >= LEAST


def _same(found: tuple[Intent, ...]) -> bool:
    return len(set(map(name, found))) == 1


def _each(message: Message, found: tuple[Intent, ...], reading: Reading) -> tuple[Intent, ...]:
    """Return the questions of a message that asks several; none where that is not sure."""
    likeliest, both = math.log(BOTH), tuple[Intent, ...]()
    for cut in list(CUTS.finditer(message.text, 1))[:MOST]:
        first, then = message.text[: cut.end(1) if cut[1] else cut.start()], message.text[cut.end() :]
        one = _likeliest(reading(first, message.topic))
        if not one:
            continue
        about_it = structs.replace(message.topic, check=one[1].check or message.topic.check, question=None)
        other = _likeliest(reading(then, about_it))
        if other and one[0] != other[0] and one[1].likely + other[1].likely > likeliest:
            likeliest, both = one[1].likely + other[1].likely, (one[0], other[0])
    return both or (found if len(found) > PAIR or (len(found) == PAIR and _same(found)) else ())


def _likeliest(message: Message) -> tuple[Intent, Meaning] | None:
    """Return the one question that a part of a message asks; null where that is none."""
    if not message.parts:
        return None
    found = message.intents()
    best = meanings(message, found)[0]
    intent = _intent(message, best, found)
    return (intent, best) if intent else None


def _intent(message: Message, meaning: Meaning, found: tuple[Intent, ...]) -> Intent | None:
    """Return what a meaning asks, with all that the message names."""
    if len(found) == 1 and (name(found[0]), about(found[0])) == (meaning.kind, meaning.check):
        return found[0]
    return None if meaning.kind in (UNKNOWN, SEVERAL) else message.taken_for(meaning.kind, meaning.check)
