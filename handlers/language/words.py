"""From what somebody typed, as Slack delivers it, to words."""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from handlers.commands import BY_WORD


class Word(NamedTuple):
    """A word or, with a key, one value of an option: `family:a,b` is two of them."""

    text: str
    key: str = ""


SPELLINGS = {
    "cluster": ("cluster", "clusters"),
    "family": ("family", "families", "fam"),
    "severity": ("severity", "severities", "sev"),
    "status": ("status",),
    "namespace": ("namespace", "namespaces", "ns", "n"),
    "check": ("check", "checks"),
    "page": ("page", "p"),
    "run": ("run", "run_id", "run-id"),
    "since": ("since",),
    "finding": ("finding", "fingerprint"),
    "limit": ("limit",),
    "owner": ("owner", "team"),
    "environment": ("environment", "env"),
    "format": ("format",),
    "until": ("until",),
    "reason": ("reason",),
    "schedule": ("id",),
    "with": ("with",),
    "about": ("about",),
}
KEYS = {spelling: key for key, spellings in SPELLINGS.items() for spelling in spellings}
SPOKEN = {spelling for spelling in KEYS if len(spelling) > 1} - BY_WORD.keys() - {"with", "about", "id"}
"""Keys that need no colon: `since 7d`."""
WHOLE = ("reason", "about", "owner", "with", "environment", "schedule")
"""Keys whose value is one text, commas and all."""

FILLER = re.compile(
    "please|pls|thanks?|hi|hey|hello|readiness|the|an|in|on|for|of|at|with|and|&|[+]|to|against|from|between|"
    "about|as|only|just|now|again|me|my|our|can|could|you|i|we|want|would|like|is|are|do|does|it|all|ready|"
    "cluster|ago|/readiness|@readiness|-+",
    re.IGNORECASE,
)
"""Words that mean nothing, unless a cluster is called so."""

AGES = {("last", "week"): "7d", ("last", "month"): "30d"}
UNITS = re.compile(r"(minute|hour|day|week)s?")

MENTION = re.compile(r"<@[^<>]*>")
CHANNEL = re.compile(r"<#(?P<id>[A-Z0-9]+)(\|[^<>]*)?>")
LINK = re.compile(r"<(?:[^<>|\s]*\|(?P<label>[^<>]*)|(?:mailto:|tel:)?(?P<url>[^<>|\s]*[:@][^<>|\s]*))>")
ENTITY = re.compile("&(amp|lt|gt);")
ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
ESCAPED = {"&": r"\u0026", "<": r"\u003c", ">": r"\u003e"}
SMART_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))

CHUNK = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^\s"]|")+')
OPTION = re.compile(r"(?P<dashes>-{0,2})(?P<key>[A-Za-z][A-Za-z_-]*)(?P<sign>[:=]?)(?P<value>.*)", re.DOTALL)
QUOTED = re.compile(r'[A-Za-z_-]+[:=]"(?:[^"\\]|\\.)*"')
QUOTED_VALUE = re.compile('".*"', re.DOTALL)
OPENING = "\"'`\u00b4\u2018\u2019*_~,;([{<"
CLOSING = OPENING + ")]}>.?!"


class Chunk(NamedTuple):
    """A piece of what was said; `exact` where it is a name in double quotes."""

    text: str
    exact: bool = False


def words(said: str, names: Collection[str]) -> list[Word]:
    """Split what was said. One of `names` is left as it is, and in double quotes it is nothing else."""
    found: list[Word] = []
    waiting: re.Match[str] | None = None
    for chunk in _dated(_chunks(plain(said).translate(SMART_QUOTES), names), names):
        option = None if chunk.exact else _option(chunk.text, first=not found and not waiting)
        if option and waiting:
            found.append(_without_value(waiting))
            waiting = None
        if option and option["value"]:
            found += _values(option, option["value"])
        elif option:
            waiting = option
        elif chunk.exact or chunk.text in names or not _says_nothing(chunk.text, found):
            found += _values(waiting, chunk.text) if waiting else _bare(chunk, names)
            waiting = None
    return [*found, _without_value(waiting)] if waiting else found


