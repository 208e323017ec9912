"""Which cluster a name means: an entry of readiness.yaml, an alias, a kubeconfig context, in this order.

Without a name: the current context, else the cluster that runs this process.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache

from bot.cluster import kubeconfig
from bot.cluster.kubeconfig import Kubeconfig
from bot.settings import ClusterEntry, Settings
from checks.errors import UsageError
from checks.nearest import did_you_mean
from checks.snapshot import Facts

IN_CLUSTER = "in-cluster"
"""What the cluster that runs this process is called where nothing names it."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that can be read. An empty `context` is the cluster that runs this process."""

    name: str
    kubeconfig: Kubeconfig = field(default_factory=Kubeconfig)
    context: str = ""
    environment: str = ""
    aliases: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)


def resolve(
    name: str | None, settings: Settings, kubeconfig_path: str | None, context: str | None
) -> Cluster:
    """Find the cluster that is meant. Raises `UsageError` with the nearest names where there is none."""
    found = _found(name, settings, kubeconfig_path, context)
    return replace(found, facts=replace(found.facts, owner_rules=settings.owner_rules(found.name)))


def _found(name: str | None, settings: Settings, kubeconfig_path: str | None, context: str | None) -> Cluster:
    if name and context:
        raise UsageError("name a cluster or give --context, not both")
    entry = settings.find(name) if name else None
    if entry:
        return _configured(entry, kubeconfig_path)
    known = kubeconfig.load(kubeconfig_path)
    wanted = name or context or known.current
    if not wanted:
        return _without_name(settings)
    entry = next((entry for entry in settings.clusters if _means(entry, wanted)), None)
    if entry and wanted in known.contexts:
        # However it was asked for: the facts, the waivers and the history are those of its entry.
        return _configured(entry, kubeconfig_path)
    if wanted not in known.contexts:
        names = {
            *known.contexts,
            *(() if context else (n for e in settings.clusters for n in (e.name, *e.aliases))),
        }
        what = "context" if context or not name else "cluster"
        raise UsageError(
            f"there is no {what} {wanted}", did_you_mean(wanted, names) or "no kubeconfig was found"
        )
    return Cluster(wanted, known, wanted)


def everyone(settings: Settings, kubeconfig_path: str | None) -> list[Cluster]:
    """Return every cluster that can be named: those configured, then the other contexts."""
    configured = [_configured_or_broken(entry, kubeconfig_path) for entry in settings.clusters]
    known = kubeconfig.load(kubeconfig_path)
    taken = {(cluster.kubeconfig.paths, cluster.context) for cluster in configured}
    names = {cluster.name for cluster in configured}
    others = [
        Cluster(context, known, context)
        for context in known.contexts
        if (known.paths, context) not in taken and context not in names
    ]
    return [*configured, *others, *([Cluster(IN_CLUSTER)] if in_pod() and not configured else [])]


def reachable(settings: Settings, kubeconfig_path: str | None) -> frozenset[str]:
    """Return the names of the configured clusters that lead somewhere. Each kubeconfig is read once."""
    load = cache(kubeconfig.load)
    found: set[str] = set()
    for entry in settings.clusters:
        if entry.in_cluster and not in_pod():
            continue
        with suppress(UsageError):
            found.add(_configured(entry, kubeconfig_path, load).name)
    return frozenset(found)


def _means(entry: ClusterEntry, context: str) -> bool:
    """Whether an entry is about a context of the kubeconfig in use, not of one of its own."""
    own = entry.in_cluster or entry.kubeconfig
    return not own and (entry.context or entry.name) == context


def _configured_or_broken(entry: ClusterEntry, kubeconfig_path: str | None) -> Cluster:
    """Return an entry's cluster; one that leads nowhere can be listed, and says why when it is named."""
    try:
        return _configured(entry, kubeconfig_path)
    except UsageError:
        nowhere = entry.context or entry.name
        return Cluster(entry.name, Kubeconfig(), nowhere, entry.environment, entry.aliases, entry.facts)


def _configured(
    entry: ClusterEntry,
    kubeconfig_path: str | None,
    load: Callable[[str | None], Kubeconfig] = kubeconfig.load,
) -> Cluster:
    if entry.in_cluster:
        return Cluster(entry.name, Kubeconfig(), "", entry.environment, entry.aliases, entry.facts)
    own = entry.kubeconfig or kubeconfig_path
    known = load(own)
    context = entry.context or (known.current if entry.kubeconfig else entry.name)
    if context not in known.contexts:
        where = known.paths or "any kubeconfig"
        raise UsageError(
            f"the cluster {entry.name} means context {context or '(none)'}, which is not in {where}",
            did_you_mean(context, known.contexts),
        )
    return Cluster(entry.name, known, context, entry.environment, entry.aliases, entry.facts)


def _without_name(settings: Settings) -> Cluster:
    entry = next((entry for entry in settings.clusters if entry.in_cluster), None)
    if entry:
        return _configured(entry, None)
    if in_pod():
        return Cluster(IN_CLUSTER)
    raise UsageError(
        "no cluster was named, no kubeconfig has a current context, and this is not a pod",
        "name a cluster: `readiness clusters` lists them; or set $KUBECONFIG",
    )


def in_pod() -> bool:
    """Whether this process runs in a cluster."""
    return bool(os.environ.get("KUBERNETES_SERVICE_HOST"))
