"""Which clusters a process reads: those it is told to, or all that it can reach."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from bot.access import offered
from bot.clusters import Cluster as Target
from bot.clusters import in_pod, reachable, resolve
from bot.jobs.pool import DEFAULT
from bot.settings import Settings
from checks.errors import UsageError
from checks.nearest import did_you_mean
from handlers.ports import Cluster

POOL = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
POOL_MOST = 50
"""Characters of a name that is made here."""


@dataclass(frozen=True)
class Reach:
    """What a worker reads, and the pool of those that read the same. `resolve` knows nothing else.

    `chosen` where it was told which, rather than to read whatever it can.
    """

    clusters: tuple[Cluster, ...]
    resolve: Callable[[str], Target]
    pool: str = DEFAULT
    chosen: bool = False


def _unknown(name: str) -> Target:
    raise UsageError(f"{name} is not read here")


NOWHERE = Reach((), _unknown, pool="")
"""What a process reads that reads no cluster."""


def everything(settings: Settings, kubeconfig_path: str | None, pool: str = "") -> Reach:
    """Return all that is offered and can be reached from here. What cannot says why when it is asked for."""
    within = reachable(settings, kubeconfig_path)
    known = offered(settings, kubeconfig_path)
    return Reach(
        tuple(cluster for cluster in known if not settings.clusters or cluster.name in within),
        partial(_resolve, settings, kubeconfig_path),
        _pool(pool or DEFAULT),
    )


def selection(
    settings: Settings, kubeconfig_path: str | None, names: Sequence[str], environment: str, pool: str = ""
) -> Reach:
    """Return the clusters of these names or aliases, or of an environment; everything without either.

    Raises `UsageError`, with what there is, where one is not known or cannot be reached.
    """
    if names and environment:
        raise UsageError("name clusters or an environment, not both")
    if not (names or environment):
        return everything(settings, kubeconfig_path, pool)
    wanted = names or _of(settings, environment)
    targets = [_resolve(settings, kubeconfig_path, name) for name in wanted]
    if away := next((it.name for it in targets if not it.context and not in_pod()), ""):
        raise UsageError(
            f"{away} is the cluster that its reader runs in, and this is not a pod",
            "start this worker in a pod of that cluster",
        )
    found = dict.fromkeys(target.name for target in targets)
    known = {cluster.name: cluster for cluster in offered(settings, kubeconfig_path)}

    def held(name: str) -> Target:
        if name not in found:
            raise UsageError(f"{name} is none of the clusters that this worker was told to read")
        return _resolve(settings, kubeconfig_path, name)

    return Reach(
        tuple(known.get(name, Cluster(name)) for name in found),
        held,
        _pool(pool or _derived(list(found), environment)),
        chosen=True,
    )


def _resolve(settings: Settings, kubeconfig_path: str | None, name: str) -> Target:
    return resolve(name, settings, kubeconfig_path, None)


def _of(settings: Settings, environment: str) -> list[str]:
    found = [entry.name for entry in settings.clusters if entry.environment == environment]
    if not found:
        known = {entry.environment for entry in settings.clusters if entry.environment}
        hint = did_you_mean(environment, known) or "readiness.yaml gives clusters their `environment`"
        raise UsageError(f"no cluster is in the environment {environment}", hint)
    return found


def _pool(name: str) -> str:
    if not POOL.fullmatch(name):
        raise UsageError(
            f"{name} cannot be the name of a pool",
            "it has small letters, digits, dots, dashes and underscores, 63 at most",
        )
    return name


def _derived(names: Sequence[str], environment: str) -> str:
    """Name a pool by what it reads: the same selection has the same name everywhere, and no other has."""
    meant = f"environment-{environment}" if environment else "clusters-" + "-".join(sorted(names))
    name = re.sub(r"[^a-z0-9.]+", "-", meant.lower()).strip("-")
    # `a-b` and `a`, `b` would be called the same.
    if name == meant and len(name) <= POOL_MOST and (environment or len(names) == 1):
        return name
    digest = sha256("\n".join([environment] if environment else sorted(names)).encode()).hexdigest()[:6]
    return f"{name[: POOL_MOST - 7].rstrip('-')}-{digest}"
