"""`well-run`: a self-managed production cluster, and what its API cannot show about it.

Three servers and six workers in three zones, on machines that a cloud of one's own adds on demand.
"""

from datetime import datetime, timedelta
from typing import Any

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.access import binding
from deploy.sandbox.samples.control_plane import PKI, Extra
from deploy.sandbox.samples.controllers import observed
from deploy.sandbox.samples.dating import finish
from deploy.sandbox.samples.definitions import definitions
from deploy.sandbox.samples.kubeadm import installed
from deploy.sandbox.samples.production.applications import PAYMENTS, SHOP, applications
from deploy.sandbox.samples.production.delivery import DELIVERY, delivered, delivery
from deploy.sandbox.samples.production.monitoring import MONITORING, monitoring
from deploy.sandbox.samples.production.network import EDGE, network
from deploy.sandbox.samples.production.platform import CERTIFICATES, SECRETS, SYSTEM, platform
from deploy.sandbox.samples.production.shared import AGE, site
from deploy.sandbox.samples.production.storage import VELERO, storage
from deploy.sandbox.samples.production.telemetry import AGENTS, TRACING, telemetry

NAME = "well-run"
DELIVERED = (
    SYSTEM,
    EDGE,
    MONITORING,
    AGENTS,
    TRACING,
    CERTIFICATES,
    SECRETS,
    DELIVERY,
    VELERO,
    SHOP,
    PAYMENTS,
)

_AUDIT = "/etc/kubernetes/audit"
_FLAGS = Extra(
    api_server={
        "audit-log-maxage": "30",
        "audit-log-maxbackup": "10",
        "audit-log-maxsize": "100",
        "audit-log-path": "/var/log/kubernetes/audit/audit.log",
        "audit-policy-file": f"{_AUDIT}/policy.yaml",
        "authentication-config": "/etc/kubernetes/authentication/config.yaml",
        "encryption-provider-config": "/etc/kubernetes/encryption/config.yaml",
        "profiling": "false",
        "service-account-lookup": "true",
        "tls-min-version": "VersionTLS12",
    },
    manager={"profiling": "false", "terminated-pod-gc-threshold": "500"},
    scheduler={"profiling": "false"},
    etcd={
        "auto-compaction-mode": "periodic",
        "auto-compaction-retention": "8h",
        "quota-backend-bytes": "8589934592",
        "trusted-ca-file": f"{PKI}/etcd/ca.crt",
    },
    mounts={
        "audit-policy": _AUDIT,
        "audit-log": "/var/log/kubernetes/audit",
        "authentication": "/etc/kubernetes/authentication",
        "encryption": "/etc/kubernetes/encryption",
    },
)


def well_run(now: datetime) -> list[Manifest]:
    """Return the cluster's objects as they are at `now`."""
    place = site()
    templates = [
        *installed(place.machines, _FLAGS),
        *definitions(),
        *network(place),
        *telemetry(place),
        *monitoring(place),
        *platform(place),
        *delivery(place),
        *applications(place),
        binding("platform-operators", "cluster-admin", "Group oidc:platform-operators"),
    ]
    claims = sum(item["kind"] == "PersistentVolumeClaim" for item in templates)
    templates += storage(place, claims)
    templates += delivered(templates, DELIVERED)
    return finish(NAME, observed(templates), now, AGE)


def configuration(now: datetime) -> dict[str, Any]:
    """Return the readiness.yaml of its team: who may be an administrator, and what was accepted."""
    until = now.date() + timedelta(days=90)
    alone = {
        "kps-kube-state-metrics": "scraped by Prometheus alone; a second one would count everything twice",
        "kps-operator": "elects no leader; what it has set up goes on without it",
    }
    return {
        "clusters": [
            {
                "name": NAME,
                "aliases": ["production"],
                "environment": "production",
                "context": NAME,
                "critical": True,
                "operators": [
                    "oidc:platform-operators",
                    f"{DELIVERY}/argocd-application-controller",
                    f"{VELERO}/velero",
                ],
            }
        ],
        "waivers": [
            {
                "check": "replicas",
                "cluster": NAME,
                "namespace": MONITORING,
                "name": name,
                "by": "platform team",
                "reason": reason,
                "until": until,
            }
            for name, reason in alone.items()
        ],
    }
