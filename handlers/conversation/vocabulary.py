"""Which check words are about: its names, its subject and symptoms, and the products that serve it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product

import msgspec
from msgspec import Struct

from checks.catalogue import CATALOGUE
from checks.products import catalogue
from handlers.conversation.wording import WORD, data, stem

UNSAID = frozenset(
    {
        *("a", "an", "the", "of", "to", "it", "this", "that", "my", "our", "your", "its"),
        *("is", "are", "was", "were", "be", "been", "being", "am"),
    }
)
"""Words that make no difference within a phrase."""
CAPABILITIES: Mapping[str, str] = {
    "node-autoscaler": "cluster-autoscaler",
    "node-autoscaler-provider": "cluster-autoscaler",
    "kube-proxy": "kube-proxy-mode",
    "etcd-backup": "control-plane-backup",
    "volume-backup": "volume-backup",
    "volume-backup-unjudged": "volume-backup",
    "volume-backup-provider": "volume-backup",
    "cni": "cni",
    "network-policy-engine": "network-policy-engine",
    "network-policy-option": "network-policy-engine",
    "cluster-dns": "cluster-dns",
    "dns-autoscaler": "cluster-dns",
    "ingress-controller": "ingress-controller",
    "load-balancer-controller": "load-balancers",
    "service-mesh": "service-mesh",
    "metrics-agent": "metrics-store",
    "metrics-store": "metrics-store",
    "alertmanager": "alerting",
    "log-shipper": "pod-logs",
    "tracing": "tracing",
    "secret-manager": "secret-manager",
    "secret-injector": "secret-manager",
    "policy-engine": "pod-security",
    "node-agent": "privileged-workloads",
    "gitops": "gitops",
    "gitops-agent": "gitops",
}
"""The check that asks for a capability; of a product with several, the first of these counts."""
ORDINARY = frozenset(
    {
        "fleet",
        "gemini",
        "stash",
        "device plugins",
        "istio inside the mesh",
        "kilo",
        "escalator",
        "opentelemetry collector",
    }
)
"""Products whose names people use for other things."""

NAME, SAID, HINT = 20.0, 3.0, 1.0
"""How much it tells where a check is called by its id, by a phrase, or by a word that hints at it."""
EACH_WORD = 0.6
APART = 0.5
TELLING = 1.5
"""What a phrase gains by each further word, by putting words together that stand apart, by a telling word."""
OTHER_PHRASES = 0.25
LONGEST = 6
"""Words of the longest phrase that is looked up."""
FAR = 7
"""Other words between the parts of a phrase from which on they have nothing to do with one another."""


ELSEWHERE = "elsewhere"
"""The row of what means no check."""
MINOR = re.compile(r"v?1\.[23]\d(?:\.\d+)?")
A_MINOR = "1.30"
"""Releases of Kubernetes, and the one that the table has for all of them."""


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """What `data/checks.yaml` says of one check."""

    says: tuple[str, ...]
    hints: tuple[str, ...]


class Phrase(Struct, frozen=True):
    """A way to speak of a check: stems that stand together, or several such groups that may stand apart."""

    check: str
    groups: int
    weight: float


class Mention(Struct, frozen=True):
    """A check that words are about, how surely, and the places of those words."""

    check: str
    score: float
    at: frozenset[int]


Stems = tuple[str, ...]


def _stems(text: str) -> Stems:
    return tuple(stem(word) for word in WORD.findall(text.lower()) if word not in UNSAID)


def _groups(part: str) -> set[Stems]:
    """Return each of the word groups that `network policy|policies` stands for."""
    words = [word.split("|") for word in part.split()]
    return {sum(map(_stems, chosen), ()) for chosen in product(*words)} - {()}


def _written() -> Iterator[tuple[str, str, float]]:
    rows = msgspec.yaml.decode(data("checks.yaml"), type=dict[str, Row])
    yield from ((said, ELSEWHERE, SAID) for said in rows[ELSEWHERE].says)
    for check in CATALOGUE:
        yield check.id.replace("-", " "), check.id, SAID
        yield check.title, check.id, SAID
        yield from ((said, check.id, SAID) for said in rows[check.id].says)
        yield from ((said, check.id, HINT) for said in rows[check.id].hints)
    for item in catalogue():
        meant = next((CAPABILITIES[name] for name in CAPABILITIES if name in item.capabilities), None)
        name = item.name.partition("(")[0].strip()
        if meant and name.lower() not in ORDINARY:
            yield name, meant, SAID


class Vocabulary:
    """All phrases, found by the groups of words that they are made of."""

    def __init__(self) -> None:
        self.phrases: list[Phrase] = []
        self.by_group: defaultdict[Stems, dict[tuple[int, int], None]] = defaultdict(dict)
        checks: defaultdict[str, set[str]] = defaultdict(set)
        for said, check, weight in _written():
            parts = said.split(" + ")
            for place, part in enumerate(parts):
                for group in _groups(part):
                    self.by_group[group][len(self.phrases), place] = None
                    for word in group:
                        checks[word] |= {check} - {ELSEWHERE}
            self.phrases.append(Phrase(check, len(parts), weight))
        self.telling = {word: 1 / len(among) for word, among in checks.items() if among}
        """How much a word tells: 1 where it is of one check only, less the more share it."""

    def found(self, words: Sequence[str], masked: frozenset[int]) -> Iterator[tuple[Phrase, frozenset[int]]]:
        """Yield the phrases that stand in words, with the places of their words."""
        kept = [
            (at, self.stem(word)) for at, word in enumerate(words) if word not in UNSAID and at not in masked
        ]
        parts: defaultdict[int, dict[int, frozenset[int]]] = defaultdict(dict)
        for first in range(len(kept)):
            for last in range(first + 1, min(first + LONGEST, len(kept)) + 1):
                group = tuple(text for _, text in kept[first:last])
                places = frozenset(at for at, _ in kept[first:last])
                for index, place in self.by_group.get(group, ()):
                    if len(places) > len(parts[index].get(place, ())):
                        parts[index][place] = places
        for index, found in parts.items():
            phrase = self.phrases[index]
            places = frozenset().union(*found.values())
            whole = len(found) == phrase.groups and len(places) >= sum(map(len, found.values()))
            if whole and max(places) - min(places) < len(places) + FAR:
                yield phrase, places

    def stem(self, word: str) -> str:
        """Return the stem of a word; of a dotted name, that of the end which is known."""
        if MINOR.fullmatch(word):
            return A_MINOR
        full = stem(word)
        while "." in word and stem(word) not in self.telling:
            word = word.partition(".")[2]
        return stem(word) if stem(word) in self.telling else full


@cache
def vocabulary() -> Vocabulary:
    """Return what is known; made once, at the first question."""
    return Vocabulary()


def alone(word: str) -> bool:
    """Whether a word on its own is about a check."""
    known = vocabulary()
    return any(known.phrases[phrase].groups == 1 for phrase, _ in known.by_group.get((stem(word),), ()))


def is_phrase(text: str) -> bool:
    """Whether words that stand together are about a check."""
    return _stems(text) in vocabulary().by_group


@cache
def words() -> frozenset[str]:
    """Return every word of the field, as it is written."""
    return frozenset(
        word
        for said, _, _ in _written()
        for word in WORD.findall(said.lower().replace("|", " ").replace(" + ", " "))
    )


def mentions(said: Sequence[str], masked: frozenset[int] = frozenset()) -> list[Mention]:
    """Return the checks that words are about, the likeliest first; those at `masked` name something else.

    A phrase counts only where no longer one has all of its words: of `etcd backup`, neither `etcd` nor
    `backup`.
    """
    known = vocabulary()
    for phrase, places in known.found(said, masked):
        if phrase.check == ELSEWHERE:
            masked |= places
    found = [(phrase, places) for phrase, places in known.found(said, masked) if phrase.check != ELSEWHERE]
    weights: defaultdict[str, list[tuple[float, frozenset[int]]]] = defaultdict(list)
    for phrase, places in found:
        longer = (other for other, more in found if other.check != phrase.check and places < more)
        if not any(other.weight >= phrase.weight for other in longer):
            telling = max(known.telling[known.stem(said[at])] for at in places)
            score = phrase.weight + EACH_WORD * (len(places) - 1) + APART * (phrase.groups > 1)
            score += TELLING * telling * (phrase.weight > HINT)
            weights[phrase.check].append((score, places))
    ranked = [_mention(check, rows) for check, rows in weights.items()]
    return sorted(ranked, key=lambda mention: (-mention.score, min(mention.at), mention.check))


def _mention(check: str, rows: Iterable[tuple[float, frozenset[int]]]) -> Mention:
    ordered = sorted(rows, key=lambda row: -row[0])
    score, places = ordered[0]
    for _, more in ordered[1:]:
        if not more <= places:
            score += OTHER_PHRASES * len(more - places)
            places |= more
    return Mention(check, score, places)
