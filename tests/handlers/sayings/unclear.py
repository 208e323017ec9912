"""A sentence that is not understood, said to whoever sees two clusters."""

from handlers.grammar import parse
from handlers.intents import Intent, Unclear
from handlers.ports import Cluster
from tests.handlers.sayings.clusters import CLUSTERS

TWO = CLUSTERS[:2]


def unclear(said: str, clusters: tuple[Cluster, ...] = TWO) -> Unclear:
    meant: Intent = parse(said, clusters)
    assert isinstance(meant, Unclear), meant
    assert meant.said == said
    return meant
