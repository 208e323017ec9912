"""Whether workloads are applied by a tool that remembers what it applied, or by hand."""

from collections import Counter
from collections.abc import Collection, Iterator

from checks.model import Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import lists
from checks.records.base import Metadata
from checks.records.delivery import APPLICATIONS, ROLLOUTS
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import WORKLOAD_READS, application_workloads, is_system, object_ref

ENOUGH = 90
"""Percent of the workloads."""

LABELS = {
    "argocd.argoproj.io/instance": "Argo CD",
    "kustomize.toolkit.fluxcd.io/name": "Flux",
    "helm.toolkit.fluxcd.io/name": "Flux",
    "kapp.k14s.io/app": "kapp",
    "olm.owner": "Operator Lifecycle Manager",
}
"""Labels that only the tool itself sets; anybody's manifest may say `app.kubernetes.io/instance`."""

MANAGED_BY = {"configmanagement.gke.io": "Config Sync", "kustomize-": "kustomize"}
"""Beginnings of `app.kubernetes.io/managed-by`, where the value alone tells."""

GITOPS = frozenset({"Argo CD", "Flux", "Fleet", "Config Sync"})
"""Tools that work from a repository, perhaps from another cluster."""

TOP_LEVEL = frozenset({"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Pod"})
"""Owners whose own metadata is read: of a custom resource only the pods are."""


@check(
    "managed-workloads",
    "Nine in ten workloads are applied by GitOps, Helm, kustomize or kapp",
    family=Family.DELIVERY,
    severity=Severity.MEDIUM,
    layer=Layer.APPLICATION,
    reads=(*WORKLOAD_READS, *lists(APPLICATIONS, ROLLOUTS)),
    remediation=(
        "Find out where {ref} comes from (`kubectl get {target} --output yaml`), put its manifest into the"
        " repository or chart of its application, and apply it from there."
    ),
    docs="https://kubernetes.io/docs/concepts/overview/working-with-objects/object-management/",
)
def managed_workloads(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """What was applied by hand cannot be reviewed, rebuilt or rolled back, and drifts unseen."""
    applications = frozenset(item.name for item in snapshot.list(APPLICATIONS))
    managers = {ref: manager(metadata, applications) for ref, metadata in _top_level(snapshot)}
    by_hand = [ref for ref, tool in managers.items() if not tool]
    managed = len(managers) - len(by_hand)
    if 100 * managed >= ENOUGH * len(managers):
        evidence = _evidence(Counter(managers.values()), by_hand)
        yield from (Passed(ref, evidence) for ref in managers)
        return
    for ref, tool in managers.items():
        if tool:
            yield Passed(ref)
        else:
            share = f"{managed} of {len(managers)} workloads are managed"
            yield Finding(ref, f"no tool's label or annotation shows where it comes from; {share}")


def manager(metadata: Metadata, applications: Collection[str] = ()) -> str:
    """Name what applies an object, nothing where that does not show.

    `applications` are the Argo CD Applications: with the tracking by label that was its default, the instance
    label names one of them.
    """
    labels, annotations = metadata.labels, metadata.annotations
    managed_by = labels.get("app.kubernetes.io/managed-by", "")
    signs = (
        (bool(annotations.argo_tracking), "Argo CD"),
        *((bool(labels.get(label)), tool) for label, tool in LABELS.items()),
        (labels.get("app.kubernetes.io/instance") in applications, "Argo CD"),
        (bool(annotations.gitops_set), "Fleet"),
        (bool(annotations.helm_release), "Helm"),
        (bool(annotations.kapp_identity), "kapp"),
        *((managed_by.startswith(start), tool) for start, tool in MANAGED_BY.items()),
        (metadata.controller is not None, "an operator"),
    )
    return next((tool for shown, tool in signs if shown), "")


def _top_level(snapshot: Snapshot) -> Iterator[tuple[Ref, Metadata]]:
    for workload in application_workloads(snapshot):
        if workload.kind in TOP_LEVEL and not workload.static:
            yield workload.ref, workload.metadata
    for rollout in snapshot.each(ROLLOUTS):
        if not is_system(rollout.namespace):
            yield object_ref(ROLLOUTS, rollout), rollout.metadata


def _evidence(tools: Counter[str], by_hand: list[Ref]) -> str:
    counted = ", ".join(f"{count} by {tool}" for tool, count in tools.most_common() if tool)
    rest = f"; by hand: {', '.join(str(ref) for ref in by_hand)}" if by_hand else ""
    return f"{tools.total() - len(by_hand)} of {tools.total()} workloads: {counted}{rest}"
