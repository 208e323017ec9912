"""What words can name: clusters, checks, and the values of filters and options."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from checks.catalogue import BY_ID
from checks.model import Family, Severity
from checks.presentation.ages import AGE, WHEN
from checks.presentation.grouping import Outcome
from handlers.commands import BY_WORD
from handlers.intents import Format
from handlers.ports import Cluster

RUN = re.compile("[0-9]{8}(-[0-9]{0,6}(-[0-9a-f]{0,4})?)?")
"""The beginning of a run's id, from its day on: `20261121-100915-7f3a`."""
MOMENT = re.compile(f"{AGE.pattern}|{RUN.pattern}|{WHEN.pattern}", re.IGNORECASE)
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
MADE = re.compile("[was]-[0-9a-f]{1,64}", re.IGNORECASE)
"""The ID of what was made in Slack."""
NAMED = re.compile(r"[\w.-]{1,60}", re.ASCII)
NEVER = re.compile(r"(?!)")
LABEL_LEAST = 3
"""Letters of a label's value that is known without its key."""
TEXT_MOST = 1_000
"""Characters of a reason, as a form has it."""


class Visible:
    """The clusters that somebody may view, and what words mean them; made once for a sentence."""

    def __init__(self, clusters: Sequence[Cluster]) -> None:
        self.names = [cluster.name for cluster in clusters]
        self.called = [
            name
            for cluster in clusters
            for name in (cluster.name, *cluster.aliases, cluster.environment)
            if name
        ]
        """Everything that a cluster can be called."""
        self.clusters = clusters
        tiers: tuple[Callable[[Cluster], Iterable[str]], ...] = (
            lambda cluster: [cluster.name],
            lambda cluster: [cluster.name.casefold()],
            lambda cluster: cluster.aliases,
            lambda cluster: [alias.casefold() for alias in cluster.aliases],
            lambda cluster: [cluster.environment.casefold()] if cluster.environment else [],
        )
        self.searched: dict[tuple[str, ...], list[str]] = {}
        """What was found near to a word, by the word and the names that it was compared with."""
        self._tiers = [_by_word(clusters, tier) for tier in tiers]

    def named(self, word: str) -> tuple[str, ...]:
        """Return the clusters that a word means: by name, alias or, which can be several, environment."""
        folded = word.casefold()
        spelt = (word, folded, word, folded, folded)
        meant = (tier.get(text) for tier, text in zip(self._tiers, spelt, strict=True))
        return tuple(next(filter(None, meant), ()))

    def is_called(self, word: str) -> bool:
        """Whether a word is the name or an alias of a cluster, and no environment."""
        called = {name.casefold() for it in self.clusters for name in (it.name, *it.aliases)}
        return word.casefold() in called

    def label(self, word: str) -> tuple[str, str] | None:
        """Return the only label that has a word for its value; null for none, or several."""
        if not word.isalpha() or len(word) < LABEL_LEAST:
            return None
        labels = {label for it in self.clusters for label in it.labels.items()}
        found = [(key, value) for key, value in labels if value.casefold() == word.casefold()]
        return found[0] if len(found) == 1 else None


def _by_word(
    clusters: Sequence[Cluster], words: Callable[[Cluster], Iterable[str]]
) -> dict[str, dict[str, None]]:
    """Return the names of clusters by what each is called in one way, in their order."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for cluster in clusters:
        for word in words(cluster):
            found[word][cluster.name] = None
    return found


def check_id(*words: str) -> str:
    """Return the check that words name, empty where they name none: `Disruption budgets`, `image_tags`."""
    wanted = "-".join(words).casefold().replace("_", "-").replace(" ", "-")
    return wanted if wanted in BY_ID else ""


@dataclass(frozen=True)
class Field:
    """What an option takes.

    `read` returns a value as it is kept, empty where it is none. `bare` matches words that are one without
    its key. `choices` are what may have been meant instead; `needs` says what it takes, and `noun` what each
    of them is called, where there are no others.
    """

    read: Callable[[str], str]
    needs: str
    choices: tuple[str, ...] = ()
    bare: re.Pattern[str] = NEVER
    noun: str = ""


def _one_of(choices: Sequence[str], noun: str) -> Field:
    known = frozenset(choices)
    needs = f"{noun} takes {', '.join(choices[:-1])} or {choices[-1]}"
    bare = re.compile("|".join(map(re.escape, choices)), re.IGNORECASE)
    return Field(
        lambda text: text.casefold() if text.casefold() in known else "", needs, tuple(choices), bare, noun
    )


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: text.lower() if pattern.fullmatch(text.lower()) else ""


def _moment(text: str) -> str:
    if WHEN.fullmatch(text):
        return text.upper()
    return text.lower() if MOMENT.fullmatch(text) else ""


def _text(text: str) -> str:
    return text.strip()[:TEXT_MOST]


def _ident(text: str) -> str:
    """Read an ID of Slack's in any case; the name of a schedule in readiness.yaml as it is."""
    if MADE.fullmatch(text):
        return text.lower()
    return text if NAMED.fullmatch(text) else ""


def _number(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        return text if re.fullmatch("[1-9][0-9]{0,5}", text) and int(text) <= most else ""

    return read


def _command(text: str) -> str:
    command = BY_WORD.get(text.casefold())
    return command.name if command else ""


FIELDS = {
    "check": Field(check_id, "check takes the ID of a check", tuple(BY_ID), noun="check"),
    "family": _one_of([*Family], "family"),
    "severity": _one_of([*Severity], "severity"),
    "status": _one_of([*Outcome], "status"),
    "namespace": Field(
        _matching(re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")),
        "namespace takes the name of a namespace",
    ),
    "page": Field(_number(999_999), "page takes a number from 1", ("1",)),
    "limit": Field(_number(100), "limit takes a number from 1 to 100", ("100",), re.compile(r"\d+")),
    "run": Field(_matching(RUN), "run takes the ID of a run, such as 20261121-100915-7f3a", (), RUN),
    "since": Field(
        _moment,
        "since takes an age such as 24h or 7d, a day such as 2026-11-16, or the ID of a run",
        ("1d", "7d", "30d"),
        MOMENT,
    ),
    "finding": Field(
        _matching(re.compile("[0-9a-f]{16}")), "finding takes the fingerprint of a finding: 16 hex digits"
    ),
    "id": Field(
        _ident,
        "this takes the ID of a waiver, an attestation or a schedule",
        (),
        re.compile(".+"),
    ),
    "schedule": Field(_ident, "this takes the ID of a schedule", (), re.compile(".+")),
    "owner": Field(_text, "owner takes a team or a person, as labels name them"),
    "environment": Field(_text, "environment takes the name of an environment", (), re.compile(".+")),
    "format": _one_of([*Format], "format"),
    "until": Field(_matching(DAY), "until takes a day such as 2027-03-31"),
    "reason": Field(_text, "reason takes a text in double quotes"),
    "topic": Field(_command, "help takes a command", tuple(BY_WORD), re.compile(".+"), "command"),
}
"""By key. Clusters are not among them: which there are depends on who asks."""
