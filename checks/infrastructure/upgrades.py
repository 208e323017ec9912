"""Kubernetes' own version, and how far its parts are from each other."""

from collections.abc import Iterator
from datetime import date

from checks.model import CLUSTER, Family, Finding, Layer, Management, Passed, Platform, Ref, Severity
from checks.products import find
from checks.reads import Path, lists
from checks.records.cluster import NODES, Node
from checks.records.workloads import DAEMONSETS
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.subjects import in_turn
from checks.versions import KubernetesReleases, Version, kubernetes_releases, parse
from checks.words import counted

PATCHES_BEHIND = 3
SKEW = 3
"""How many minors a kubelet or a kube-proxy may be older than the API server."""


@check(
    "kubernetes-version",
    "Kubernetes is a supported minor and at most three patches behind",
    family=Family.INFRASTRUCTURE,
    severity=Severity.HIGH,
    layer=Layer.KUBERNETES,
    reads=(*lists(NODES), Path("/version")),
    remediation=(
        "Upgrade one minor at a time, the control plane before the nodes; before each step look for uses of"
        " APIs that it removes (check deprecated-apis)."
    ),
    docs="https://kubernetes.io/releases/",
)
def kubernetes_version(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A minor that nobody supports gets no security fixes, and each one skipped makes the upgrade harder."""
    table, version = kubernetes_releases(), _api_server(snapshot)
    if table.stale(snapshot.today):
        raise Unknown(f"the table of versions is of {table.as_of}: update readiness")
    if (version.major, version.minor) > table.newest[:2]:
        raise Unknown(f"{snapshot.version} is newer than the table of versions, which is of {table.as_of}")
    supported = _supported(table, version, snapshot.platform, snapshot.today)
    if isinstance(supported, Finding):
        yield supported
        return
    latest = table.minors[version.name].patch if version.name in table.minors else version.patch
    behind = latest - version.patch
    if _patches_itself(table, snapshot.platform):
        yield Passed(CLUSTER, f"{snapshot.version}: {supported}")
    elif behind > PATCHES_BEHIND:
        message = f"{snapshot.version} is {counted(behind, 'patch release')} behind v{version.name}.{latest}"
        yield Finding(CLUSTER, message, rule="patch", fix=f"Upgrade to v{version.name}.{latest} or later.")
    else:
        told = (
            f"{counted(behind, 'patch release')} behind v{version.name}.{latest}"
            if behind > 0
            else "the last patch known"
        )
        yield Passed(CLUSTER, f"{snapshot.version}: {supported}, {told} on {table.as_of}")


def _supported(table: KubernetesReleases, version: Version, platform: Platform, today: date) -> str | Finding:
    """Say who supports a minor until when, or yield the finding that nobody does."""
    release = table.minors.get(version.name)
    if release and today <= release.end_of_life:
        return f"supported upstream until {release.end_of_life}"
    ended = f"upstream's support of {version.name} ended"
    ended += f" on {release.end_of_life}" if release else " years ago"
    provider = table.providers.get(platform.distribution)
    if provider is None:
        if platform.management in {Management.MANAGED, Management.FULLY_MANAGED}:
            raise Unknown(
                f"{ended}, and {platform.title}'s own calendar is not known here: look it up and"
                " sign an attestation, or upgrade"
            )
        return _ended(table, version, ended)
    term = provider.minors.get(version.name)
    if term is None:
        return _ended(table, version, f"{ended}, and {platform.title} does not support it any longer")
    if today <= term.standard:
        return f"supported by {platform.title} until {term.standard}"
    last = term.extended or term.standard
    if today > last:
        return _ended(table, version, f"{ended}, {platform.title}'s on {last}")
    if provider.extended:
        raise Unknown(
            f"{platform.title} supports {version.name} until {last} only with {provider.extended}, which the"
            " API does not show: sign an attestation, or upgrade"
        )
    return f"in {platform.title}'s extended support until {last} (the ordinary one ended on {term.standard})"


def _ended(table: KubernetesReleases, version: Version, message: str) -> Finding:
    following = f"{version.major}.{version.minor + 1}"
    fix = (
        f"Upgrade one minor at a time, next to {following} and on to {table.newest.name}; before each step"
        " look for uses of APIs that it removes."
    )
    return Finding(CLUSTER, message, rule="end-of-life", fix=fix)


def _patches_itself(table: KubernetesReleases, platform: Platform) -> bool:
    """Whether the provider decides which patch runs: its builds carry fixes of their own."""
    managed = {Management.MANAGED, Management.FULLY_MANAGED}
    return platform.distribution in table.providers or platform.management in managed


@check(
    "version-skew",
    "Kubelets and kube-proxy are no newer than the API server, and at most three minors older",
    family=Family.INFRASTRUCTURE,
    severity=Severity.HIGH,
    layer=Layer.KUBERNETES,
    reads=(*lists(NODES, DAEMONSETS), Path("/version")),
    remediation=(
        "Bring {ref} to the API server's minor: upgrade or replace nodes one by one after `kubectl drain`,"
        " and set kube-proxy's image to the API server's version."
    ),
    docs="https://kubernetes.io/releases/version-skew-policy/",
)
def version_skew(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Outside the tested range, nodes and control plane misunderstand each other in ways nobody has seen."""
    server = _api_server(snapshot)
    untold: list[str] = []
    yield from in_turn(_kubelets(snapshot, server, untold), _kube_proxies(snapshot, server, untold))
    if untold:
        raise Unknown(f"no version shows for {', '.join(untold[:5])}")


def _kubelets(snapshot: Snapshot, server: Version, untold: list[str]) -> Iterator[Passed | Finding]:
    for node in snapshot.each(NODES):
        if _virtual(node):
            continue
        ref, text = Ref("Node", name=node.name), node.status.node_info.kubelet_version
        version = parse(text)
        if version is None:
            untold.append(f"the kubelet of {ref}")
        else:
            yield _judged(ref, "kubelet", text, version, server)


def _kube_proxies(snapshot: Snapshot, server: Version, untold: list[str]) -> Iterator[Passed | Finding]:
    """Judge kube-proxy by its image; where it is no DaemonSet it comes with the kubelet's own version."""
    for found in find(snapshot, "kube-proxy", DAEMONSETS):
        version = parse(found.version)
        if version is None:
            untold.append(f"{found.ref} (image tag `{found.version}`)")
        else:
            yield _judged(found.ref, "kube-proxy", found.version, version, server)


def _judged(ref: Ref, part: str, text: str, version: Version, server: Version) -> Passed | Finding:
    older = server.minor - version.minor
    if older < 0:
        return Finding(ref, f"{part} {text} is newer than the API server ({server})", rule=part)
    if older > SKEW:
        return Finding(
            ref, f"{part} {text} is {older} minors older than the API server ({server})", rule=part
        )
    return Passed(ref, f"{part} {text} with API server {server}")


def _api_server(snapshot: Snapshot) -> Version:
    version = parse(snapshot.version)
    if version is None:
        raise Unknown(f"the API server's version is not understood: {snapshot.version}")
    return version


def _virtual(node: Node) -> bool:
    """Whether a node stands for another system, and its kubelet's version is made up."""
    return node.labels.get("type") == "virtual-kubelet"
