"""What keeps a workload up while nodes come and go."""

from collections.abc import Iterator

from checks.model import Family, Finding, Layer, Passed, Severity
from checks.reads import lists
from checks.records.workloads import DISRUPTION_BUDGETS
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import WORKLOAD_READS, Workload, application_workloads


@check(
    "disruption-budgets",
    "Every replicated workload has a disruption budget",
    family=Family.WORKLOADS,
    severity=Severity.HIGH,
    layer=Layer.APPLICATION,
    reads=(*WORKLOAD_READS, *lists(DISRUPTION_BUDGETS)),
    remediation="Add a PodDisruptionBudget that selects the pods of {ref}.",
    docs="https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
)
def disruption_budgets(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without a budget, draining nodes for an upgrade may evict every replica of a workload at once."""
    budgets = snapshot.list(DISRUPTION_BUDGETS)
    for workload in application_workloads(snapshot):
        if workload.runs_to_completion or workload.replicas is None or workload.replicas < 2:
            continue
        protecting = [
            budget.name
            for budget in budgets
            if budget.namespace == workload.namespace
            and budget.spec.selector is not None
            and budget.spec.selector.matches(workload.pod_labels)
        ]
        if protecting:
            yield Passed(workload.ref)
        else:
            message = f"{workload.replicas} replicas and no PodDisruptionBudget selects them"
            yield Finding(workload.ref, message, fix=_budget_for(workload))


def _budget_for(workload: Workload) -> str:
    labels = ",".join(f"{key}={value}" for key, value in sorted(workload.pod_labels.items()))
    name, namespace = workload.metadata.name, workload.namespace
    return (
        f"Give its pods a budget, so that draining a node waits for a replacement: `kubectl create"
        f" poddisruptionbudget {name} --namespace {namespace} --selector '{labels}' --max-unavailable 1`."
    )
