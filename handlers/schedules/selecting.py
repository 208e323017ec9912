"""Which clusters a schedule is about."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from handlers.ports import Cluster
from handlers.schedules.model import Selection


def selected(selection: Selection, clusters: Iterable[Cluster]) -> list[Cluster]:
    """Return the clusters that are meant, in the order they come in; a name that none has is no error.

    A cluster is meant by its name or an alias; or by its environment and labels, all that are given.
    """
    return [
        cluster
        for cluster in clusters
        if _is_named(selection.clusters, cluster) or _is_so(selection, cluster)
    ]


def _is_named(patterns: Sequence[str], cluster: Cluster) -> bool:
    names = (cluster.name, *cluster.aliases)
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)


def _is_so(selection: Selection, cluster: Cluster) -> bool:
    if not (selection.environment or selection.labels):
        return False
    environment = selection.environment in ("", cluster.environment)
    return environment and selection.labels.items() <= cluster.labels.items()
