"""`ask CLUSTER QUESTION`: a question in its canonical words, which a button carries, or in anybody's."""

import re

from msgspec import structs

from handlers.intents import Ask, Filters, Intent, Kind, Question
from handlers.language.confusion import MOST, Confused, Sentence, nothing_visible, quoted, several
from handlers.language.forms import Given
from handlers.language.names import FIELDS, Visible
from handlers.language.words import MENTION, Word, words

ASKING = re.compile(r"\s*(?:/?@?readiness\s+)*(?:ask|question)\b:?(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
FIRST = re.compile(r'\s*(?P<first>"(?:[^"\\]|\\.)*"|\S+)(?P<rest>.*)', re.DOTALL)
RUN = re.compile(r"\s*run:(?P<run>[0-9a-f-]+)(?P<rest>.*)", re.DOTALL)
VALUES = {"check", "family", "severity", "status", "namespace", "owner", "since", "run"}
OPTIONS = {*VALUES, "about", "with"}


def asked(said: str, clusters: Visible) -> Intent | None:
    """Return what is asked of a cluster; null where this is another command. Raises `Confused`."""
    match = ASKING.fullmatch(MENTION.sub(" ", said))
    if not match:
        return None
    first = FIRST.fullmatch(match["rest"])
    names = _named(first["first"], clusters) if first else ()
    if len(names) > 1 and first:
        raise several((Word("ask"), Word(first["first"])), 1, names)
    if first and names:
        return _question(first["rest"], names[0], clusters)
    if len(clusters.names) == 1:
        return _question(match["rest"], clusters.names[0], clusters)
    raise _which_cluster(match["rest"].strip(), clusters)


def of_words(sentence: Sentence, clusters: Visible) -> Intent:
    """Return what is asked where the words are known one by one. Raises `Confused`."""
    names = clusters.named(sentence[0].text) if sentence else ()
    said = " ".join(word.text for word in sentence[1:])
    if len(names) != 1:
        raise _which_cluster(said, clusters)
    return Ask(names[0], said) if said else Question(Kind.SUMMARY, names[0])


def _named(word: str, clusters: Visible) -> tuple[str, ...]:
    exact = words(word, {*clusters.called})
    return clusters.named(exact[0].text) if len(exact) == 1 else ()


def _question(rest: str, cluster: str, clusters: Visible) -> Intent:
    canonical = _canonical(tuple(words(rest, {*clusters.called})), cluster, clusters)
    if canonical:
        return canonical
    bound = RUN.fullmatch(rest)
    run_id, said = (bound["run"], bound["rest"]) if bound else ("", rest)
    if not said.strip():
        return Question(Kind.SUMMARY, cluster, run_id=run_id)
    return Ask(cluster, said.strip(), run_id)


def _canonical(sentence: Sentence, cluster: str, clusters: Visible) -> Question | None:
    """Return a question whose every word but its kind is an option."""
    if not sentence or sentence[0].key or sentence[0].text not in set(Kind):
        return None
    given = Given()
    for word in sentence[1:]:
        if word.key not in OPTIONS:
            return None
        value = FIELDS[word.key].read(word.text) if word.key in VALUES else word.text
        if word.key == "with":
            value = next(iter(clusters.named(word.text)), "")
        if not value:
            return None
        given.values[word.key].append(value)
    checks = given.values["check"]
    filters = given.filters
    return Question(
        Kind(sentence[0].text),
        cluster,
        checks[0] if len(checks) == 1 else "",
        filters if len(checks) > 1 else _without_checks(filters),
        given.one("about"),
        given.one("since"),
        given.one("with"),
        given.one("run"),
    )


def _without_checks(filters: Filters) -> Filters:
    return structs.replace(filters, checks=())


def _which_cluster(said: str, clusters: Visible) -> Confused:
    if not clusters.names:
        return nothing_visible()
    offered = [(Word("ask"), Word(name, "cluster"), Word(said)) for name in clusters.names[:MOST]]
    return Confused(f"which cluster is {quoted(said)} about?" if said else "`ask` needs a cluster", offered)
