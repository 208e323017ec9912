"""Telemetry: the metrics of the moment, agents on every node, and a receiver of traces."""

from collections.abc import Iterator
from dataclasses import replace

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.pods import Workload, container
from deploy.sandbox.samples.production.shared import (
    EVERYWHERE,
    RELEASED,
    AddOn,
    Site,
    condition,
    guarded,
    named,
    resource,
    run,
)
from deploy.sandbox.samples.services import service
from deploy.sandbox.samples.workloads import daemon_set

AGENTS, TRACING, SYSTEM = "node-agents", "tracing", "kube-system"


def telemetry(site: Site) -> Iterator[Manifest]:
    """Yield what measures and collects."""
    yield from _metrics_server(site)
    yield from _node_agents(site)
    yield from _traces(site)


def _metrics_server(site: Site) -> Iterator[Manifest]:
    add_on = AddOn(
        space=SYSTEM,
        name="metrics-server",
        image="registry.k8s.io/metrics-server/metrics-server:v0.8.1",
        ports={"https": 10250},
        probe="/readyz",
        labels={"k8s-app": "metrics-server"},
        args=["--secure-port=10250", "--kubelet-use-node-status-port", "--metric-resolution=15s"],
    )
    yield from run(add_on.workload, site.workers, {"https": (443, "https")})
    spec = {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "groupPriorityMinimum": 100,
        "versionPriority": 100,
        "service": {"namespace": SYSTEM, "name": "metrics-server", "port": 443},
    }
    status = {"conditions": [condition("Available", "Passed", "all checks passed")]}
    api = "apiregistration.k8s.io/v1"
    yield resource(api, "APIService", "v1beta1.metrics.k8s.io", spec, status)


def _node_agents(site: Site) -> Iterator[Manifest]:
    """Yield what must reach into every node, in a namespace of its own."""
    yield from guarded(AGENTS, "privileged")
    roots = {"proc": "/proc", "sys": "/sys", "root": "/"}
    exporter = container(
        "node-exporter",
        "quay.io/prometheus/node-exporter:v1.10.2",
        ports={"http-metrics": 9100},
        probe="/",
        args=["--path.procfs=/host/proc", "--path.sysfs=/host/sys", "--path.rootfs=/host/root"],
        securityContext={"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False},
        volumeMounts=[
            {
                "name": key,
                "mountPath": f"/host/{key}",
                "readOnly": True,
                "mountPropagation": "HostToContainer",
            }
            for key in roots
        ],
    )
    workload = Workload(
        namespace=AGENTS,
        name="kps-prometheus-node-exporter",
        containers=[exporter],
        labels=named("prometheus-node-exporter", "metrics"),
        pod={
            "hostNetwork": True,
            "hostPID": True,
            "serviceAccountName": "node-exporter",
            "securityContext": {"runAsNonRoot": True, "runAsUser": 65534},
            "volumes": [{"name": key, "hostPath": {"path": path}} for key, path in roots.items()],
            **EVERYWHERE,
        },
        age=RELEASED,
    )
    yield from daemon_set(workload, site.machines)
    yield service(workload, {"http-metrics": (9100, "http-metrics")})
    yield from daemon_set(_fluent_bit(workload), site.machines)


def _fluent_bit(like: Workload) -> Workload:
    logs = {"varlog": "/var/log", "journal": "/var/log/journal", "runjournal": "/run/log/journal"}
    main = container(
        "fluent-bit",
        "docker.io/fluent/fluent-bit:4.2.2",
        ports={"http": 2020},
        probe="/api/v1/health",
        securityContext={"readOnlyRootFilesystem": True, "allowPrivilegeEscalation": False},
        volumeMounts=[{"name": key, "mountPath": path, "readOnly": True} for key, path in logs.items()],
    )
    volumes = [{"name": key, "hostPath": {"path": path}} for key, path in logs.items()]
    return replace(
        like,
        name="fluent-bit",
        containers=[main],
        labels=named("fluent-bit"),
        pod={"serviceAccountName": "fluent-bit", "volumes": volumes, **EVERYWHERE},
    )


def _traces(site: Site) -> Iterator[Manifest]:
    yield from guarded(TRACING, "restricted")
    collector = AddOn(
        space=TRACING,
        name="otel-collector",
        image="docker.io/otel/opentelemetry-collector-k8s:0.147.0",
        ports={"health": 13133, "otlp": 4317, "otlp-http": 4318},
        probe="/",
        labels=named("opentelemetry-collector", "standalone-collector"),
    )
    yield from run(
        collector.workload, site.workers, {"otlp": (4317, "otlp"), "otlp-http": (4318, "otlp-http")}
    )
