"""The control plane's own record: the API server's audit log."""

from collections.abc import Iterator

from checks.model import Family, Finding, Layer, Management, Passed, Severity
from checks.reads import lists
from checks.records.pods import PODS
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.static_pods import flags, main_container, static_pods
from checks.subjects import object_ref

API_SERVER = "kube-apiserver"
POLICY = "audit-policy-file"
SINKS = ("audit-log-path", "audit-webhook-config-file")
RKE2_POLICY = "/etc/rancher/rke2/audit-policy.yaml"
"""RKE2 sets the flags by itself, and writes a policy there that records nothing unless somebody edits it."""

ATTEST = "sign an attestation for control-plane-logs"


@check(
    "control-plane-logs",
    "The API server keeps an audit log",
    family=Family.OBSERVABILITY,
    severity=Severity.HIGH,
    layer=Layer.KUBERNETES,
    reads=lists(PODS),
    remediation=(
        "Give kube-apiserver an audit policy and somewhere to write: `--audit-policy-file` and"
        " `--audit-log-path` (or `--audit-webhook-config-file`), with the files mounted, in the manifest of"
        " {ref} or, with kubeadm, in the apiServer section of its configuration."
    ),
    docs="https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/",
)
def control_plane_logs(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Only the audit log tells who changed or deleted what; without it nobody can retrace an incident."""
    platform = snapshot.platform
    if platform.management is None:
        raise Unknown("who runs the control plane does not show: set `management` for this cluster")
    if platform.management is not Management.SELF_MANAGED:
        title = platform.title if platform.distribution != "unknown" else "The provider"
        raise Unknown(f"{title} runs the control plane; whether its logs are kept shows there: {ATTEST}")
    shown = unedited = False
    for group in static_pods(snapshot, API_SERVER):
        given = flags(main_container(group, API_SERVER))
        if not given:  # a shell starts it
            continue
        shown = True
        ref = object_ref(PODS, group)
        policy = given.get(POLICY)
        sinks = [f"--{name}={given[name]}" for name in SINKS if given.get(name)]
        unedited = unedited or policy == RKE2_POLICY
        if policy and sinks:
            yield Passed(ref, f"kube-apiserver runs with --{POLICY}={policy} {' '.join(sinks)}")
        if not policy:
            yield Finding(ref, f"--{POLICY} is not set: nothing is recorded", rule="policy")
        if not sinks:
            message = f"neither --{SINKS[0]} nor --{SINKS[1]} is set: what is recorded goes nowhere"
            yield Finding(ref, message, rule="sink")
    if not shown:
        raise Unknown(f"no static pod shows the flags that kube-apiserver runs with: {ATTEST}")
    if unedited:
        raise Unknown(
            f"RKE2's own policy {RKE2_POLICY} records nothing; whether it was edited does not show: {ATTEST}"
        )
