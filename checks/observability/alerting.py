"""Alerts: whether something raises them, and somebody hears."""

from collections.abc import Iterator

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity
from checks.observability.presence import absent, made_from, unwell
from checks.products import Found, find
from checks.reads import lists
from checks.records.cluster import NAMESPACES
from checks.records.monitoring import (
    ALERTMANAGER_CONFIGS,
    ALERTMANAGERS,
    GOOGLE_RULES,
    PROMETHEUS_RULES,
    PROMETHEUSES,
    THANOS_RULERS,
    VM_RULES,
)
from checks.registry import Unknown, check
from checks.snapshot import Snapshot
from checks.subjects import CONTROLLER_READS

RULE_KINDS = (PROMETHEUS_RULES, VM_RULES, *GOOGLE_RULES)
ATTEST = "sign an attestation for alerting"
NO_ALERTMANAGER = (
    "Run Alertmanager with a receiver that reaches whoever is on call, e.g. from the kube-prometheus-stack"
    f" chart; where alerts are raised elsewhere (Grafana, a vendor), {ATTEST}."
)
NO_RULES = (
    "Add alert rules, e.g. those of the kube-prometheus-stack chart, as PrometheusRules with the labels and"
    " in the namespaces that the `ruleSelector` and `ruleNamespaceSelector` of the Prometheus select."
)


@check(
    "alerting",
    "Alert rules exist and alerts reach somebody",
    family=Family.OBSERVABILITY,
    severity=Severity.HIGH,
    layer=Layer.PLATFORM,
    reads=(
        *CONTROLLER_READS,
        *lists(*RULE_KINDS),
        *lists(PROMETHEUSES, THANOS_RULERS, ALERTMANAGERS, ALERTMANAGER_CONFIGS, NAMESPACES),
    ),
    remediation="See why its pods are not ready: `kubectl describe {target}`.",
    docs="https://prometheus.io/docs/alerting/latest/overview/",
)
def alerting(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without alerts that reach somebody, the users of what runs here are the first to notice an outage."""
    broken = list[Found]()
    for item in find(snapshot, "alertmanager"):
        if item.healthy:
            yield _judged(snapshot, item)
            return
        broken.append(item)
    if broken:
        yield from map(unwell, broken)
        return
    for item in find(snapshot, "vendor-alerting"):
        raise Unknown(f"no Alertmanager runs; what {item} raises alerts on is kept by its vendor: {ATTEST}")
    declared = ((ALERTMANAGERS, item) for item in snapshot.list(ALERTMANAGERS))
    yield absent(snapshot, "alertmanager", "no Alertmanager runs", NO_ALERTMANAGER, declared)


def _judged(snapshot: Snapshot, alertmanager: Found) -> Passed | Finding:
    """Judge what a running Alertmanager is fed and whom it tells."""
    rules = _rules(snapshot, alertmanager)
    if isinstance(rules, Finding):
        return rules
    receivers = _receivers(snapshot, alertmanager)
    if not receivers:
        raise Unknown(
            f"{alertmanager} runs, with {rules} alert rules; its receivers are in a Secret, which is never"
            f" read: {ATTEST}"
        )
    return Passed(CLUSTER, f"{alertmanager}: {rules} alert rules, receivers: {', '.join(receivers)}")


def _rules(snapshot: Snapshot, alertmanager: Found) -> int | Finding:
    """Return how many alert rules are evaluated, or what is wrong where there is none."""
    files = snapshot.list(PROMETHEUS_RULES)
    labels = _namespaces(snapshot)
    evaluators = (*snapshot.list(PROMETHEUSES), *snapshot.list(THANOS_RULERS))
    converted = snapshot.installed(VM_RULES)  # the VictoriaMetrics operator takes PrometheusRules as its own
    evaluated = sum(
        file.alerts
        for file in files
        if converted or any(item.rules.takes(file, item.namespace, labels) for item in evaluators)
    )
    evaluated += sum(file.alerts for kind in (VM_RULES, *GOOGLE_RULES) for file in snapshot.list(kind))
    if evaluated:
        return evaluated
    if not evaluators and not any(snapshot.installed(kind) for kind in (VM_RULES, *GOOGLE_RULES)):
        raise Unknown(f"{alertmanager} runs; no operator gives it rules, and files are not read: {ATTEST}")
    idle = [file for file in files if file.alerts]
    if idle:
        first = f"{idle[0].namespace}/{idle[0].name}"
        message = f"no Prometheus selects any PrometheusRule with alerts: {len(idle)}, such as {first}"
    else:
        message = "Alertmanager runs, but there is no alert rule"
    return Finding(CLUSTER, message, rule="rules", fix=NO_RULES)


def _receivers(snapshot: Snapshot, found: Found) -> tuple[str, ...]:
    """Return what the AlertmanagerConfigs that a running Alertmanager takes notify by."""
    labels = _namespaces(snapshot)
    ways = {
        way
        for manager in snapshot.list(ALERTMANAGERS)
        if made_from(found, ALERTMANAGERS, manager)
        for config in snapshot.list(ALERTMANAGER_CONFIGS)
        if manager.takes(config, labels)
        for way in config.notifies_by
    }
    return tuple(sorted(ways))


def _namespaces(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    return {item.name: item.labels for item in snapshot.list(NAMESPACES)}