def plain(said: str) -> str:
    """Undo what Slack makes of names that look like links, and of `&`, `<` and `>`; leave mentions out.

    A channel becomes `#C024BE91L`: no channel is called so, as their names are in lower case.
    """
    named = CHANNEL.sub(lambda match: f"#{match['id']}", MENTION.sub(" ", said))
    linked = LINK.sub(lambda match: match["label"] or match["url"] or "", named)
    return ENTITY.sub(lambda match: ENTITIES[match[1]], linked)


def spelt(text: str) -> str:
    """Return text in double quotes as JSON, in characters that Slack leaves alone."""
    return re.sub("[&<>]", lambda match: ESCAPED[match[0]], json.dumps(text))


def unquoted(chunk: str) -> str:
    """Read a quoted word: JSON where it is, as in the commands of buttons."""
    try:
        return str(json.loads(chunk))
    except ValueError:
        return chunk[1:-1]


def _chunks(text: str, names: Collection[str]) -> Iterator[Chunk]:
    for match in CHUNK.finditer(text):
        chunk = match[0]
        if len(chunk) > 1 and chunk[0] == chunk[-1] == '"':
            inside = unquoted(chunk)
            exact = inside in names
            yield from [Chunk(inside, exact)] if exact else _chunks(inside.replace('"', " "), names)
        elif chunk in names or QUOTED.fullmatch(chunk):
            yield Chunk(chunk)
        elif (cleaned := _cleaned(chunk)) in names or _option(cleaned):
            yield Chunk(cleaned)
        else:
            yield from (Chunk(part) for part in map(_cleaned, chunk.split(",")) if part)


def _cleaned(chunk: str) -> str:
    """Take off what surrounds a word, what cannot be seen, and the long dashes that `--` becomes."""
    visible = "".join(char for char in chunk if char.isprintable())
    dashed = re.sub("^[\u2013\u2014]", "--", visible.lstrip(OPENING))
    return "?" if dashed == "?" else dashed.rstrip(CLOSING)


def _dated(chunks: Iterable[Chunk], names: Collection[str]) -> Iterator[Chunk]:
    """Put ages that are spoken as they are written: `last week`, `3 days`."""
    before = ""
    for chunk in chunks:
        pair = (before.casefold(), chunk.text.casefold())
        unit = UNITS.fullmatch(pair[1])
        if chunk.exact or chunk.text in names:
            if before:
                yield Chunk(before)
            before = ""
            yield chunk
        elif pair in AGES:
            before = AGES[pair]
        elif pair[0] == "last" and pair[1][0].isdecimal():
            before = chunk.text
        elif unit and before.isdecimal():
            before += unit[1][0]
        else:
            if before:
                yield Chunk(before)
            before = "1d" if pair[1] == "yesterday" else chunk.text
    if before:
        yield Chunk(before)


def _option(text: str, *, first: bool = False) -> re.Match[str] | None:
    """Match `key:value`, `key=value`, `--key`, `-n` or a spoken key; a first `check: prod` is a command."""
    match = OPTION.fullmatch(text)
    key = match["key"].casefold() if match else ""
    if not match or key not in KEYS:
        return None
    if match["dashes"]:
        return match if match["sign"] or not match["value"] else None
    if match["sign"]:
        return None if first and key in BY_WORD else match
    return match if key in SPOKEN and not match["value"] else None


def _values(option: re.Match[str], value: str) -> list[Word]:
    key = KEYS[option["key"].casefold()]
    quoted = unquoted(value) if QUOTED_VALUE.fullmatch(value) else value
    if key in WHOLE:
        return [Word(quoted, key)]
    texts = (part.strip(CLOSING) for part in quoted.split(","))
    return [Word(text, key) for text in texts if text] or [Word("", key)]


def _without_value(option: re.Match[str]) -> Word:
    """Return an option that ends here; a spoken key is a word like others."""
    if option["sign"] or option["dashes"]:
        return Word("", KEYS[option["key"].casefold()])
    return Word(option["key"])


def _says_nothing(text: str, found: Collection[Word]) -> bool:
    return bool(FILLER.fullmatch(text)) or (bool(found) and text == "?")


def _bare(chunk: Chunk, names: Collection[str]) -> list[Word]:
    """Return a word; several of `diff:prod`."""
    if chunk.exact or chunk.text in names:
        return [Word(chunk.text)]
    command, colon, rest = chunk.text.partition(":")
    parts = (command, *rest.split(",")) if colon and command.casefold() in BY_WORD else (chunk.text,)
    return [Word(text) for part in parts if (text := part.rstrip(":="))]
