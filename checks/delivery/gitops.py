"""GitOps: a controller that keeps the cluster as a repository says."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from checks.delivery.management import GITOPS, manager
from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity
from checks.products import Found, find
from checks.reads import lists
from checks.records.base import Kind
from checks.records.delivery import (
    APPLICATIONS,
    FLEET_CHARTS,
    FLEET_REPOSITORIES,
    HELM_RELEASES,
    KAPP_APPS,
    KUSTOMIZATIONS,
    REPO_SYNCS,
    ROOT_SYNCS,
)
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.subjects import CONTROLLER_READS, controllers, is_system

DELIVERED: tuple[Kind[Any], ...] = (
    APPLICATIONS,
    KUSTOMIZATIONS,
    HELM_RELEASES,
    KAPP_APPS,
    FLEET_REPOSITORIES,
    FLEET_CHARTS,
    ROOT_SYNCS,
    REPO_SYNCS,
)
"""What is configured for delivery. Not Fleet's Bundles (Rancher makes some of its own) nor sources alone."""

ALIVE = timedelta(hours=1)
"""Argo CD looks at each Application every few minutes."""


@check(
    "gitops",
    "A GitOps controller runs and delivers an application",
    family=Family.DELIVERY,
    severity=Severity.MEDIUM,
    layer=Layer.PLATFORM,
    reads=(*CONTROLLER_READS, *lists(*DELIVERED)),
    remediation=(
        "Install a GitOps controller such as Argo CD or Flux, and give it the repository that describes the"
        " applications of {ref}."
    ),
    docs="https://opengitops.dev/",
)
def gitops(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without one, the cluster is what somebody last applied, and nobody can rebuild it from a repository."""
    products = defaultdict(list)
    for found in find(snapshot, "gitops"):
        products[found.product.name].append(found)
    problems = []
    for name, workloads in products.items():
        delivered = _delivered(snapshot, workloads)
        down = [found for found in workloads if not found.healthy]
        if down:
            problems.append(f"not all of {name} runs: {', '.join(str(found) for found in down)}")
        elif not delivered:
            problems.append(f"{name} runs and has nothing to deliver: no application is configured")
        else:
            running = ", ".join(str(found) for found in workloads)
            yield Passed(CLUSTER, f"{running}: {', '.join(delivered)}")
            return
    if problems:
        fix = "Bring its controllers up and give them an application to deliver."
        yield Finding(CLUSTER, "; ".join(problems), fix=fix)
    else:
        yield Finding(CLUSTER, _absent(snapshot))


def _delivered(snapshot: Snapshot, workloads: Sequence[Found]) -> list[str]:
    """Count what the controllers of one product have to deliver: `12 Applications`."""
    groups = {group for found in workloads for group in found.product.groups}
    counts = {kind.kind: len(snapshot.list(kind)) for kind in DELIVERED if kind.group in groups}
    return [f"{count} {kind}{'s' * (count > 1)}" for kind, count in counts.items() if count]


def _absent(snapshot: Snapshot) -> str:
    """Say that there is none; raises `Unknown` where this cluster may be served from elsewhere."""
    elsewhere = _elsewhere(snapshot)
    if elsewhere:
        raise Unknown(f"{elsewhere}: the controller runs elsewhere, sign an attestation for it")
    installed = [kind.kind for kind in DELIVERED if snapshot.installed(kind)]
    if installed:
        return f"{' and '.join(installed)} can be created, but no controller for them runs"
    return "no GitOps controller runs"


def _elsewhere(snapshot: Snapshot) -> str:
    """Return what shows a controller that runs in another cluster, or at the provider."""
    agent = next((found for found in find(snapshot, "gitops-agent") if found.healthy), None)
    if agent:
        return f"{agent} runs here"
    applications = snapshot.list(APPLICATIONS)
    recent = [item for item in applications if snapshot.younger_than(item.status.reconciled_at, ALIVE)]
    if recent:
        return f"{len(recent)} of {len(applications)} Applications were reconciled within the hour"
    if applications:
        return ""  # a controller that ran here is gone
    tools = [manager(item.metadata) for _, item in controllers(snapshot) if not is_system(item.namespace)]
    tracked = [tool for tool in tools if tool in GITOPS]
    if tracked:
        return f"{len(tracked)} of {len(tools)} workloads are applied by {' and '.join(sorted(set(tracked)))}"
    return ""
