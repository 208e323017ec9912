"""The control plane's static pods: which there are, and the flags they run with."""

from collections.abc import Iterator

from checks.records.pods import PODS, Container, PodGroup
from checks.snapshot import Snapshot


def static_pods(snapshot: Snapshot, component: str, namespace: str = "kube-system") -> Iterator[PodGroup]:
    """Yield the static pods of a component (`etcd`, `kube-apiserver`), as kubeadm and its kin label them."""
    for group in snapshot.each(PODS):
        if group.static and group.namespace == namespace and group.labels.get("component") == component:
            yield group


def main_container(group: PodGroup, name: str) -> Container:
    """Return a pod's container of that name, else its first; an empty one where the spec was not kept."""
    containers = group.spec.containers if group.spec else ()
    named = (container for container in containers if container.name == name)
    return next(named, containers[0] if containers else Container())


def flags(container: Container) -> dict[str, str]:
    """Return the long flags of a command line; one without a value is `true`, the last of several counts."""
    found: dict[str, str] = {}
    words = (*container.command, *container.args)
    for word, following in zip(words, (*words[1:], ""), strict=False):
        if not word.startswith("--"):
            continue
        name, given, value = word.removeprefix("--").partition("=")
        if not given:
            value = following if following and not following.startswith("-") else "true"
        found[name] = value
    return found
