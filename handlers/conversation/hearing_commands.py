"""Which words are plainly a command, and which are a question that a command could be made of as well."""

import re
from collections.abc import Sequence

from handlers.commands import BY_WORD
from handlers.conversation.topic import Topic
from handlers.intents import Explain, Intent, Unclear, Waivers
from handlers.language.names import Visible
from handlers.language.words import CLOSING, KEYS, OPENING
from handlers.ports import Cluster
from handlers.request import Request
from handlers.schedules.intents import Plan, Schedules

OPTION = re.compile(rf"(?:^|\s)-{{0,2}}(?:{'|'.join(map(re.escape, KEYS))})[:=]\S", re.IGNORECASE)
ASKING = frozenset({"why", "what", "how", "who"})
"""Commands that questions begin with as well."""
ACCEPTING = frozenset({"waive", "attest"})
"""Commands that are followed by days and reasons in anybody's words."""
FEW = 3
"""Words of a command that somebody meant to type."""
POLITE = re.compile("please|pls|thanks?|hi|hey|hello|readiness|now|[-,.!]*", re.IGNORECASE)
SPOKEN = re.compile(
    "only|just|again|me|my|our|can|could|you|i|we|want|would|like|is|are|do|does|it|all|ready", re.IGNORECASE
)
"""Words that commands do without, and that mean something in a question."""


def is_command(request: Request, command: Intent, topic: Topic, clusters: Sequence[Cluster]) -> bool:
    """Whether every word is one of a command's, the first of them its name or a cluster's."""
    said, visible = request.said, Visible(clusters)
    # Of these no word is left unread, "all" and "what is" among them.
    if OPTION.search(said) or not said or isinstance(command, Plan | Schedules | Waivers):
        return True
    telling = [word for word in spoken(said) if visible.named(word) or not POLITE.fullmatch(word)]
    if not telling or any(SPOKEN.fullmatch(word) and not visible.named(word) for word in telling):
        return False
    if isinstance(command, Explain) and not command.cluster:
        return False
    first = telling[0].casefold()
    if first in BY_WORD:
        # A word alone that is said to nobody in particular has to be the name of the command.
        alone = request.asker.overheard and len(telling) == 1 and BY_WORD[first].name != first
        return first not in ASKING and not alone
    # A cluster alone is to be checked, unless that goes on with the question before: "staging?"
    goes_on = len(telling) == 1 and (bool(topic.question) or said.rstrip().endswith("?"))
    return bool(visible.named(telling[0])) and not goes_on


def spoken(said: str) -> list[str]:
    """Return words without what surrounds them."""
    return [word for part in said.split() if (word := part.strip(OPENING + CLOSING))]


def is_slip(command: Unclear) -> bool:
    """Whether a few words are a command but for one slip, going by what may have been meant."""
    return len(command.meanings) == 1 and len(spoken(command.said)) <= FEW


def may_be_a_question(said: str) -> bool:
    """Whether what is no command can be a question: it has no options, and does not begin as one."""
    if OPTION.search(said):
        return False
    begins = _begins(said)
    return begins in ("", *ASKING) or (begins in ACCEPTING and len(spoken(said)) > FEW)


def _begins(said: str) -> str:
    """Return the command that words begin with, or the word of it that begins questions; empty for none."""
    words = spoken(said.casefold())
    first = next((word for word in words if not POLITE.fullmatch(word)), "").partition(":")[0]
    if first in ASKING:
        return first
    return BY_WORD[first].name if first in BY_WORD else ""
