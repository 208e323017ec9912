"""Workloads that reach past their container into the node."""

from collections.abc import Iterator

from checks.model import Family, Finding, Layer, Passed, Severity
from checks.products import Product, running
from checks.records.pods import Container
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import WORKLOAD_READS, Workload, application_workloads

NODE_ADD_ONS = (
    "cni",
    "network-policy-engine",
    "network-policy-option",
    "kube-proxy",
    "csi-driver",
    "log-shipper",
    "metrics-agent",
    "tracing",
    "load-balancer-controller",
    "mesh-node-proxy",
    "secret-manager",
    "node-agent",
)
"""What products that may need the node are for."""


@check(
    "privileged-workloads",
    "No workload can take over its node",
    family=Family.SECURITY,
    severity=Severity.HIGH,
    layer=Layer.APPLICATION,
    reads=WORKLOAD_READS,
    remediation=(
        "Take it out of the pod template of {ref}; where one capability, device or file is needed, give it"
        " that alone."
    ),
    docs="https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline",
)
def privileged_workloads(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Whoever breaks into such a container owns the node, and with it every pod and secret there."""
    for workload in application_workloads(snapshot):
        findings = tuple(risks(workload))
        add_on = known_add_on(workload) if findings else None
        if add_on:
            yield Passed(workload.ref, f"{workload.ref} is a known node add-on ({add_on.name})")
        else:
            yield from findings or (Passed(workload.ref),)


def risks(workload: Workload) -> Iterator[Finding]:
    """Yield what lets a workload reach past its containers."""
    spec = workload.spec
    for shared, field, what in (
        (spec.host_network, "hostNetwork", "network"),
        (spec.host_pid, "hostPID", "processes"),
        (spec.host_ipc, "hostIPC", "shared memory"),
    ):
        if shared:
            yield Finding(workload.ref, f"{field}: it shares the node's {what}", rule=field)
    for volume in spec.volumes:
        if volume.host_path and volume.host_path.path and not volume.host_path.path.strip("/."):
            message = f"volume `{volume.name}` is the node's root directory"
            yield Finding(workload.ref, message, rule="hostPath /")
    for container in (*spec.containers, *spec.init_containers):
        yield from _container_risks(workload, container)


def _container_risks(workload: Workload, container: Container) -> Iterator[Finding]:
    ref, context = workload.container_ref(container.name), container.security_context
    if context.privileged:
        yield Finding(ref, "runs privileged", rule="privileged")
    for capability in context.capabilities.add:
        if capability.removeprefix("CAP_") in {"SYS_ADMIN", "ALL"}:
            yield Finding(ref, f"adds the capability {capability}", rule=capability)


def known_add_on(workload: Workload) -> Product | None:
    """Return the node add-on that a workload is, if any.

    An image alone would excuse any pod with a log agent beside its own containers: the workload must be of
    the kind that the product comes as, a DaemonSet where that is not said.
    """
    for capability in NODE_ADD_ONS:
        found = running(capability, workload.spec)
        if found and workload.kind in (found[0].kinds or ("DaemonSet",)):
            return found[0]
    return None
