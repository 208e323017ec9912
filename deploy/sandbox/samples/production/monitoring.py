"""Monitoring: metrics that are kept, and alerts that reach people."""

from collections.abc import Iterator, Mapping

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.pods import HARDENED, Workload, container
from deploy.sandbox.samples.production.shared import (
    RELEASED,
    AddOn,
    Site,
    condition,
    guarded,
    named,
    resource,
    run,
)
from deploy.sandbox.samples.services import budget, service
from deploy.sandbox.samples.workloads import stateful_set

MONITORING = "monitoring"
RELEASE = "kps"
_COREOS = "monitoring.coreos.com/v1"
_HELM = {"release": RELEASE}

_ALERTS = {
    "kubernetes-apps": ("KubePodCrashLooping", "KubeDeploymentReplicasMismatch", "KubeJobFailed"),
    "kubernetes-storage": ("KubePersistentVolumeFillingUp", "KubePersistentVolumeErrors"),
    "etcd": ("etcdMembersDown", "etcdDatabaseQuotaLowSpace", "etcdNoLeader"),
    "node-exporter": ("NodeFilesystemSpaceFillingUp", "NodeClockSkewDetected"),
    "general": ("TargetDown", "Watchdog"),
}


def monitoring(site: Site) -> Iterator[Manifest]:
    """Yield what the kube-prometheus stack is made of."""
    yield from guarded(MONITORING, "baseline")
    yield from _prometheus(site)
    yield from _alertmanager(site)
    yield from _exporters(site)
    yield from _rules()


def _prometheus(site: Site) -> Iterator[Manifest]:
    operator = AddOn(
        space=MONITORING,
        name="kps-operator",
        image="quay.io/prometheus-operator/prometheus-operator:v0.89.0",
        ports={"https": 10250},
        replicas=1,
        labels=named("kube-prometheus-stack-prometheus-operator"),
        args=["--enable-config-reloader-probes=true"],
    )
    yield from run(operator.workload, site.workers, {"https": (443, "https")})
    spec = {
        "replicas": 2,
        "retention": "15d",
        "ruleSelector": {"matchLabels": _HELM},
        "ruleNamespaceSelector": {},
        "alerting": {
            "alertmanagers": [{"namespace": MONITORING, "name": "kps-alertmanager", "port": "http-web"}]
        },
        "storage": {"volumeClaimTemplate": {"spec": {"resources": {"requests": {"storage": "100Gi"}}}}},
    }
    available = {"conditions": [condition("Available", "AllReplicasReady"), condition("Reconciled", "Done")]}
    yield resource(_COREOS, "Prometheus", RELEASE, spec, available, space=MONITORING)
    main = _server("prometheus", "quay.io/prometheus/prometheus:v3.10.0", 9090)
    workload = _operated("Prometheus", "prometheus", [main, _reloader()], 2, "100Gi")
    yield from _stateful(site, workload, 9090)


def _alertmanager(site: Site) -> Iterator[Manifest]:
    spec = {
        "replicas": 3,
        "alertmanagerConfigSelector": {"matchLabels": _HELM},
        "alertmanagerConfigNamespaceSelector": {},
    }
    available = {"conditions": [condition("Available", "AllReplicasReady"), condition("Reconciled", "Done")]}
    yield resource(_COREOS, "Alertmanager", RELEASE, spec, available, space=MONITORING)
    main = _server("alertmanager", "quay.io/prometheus/alertmanager:v0.31.1", 9093)
    workload = _operated("Alertmanager", "alertmanager", [main, _reloader()], 3, "10Gi")
    yield from _stateful(site, workload, 9093)
    receivers = [
        {"name": "on-call", "pagerdutyConfigs": [{"routingKey": {"name": "on-call", "key": "routing-key"}}]},
        {
            "name": "team",
            "slackConfigs": [{"apiURL": {"name": "on-call", "key": "slack"}, "channel": "#ops"}],
        },
    ]
    critical = {"receiver": "on-call", "matchers": [{"name": "severity", "value": "critical"}]}
    config = {"route": {"receiver": "team", "routes": [critical]}, "receivers": receivers}
    item = resource(
        "monitoring.coreos.com/v1alpha1", "AlertmanagerConfig", "on-call", config, space=MONITORING
    )
    item["metadata"]["labels"] = dict(_HELM)
    yield item


def _exporters(site: Site) -> Iterator[Manifest]:
    states = AddOn(
        space=MONITORING,
        name="kps-kube-state-metrics",
        image="registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.18.0",
        ports={"http": 8080, "telemetry": 8081},
        probe="/livez",
        replicas=1,
        labels=named("kube-state-metrics", "metrics"),
    )
    yield from run(states.workload, site.workers, {"http": (8080, "http")})
    boards = AddOn(
        space=MONITORING,
        name="kps-grafana",
        image="docker.io/grafana/grafana:12.4.1",
        ports={"grafana": 3000},
        probe="/api/health",
        labels=named("grafana"),
    )
    yield from run(boards.workload, site.workers, {"http-web": (80, "grafana")})


def _rules() -> Iterator[Manifest]:
    for name, alerts in _ALERTS.items():
        rules = [
            {"alert": alert, "expr": "vector(1)", "for": "15m", "labels": {"severity": "critical"}}
            for alert in alerts
        ]
        group = {"name": name, "rules": [*rules, {"record": f"{name}:up:count", "expr": "count(up)"}]}
        item = resource(_COREOS, "PrometheusRule", name, {"groups": [group]}, space=MONITORING)
        item["metadata"]["labels"] = dict(_HELM)
        yield item


def _server(name: str, image: str, port: int) -> Manifest:
    return container(
        name,
        image,
        ports={"http-web": port},
        probe="/-/ready",
        requests=("500m", "2Gi"),
        securityContext=HARDENED,
        volumeMounts=[{"name": f"{name}-{RELEASE}-db", "mountPath": f"/{name}"}],
    )


def _reloader() -> Manifest:
    image = "quay.io/prometheus-operator/prometheus-config-reloader:v0.89.0"
    ports = {"reloader-web": 8080}
    return container("config-reloader", image, ports=ports, probe="/healthz", securityContext=HARDENED)


def _operated(kind: str, name: str, containers: list[Manifest], replicas: int, size: str) -> Workload:
    """Return what the operator makes of a resource."""
    return Workload(
        namespace=MONITORING,
        name=f"{name}-{RELEASE}",
        containers=containers,
        labels={**named(name), name: RELEASE, "app.kubernetes.io/managed-by": "prometheus-operator"},
        replicas=replicas,
        claims={f"{name}-{RELEASE}-db": size},
        pod={"serviceAccountName": f"{RELEASE}-{name}", "securityContext": {"fsGroup": 2000}},
        owner={"apiVersion": _COREOS, "kind": kind, "name": RELEASE},
        age=RELEASED,
    )


def _stateful(site: Site, workload: Workload, port: int) -> Iterator[Manifest]:
    component = workload.name.removesuffix(f"-{RELEASE}")
    yield from stateful_set(workload, site.workers, f"{component}-operated")
    yield budget(workload)
    ports: Mapping[str, tuple[int, int | str]] = {"http-web": (port, "http-web")}
    yield service(workload, ports, name=f"{component}-operated", clusterIP="None")
    reloader = {"reloader-web": (8080, "reloader-web")}
    yield service(workload, {**ports, **reloader}, name=f"{RELEASE}-{component}")
