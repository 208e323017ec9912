"""The service mesh: its control plane, its proxies' versions, and how much of the cluster is in it."""

import re
from collections.abc import Iterator, Sequence

from checks.model import Family, Finding, Layer, Passed, Ref, Severity
from checks.products import Found, find, known, parse_image
from checks.reads import Get, lists
from checks.records.cluster import CONFIG_MAPS, NAMESPACES
from checks.records.pods import PODS, PodGroup
from checks.registry import NotApplicable, Unknown, check
from checks.snapshot import Snapshot
from checks.subjects import CONTROLLER_READS, is_system

MINOR = re.compile(r"(\d+\.\d+)")
AMBIENT = "istio.io/dataplane-mode"


@check(
    "service-mesh",
    "The service mesh's control plane is ready and its proxies are of the same version",
    family=Family.NETWORKING,
    severity=Severity.INFO,
    layer=Layer.PLATFORM,
    reads=(
        *CONTROLLER_READS,
        *lists(PODS, NAMESPACES),
        Get(CONFIG_MAPS, "kube-system", "cilium-config"),
    ),
    remediation="See why its pods are not ready: `kubectl describe {target}`.",
    docs="https://kubernetes.io/docs/concepts/services-networking/",
)
def service_mesh(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Proxies that lose their control plane keep old routes and certificates until these expire."""
    planes = [*find(snapshot, "service-mesh"), *_cilium(snapshot)]
    groups = [group for group in snapshot.list(PODS) if group.pods > group.finished]
    meshed = [group for group in groups if group.proxies]
    if not planes and not meshed:
        raise NotApplicable("there is no service mesh")
    if not planes:
        pods = sum(sum(group.proxies.values()) for group in meshed)
        raise Unknown(
            f"{pods} pods run a mesh's proxy, but its control plane runs elsewhere and does not show"
        )
    share = _share(snapshot, groups, {found.ref.namespace for found in planes})
    for found in planes:
        told = share if found.product.sidecars else "mutual authentication is on"
        yield _ready(found) or Passed(found.ref, f"{found}; {told}")
    for found in find(snapshot, "mesh-node-proxy"):
        versions = {_minor(found.version)}
        yield _ready(found) or _same_version(planes, found.product.name, found.ref, versions)
    for group in meshed:
        versions = {_minor(parse_image(image)[1]) for image in group.proxies}
        ref = Ref(group.kind, group.namespace, group.name)
        yield _same_version(planes, _mesh_of(group), ref, versions)


def _cilium(snapshot: Snapshot) -> Iterator[Found]:
    """Yield Cilium where it authenticates pods to each other."""
    for found in find(snapshot, "cni"):
        if "cilium.io" in found.product.groups:
            config = snapshot.get(CONFIG_MAPS, "kube-system", "cilium-config")
            if config and config.data.get("mesh-auth-mutual-enabled") == "true":
                yield found


def _ready(found: Found) -> Finding | None:
    if found.healthy:
        return None
    message = f"{found.product.name}: {found.ready} of {found.desired} pods are ready"
    return Finding(found.ref, message, rule="ready")


def _mesh_of(group: PodGroup) -> str:
    """Name the mesh whose sidecar the pods of a group run."""
    meshes = known("service-mesh")
    return next((item.name for item in meshes if group.containers.keys() & set(item.sidecars)), "")


def _same_version(planes: Sequence[Found], mesh: str, ref: Ref, versions: set[str]) -> Passed | Finding:
    """Compare minor versions; a canary upgrade has control planes of two, and either will do."""
    wanted = {_minor(found.version) for found in planes if found.product.name == mesh}
    other = sorted(versions - wanted - {""})
    if not other or not wanted or "" in wanted:
        return Passed(ref)
    message = f"its proxies run {mesh} {', '.join(other)}, the control plane {', '.join(sorted(wanted))}"
    return Finding(
        ref, message, rule="version", fix=f"Restart the pods of {ref}, so that they get the new proxy."
    )


def _minor(version: str) -> str:
    match = MINOR.search(version)
    return match[1] if match else ""


def _share(snapshot: Snapshot, groups: Sequence[PodGroup], planes: set[str]) -> str:
    """Count the application pods that have a proxy of their own or are in an ambient mesh."""
    ambient = {item.name for item in snapshot.list(NAMESPACES) if item.labels.get(AMBIENT) == "ambient"}
    mine = [group for group in groups if not is_system(group.namespace) and group.namespace not in planes]
    meshed = 0
    for group in mine:
        if group.proxies:
            meshed += sum(group.proxies.values())
        elif group.labels.get(AMBIENT, "ambient" if group.namespace in ambient else "") == "ambient":
            meshed += group.pods - group.finished
    total = sum(group.pods - group.finished for group in mine)
    return f"{meshed} of {total} application pods are in the mesh"
