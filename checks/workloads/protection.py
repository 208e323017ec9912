"""What keeps a workload up while nodes come and go."""

from collections.abc import Iterator

from checks.folding import VOLATILE_LABELS
from checks.model import Family, Finding, Layer, Passed, Severity
from checks.reads import lists
from checks.records.workloads import DISRUPTION_BUDGETS, PodDisruptionBudget
from checks.registry import check
from checks.snapshot import Snapshot
from checks.subjects import WORKLOAD_READS, Workload, application_workloads
from checks.workloads.selecting import ByLabel


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
    budgets = ByLabel[PodDisruptionBudget]()
    for budget in snapshot.list(DISRUPTION_BUDGETS):
        if budget.spec.selector is not None:
            budgets.add(budget, budget.namespace, budget.spec.selector.match_labels)
    for workload in application_workloads(snapshot):
        replicas = workload.replicas or 0
        if replicas < 2:
            continue
        near = budgets.candidates(workload.namespace, workload.pod_labels)
        selecting = [budget for budget in near if _selects(budget, workload)]
        if not selecting:
            message = f"{replicas} replicas and no PodDisruptionBudget selects them"
            yield Finding(workload.ref, message, fix=_budget_for(workload))
        elif all(_allows_all(budget, replicas) for budget in selecting):
            name = min(budget.name for budget in selecting)
            message = f"{replicas} replicas, and PodDisruptionBudget {name} lets all of them go at once"
            yield Finding(
                workload.ref, message, fix=f"Set `maxUnavailable: 1` in PodDisruptionBudget {name}."
            )
        else:
            yield Passed(workload.ref)


def _selects(budget: PodDisruptionBudget, workload: Workload) -> bool:
    return budget.spec.selector is not None and budget.spec.selector.matches(workload.pod_labels)


def _allows_all(budget: PodDisruptionBudget, replicas: int) -> bool:
    """Whether it holds no replica back; the API server allows either bound, not both."""
    least, most = budget.spec.min_available, budget.spec.max_unavailable
    if isinstance(most, int):
        return most >= replicas
    return most == "100%" or least in {0, "0", "0%"}


def _budget_for(workload: Workload) -> str:
    kept = {key: value for key, value in workload.pod_labels.items() if key not in VOLATILE_LABELS}
    labels = ",".join(f"{key}={value}" for key, value in sorted((workload.selector or kept).items()))
    name, namespace = workload.metadata.name, workload.namespace
    return (
        f"Give its pods a budget, so that draining a node waits for a replacement: `kubectl create"
        f" poddisruptionbudget {name} --namespace {namespace} --selector '{labels}' --max-unavailable 1`."
    )
