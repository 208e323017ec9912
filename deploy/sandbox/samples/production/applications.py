"""Two applications as their teams run them: `shop` and `payments`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.jobs import cron_job
from deploy.sandbox.samples.pods import HARDENED, Workload, container
from deploy.sandbox.samples.production.network import EDGE, route
from deploy.sandbox.samples.production.platform import synced_secret
from deploy.sandbox.samples.production.shared import Site, guarded, named, network_policy, resource, run
from deploy.sandbox.samples.services import budget, service
from deploy.sandbox.samples.workloads import stateful_set

SHOP, PAYMENTS = "shop", "payments"
REGISTRY = "registry.example.com"


@dataclass(frozen=True)
class Part:
    """A program of an application: its release and how often it runs; `port` 0 serves nobody."""

    version: str
    replicas: int
    port: int = 8080


_SHOP = {
    "web": Part("6.2.0", 4),
    "catalog": Part("3.14.1", 3),
    "cart": Part("2.9.0", 3),
    "orders": Part("5.0.3", 3),
    "mailer": Part("1.4.2", 2, port=0),
}
_PAYMENTS = {
    "gateway": Part("4.1.0", 3),
    "ledger": Part("2.2.7", 3),
    "fraud": Part("1.18.0", 2),
    "webhooks": Part("1.3.0", 2, port=0),
}


def applications(site: Site) -> Iterator[Manifest]:
    """Yield both."""
    yield from _application(site, SHOP, _SHOP, "storefront")
    yield from _application(site, PAYMENTS, _PAYMENTS, "payments")
    yield from _database(site, SHOP, "orders-db")
    yield from _database(site, PAYMENTS, "ledger-db")
    yield route(SHOP, "web", "shop.example.com", 80)
    yield route(PAYMENTS, "gateway", "pay.example.com", 80)
    yield _autoscaler()
    nightly = _program(PAYMENTS, "reconciliation", Part("2.2.7", 1, port=0))
    yield from cron_job(nightly, site.workers[0], "30 2 * * *", timedelta(hours=6))


def _application(site: Site, space: str, parts: Mapping[str, Part], team: str) -> Iterator[Manifest]:
    yield from guarded(space, "restricted", team)
    edge = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": EDGE}}}
    entrance = {"ports": [{"port": 8080}], "from": [edge]}
    yield network_policy(space, "from-the-gateway", {"policyTypes": ["Ingress"], "ingress": [entrance]})
    hard = {"requests.cpu": "40", "requests.memory": "80Gi", "persistentvolumeclaims": "10"}
    yield resource("v1", "ResourceQuota", "team", {"hard": hard}, {"hard": hard}, space=space)
    limits = {"type": "Container", "defaultRequest": {"cpu": "50m", "memory": "64Mi"}}
    yield resource("v1", "LimitRange", "defaults", {"limits": [limits]}, space=space)
    for name, part in parts.items():
        ports = {"http": (80, "http")} if part.port else None
        yield from run(_program(space, name, part), site.workers, ports)
    yield from synced_secret(space, f"{space}-settings")


def _program(space: str, name: str, part: Part) -> Workload:
    main = container(
        name,
        _pinned(f"{REGISTRY}/{space}/{name}", part.version),
        ports={"http": part.port} if part.port else None,
        probe="/ready" if part.port else "",
        requests=("250m", "256Mi"),
        securityContext=HARDENED,
    )
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": named(name, part_of=space)},
    }
    return Workload(
        namespace=space,
        name=name,
        containers=[main],
        labels=named(name, part_of=space),
        replicas=part.replicas,
        pod={"topologySpreadConstraints": [spread], "automountServiceAccountToken": False},
        age=timedelta(days=3),
    )


def _database(site: Site, space: str, name: str) -> Iterator[Manifest]:
    ready = {"exec": {"command": ["pg_isready", "-U", "postgres"]}, "periodSeconds": 10}
    main = container(
        "postgres",
        _pinned("docker.io/library/postgres", "18.3"),
        ports={"postgres": 5432},
        requests=("1", "4Gi"),
        readinessProbe=ready,
        livenessProbe=ready,
        securityContext=HARDENED,
        volumeMounts=[{"name": "data", "mountPath": "/var/lib/postgresql"}],
    )
    workload = Workload(
        namespace=space,
        name=name,
        containers=[main],
        labels=named(name, "database", space),
        replicas=3,
        claims={"data": "200Gi"},
        pod={"automountServiceAccountToken": False, "securityContext": {"fsGroup": 999}},
        age=timedelta(days=90),
    )
    yield from stateful_set(workload, site.workers)
    yield budget(workload)
    yield service(workload, {"postgres": (5432, "postgres")}, clusterIP="None")


def _autoscaler() -> Manifest:
    target = {"type": "Utilization", "averageUtilization": 70}
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 3,
        "maxReplicas": 12,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
    }
    conditions = [
        {"type": "AbleToScale", "status": "True", "reason": "ReadyForNewScale"},
        {"type": "ScalingActive", "status": "True", "reason": "ValidMetricFound"},
        {"type": "ScalingLimited", "status": "False", "reason": "DesiredWithinRange"},
    ]
    status = {"currentReplicas": 4, "desiredReplicas": 4, "conditions": conditions}
    return resource("autoscaling/v2", "HorizontalPodAutoscaler", "web", spec, status, space=SHOP)


def _pinned(repository: str, version: str) -> str:
    """Return an image by version and digest."""
    return f"{repository}:{version}@sha256:{sha256(f'{repository}:{version}'.encode()).hexdigest()}"
