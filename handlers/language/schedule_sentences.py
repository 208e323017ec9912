"""What is said of schedules in sentences: the command, the same in plain words, and what is asked of them."""

import re
from collections.abc import Iterator

from handlers.intents import Intent
from handlers.language import confusion, plain_plans
from handlers.language.confusion import Confused, Sentence
from handlers.language.names import Visible
from handlers.language.scheduling import KEYS, OPTION, read
from handlers.language.words import SMART_QUOTES, Word, plain, unquoted
from handlers.schedules.intents import Schedules

POLITE = r"\s*(?:(?:/?@?readiness|please|pls|hi|hey|hello|can you|could you)[\s,]+)*"
COMMAND = re.compile(rf"{POLITE}(?:schedule|plan)\b(?!-):?(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
QUESTION = re.compile(
    rf"{POLITE}(?:what(?:'s|\u2019s| is| are| do we have)?(?: all)? scheduled"
    r"|which (?:digests?|schedules?) (?:are there|do we have)"
    r"|when(?:'s|\u2019s| is| are| does| do| comes?)?(?: the)?(?: next)? (?:digests?|schedules?))"
    r"(?: (?:due|run|come))?(?: (?:of|for|on|in|about)(?: cluster)? (?P<cluster>[^\s?]+))?[\s?.!]*",
    re.IGNORECASE,
)
"""What is asked for in words that begin like others: the list."""
TOKEN = re.compile(r'[A-Za-z_-]+[:=]"(?:[^"\\]|\\.)*"|"(?:[^"\\]|\\.)*"|\S+')


def scheduled(said: str, clusters: Visible) -> Intent | None:
    """Return the schedule or the list that is asked for; null where this is another command.

    Raises `Confused`.
    """
    words = plain(said).translate(SMART_QUOTES)
    if question := QUESTION.fullmatch(words):
        return _listed(question["cluster"] or "", clusters)
    if plain_plans.asks(words):
        return read(_worded(words, clusters), clusters)
    match = COMMAND.fullmatch(words)
    if not match and plain_plans.may_ask(words):
        _offer(_worded(words, clusters), clusters)
    return read(tuple(_tokens(match["rest"], clusters)), clusters) if match else None


def _worded(words: str, clusters: Visible) -> Sentence:
    return plain_plans.worded(tuple(_tokens(words, clusters)), clusters)


def _offer(words: Sentence, clusters: Visible) -> None:
    """Raise `Confused` with a schedule for what is done once otherwise, and is to be done again and again."""
    try:
        read(words, clusters)
    except Confused:
        return
    raise Confused("what is to come again and again is a digest", [(Word("schedule"), *words)])


def plans(said: str) -> bool:
    """Whether words begin as a schedule that is to be made: no question, whatever is wrong with them."""
    words = plain(said)
    return bool(COMMAND.fullmatch(words)) or plain_plans.asks(words)


def _listed(cluster: str, clusters: Visible) -> Intent | None:
    names = clusters.named(cluster) if cluster else ("",)
    if len(names) > 1:
        raise confusion.several((Word("schedules"), Word(cluster)), 1, names)
    return Schedules(names[0]) if names else None


def _tokens(text: str, clusters: Visible) -> Iterator[Word]:
    """Yield the words; a name in double quotes is nothing else."""
    for chunk in TOKEN.findall(text):
        option = OPTION.fullmatch(chunk)
        key = KEYS.get(option["key"].casefold(), "") if option else ""
        if option and key:
            value = option["value"]
            yield Word(unquoted(value) if value[:1] == value[-1:] == '"' != value else value, key)
        elif len(chunk) > 1 and chunk[0] == chunk[-1] == '"':
            inside = unquoted(chunk)
            yield Word(inside, "cluster" if clusters.named(inside) else "")
        else:
            yield Word(chunk)
