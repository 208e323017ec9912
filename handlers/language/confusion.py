"""What was not understood, and the sentences that may have been meant."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from checks.catalogue import BY_ID
from checks.model import Family, Severity
from checks.nearest import nearest
from checks.presentation.prose import plain
from handlers.commands import BY_WORD
from handlers.language.names import FIELDS, Visible, check_id
from handlers.language.words import KEYS, Word

Sentence = tuple[Word, ...]

QUOTED = 60
"""Characters of a word that are quoted back."""
FARTHEST = 200
"""Characters above which a word is near to nothing; comparing it would only take long."""
MOST = 5
"""Meanings that are offered."""
SHORT = 3
"""Characters of a word that is in many others."""
FEW = 6
"""Choices that are offered even where none is near."""
SEARCHES = 8
"""Searches among the names of clusters, for one sentence: with hundreds of them each takes milliseconds."""
LISTED = {
    "edit": ("a waiver, an attestation or a schedule", ("waivers", "schedules")),
    "withdraw": ("a waiver or an attestation", ("waivers",)),
}
"""What the IDs are of that a command takes, and the commands that list them."""
KEYED = re.compile(r"-*(?P<key>[A-Za-z_-]+)[:=]?(?P<value>.*)", re.DOTALL)


class Confused(Exception):
    """Nothing is done with a sentence: `why`, and others that may be clear, best first."""

    def __init__(self, why: str, corrected: Iterable[Sentence] = ()) -> None:
        super().__init__(why)
        self.why = why
        self.corrected = tuple(corrected)


def replaced(sentence: Sentence, at: int, word: Word) -> Sentence:
    """Return a sentence with another word in one place."""
    return (*sentence[:at], word, *sentence[at + 1 :])


def without(sentence: Sentence, at: int) -> Sentence:
    """Return a sentence without one of its words."""
    return (*sentence[:at], *sentence[at + 1 :])


def quoted(text: str) -> str:
    """Return a word as a sentence names it."""
    shown = plain(text).replace("`", "'")
    return f"`{shown if len(shown) <= QUOTED else shown[: QUOTED - 1] + '…'}`"


def near(text: str, choices: Iterable[str], most: int = MOST) -> list[str]:
    """Return what may have been meant by a word, best first.

    A long word is near to nothing, and a short one only to what begins like it or has it as a part.
    """
    if len(text) > FARTHEST:
        return []
    found = nearest(text, dict.fromkeys(choices), most)
    if len(text) > SHORT:
        return found
    folded = text.casefold()
    return [name for name in found if name[0].casefold() == folded[0] or folded in name.split("-")]


def _near_clusters(text: str, choices: Iterable[str], clusters: Visible) -> list[str]:
    """Return what may have been meant, clusters among it; nothing once so many words were looked for."""
    search = (text, *choices)
    if search not in clusters.searched and len(clusters.searched) < SEARCHES:
        clusters.searched[search] = near(text, search[1:])
    return clusters.searched.get(search, [])


def without_command(sentence: Sentence, clusters: Visible) -> Confused:
    """Explain a sentence that begins with neither a command nor a cluster."""
    first, *rest = sentence
    what, corrected = "", [*_of_check(first.text, tuple(rest))]
    if corrected:
        what = "a check, "
    elif any(FIELDS[key].read(first.text) for key in ("family", "severity")):
        what, corrected = "a filter, ", [(Word("show"), *sentence)]
    why = f"{quoted(first.text)} is {what}neither a command nor a cluster that you can see"
    corrected = corrected or [*_beginnings(first.text, tuple(rest), clusters)]
    return Confused(why, corrected) if clusters.names else nothing_visible(corrected)


def _of_check(first: str, rest: Sentence) -> Iterator[Sentence]:
    for used in range(min(2, len(rest)), -1, -1):
        known = check_id(first, *(word.text for word in rest[:used]))
        if known:
            yield (Word("explain"), Word(known), *rest[used:])
            yield (Word("show"), Word(known, "check"), *rest[used:])


def _beginnings(first: str, rest: Sentence, clusters: Visible) -> Iterator[Sentence]:
    meant = _near_clusters(first, [*BY_WORD, *clusters.called, *Family, *Severity, *BY_ID], clusters)
    for name in meant:
        yield (Word("explain"), Word(name), *rest) if name in BY_ID else (Word(name), *rest)
    if rest and not meant:
        yield rest
        yield (Word("show"), Word(first), *rest)


def nothing_visible(corrected: Iterable[Sentence] = ()) -> Confused:
    """Explain that somebody may see no cluster."""
    return Confused("no cluster is visible to you here", [*corrected, (Word("help"),)])


def left_out(key: str, sentence: Sentence, given: Collection[str], clusters: Visible) -> Confused:
    """Explain that a command needs something more, and offer the clusters where it is one."""
    command = sentence[0].text
    if key == "check":
        return Confused("`explain` needs a check", [(Word("help"), Word("explain"))])
    if key in ("id", "schedule"):
        what, lists = LISTED.get(command, ("a schedule", ("schedules",)))
        return Confused(f"`{command}` needs the ID of {what}", [(Word(it),) for it in lists])
    if not clusters.names:
        return nothing_visible()
    others = [name for name in clusters.names if name not in given]
    if not others or (command == "compare" and len(clusters.names) == 1):
        return Confused("there is only one cluster to compare", [(Word("check"), Word(clusters.names[0]))])
    needs = "two clusters" if command == "compare" else "a cluster"
    shown = others if len(others) <= MOST else others[: MOST - 1]
    completed: list[Sentence] = [(*sentence, Word(name, "cluster")) for name in shown]
    return Confused(f"`{command}` needs {needs}", [*completed, (Word("list"),)])


def several(sentence: Sentence, at: int, meant: Sequence[str]) -> Confused:
    """Offer each of the clusters that one word means."""
    why = f"{quoted(sentence[at].text)} is more than one cluster"
    return Confused(why, (replaced(sentence, at, Word(name, "cluster")) for name in meant[:MOST]))


def refused(sentence: Sentence, at: int) -> Confused:
    """Explain an option that a command does not take, or not again."""
    command, key = sentence[0].text, sentence[at].key
    again = any(word.key == key for word in sentence[1:at])
    why = f"`{command}` takes {f'one {key} only' if again else f'no {key}'}"
    others = [other for other in range(1, at) if sentence[other].key == key]
    return Confused(why, [without(sentence, place) for place in (at, *others)])


def misread(sentence: Sentence, at: int) -> Confused:
    """Explain a value that is none of those that its key takes."""
    word = sentence[at]
    field = FIELDS[word.key]
    few = field.choices if len(field.choices) <= FEW else ()
    choices = near(word.text, field.choices) or few
    why = f"there is no {field.noun} {quoted(word.text)}" if field.noun and word.text else field.needs
    corrected = [replaced(sentence, at, Word(choice, word.key)) for choice in choices]
    explained: list[Sentence] = [(Word("explain"), Word(word.text))] if word.key == "topic" else []
    return Confused(why, [*explained, *corrected, without(sentence, at)])


def unknown(
    sentence: Sentence,
    at: int,
    open_keys: Sequence[str],
    clusters: Visible,
    *,
    check_missing: bool,
) -> Confused:
    """Explain a word that is none of what a command could still be given."""
    command, text = sentence[0].text, sentence[at].text
    if "cluster" in open_keys and not clusters.names:
        return nothing_visible()
    why = f"{quoted(text)} means nothing to `{command}`"
    if check_missing:
        why = f"there is no check {quoted(text)}"
    elif "cluster" in open_keys:
        why = f"there is no cluster {quoted(text)}"
    return Confused(why, _placed(sentence, at, open_keys, clusters))


def _placed(sentence: Sentence, at: int, open_keys: Sequence[str], clusters: Visible) -> Iterator[Sentence]:
    text = sentence[at].text
    if text.casefold() in BY_WORD:
        yield (Word(text), *without(sentence, at)[1:])
    called = clusters.called if "cluster" in open_keys else []
    if not called and clusters.named(text):
        both = [word for word in sentence[1:] if clusters.named(word.text)]
        yield (Word("compare" if len(both) > 1 else "show"), *both)
    yield from _as_option(sentence, at, open_keys)
    values = (choice for key in open_keys if key in FIELDS for choice in FIELDS[key].choices)
    meant = _near_clusters(text, [*called, *values], clusters)
    clusters_meant = [name for name in meant if name in called and meant[0] in called]
    for name in clusters_meant or meant:
        yield replaced(sentence, at, Word(name))
    if not (called and meant):
        yield without(sentence, at)


def _as_option(sentence: Sentence, at: int, open_keys: Sequence[str]) -> Iterator[Sentence]:
    """Offer the nearest keys: for `sevrity:high`, and for `sevrity high`."""
    match = KEYED.fullmatch(sentence[at].text)
    follows = sentence[at + 1 : at + 2]
    value = match["value"] if match else ""
    if match and not value and follows and not follows[0].key:
        value = follows[0].text
        sentence = without(sentence, at + 1)
    if match and value:
        keys = [key for key in KEYS if KEYS[key] in open_keys and key[0] == match["key"][0].lower()]
        for spelling in near(match["key"], keys, 1):
            yield replaced(sentence, at, Word(value, KEYS[spelling]))
