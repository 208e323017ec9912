"""/version and the health endpoints, in the server's words."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from deploy.sandbox import statuses
from deploy.sandbox.statuses import Answer

_HOOKS = (
    "poststarthook/start-apiserver-admission-initializer",
    "poststarthook/generic-apiserver-start-informers",
    "poststarthook/priority-and-fairness-config-consumer",
    "poststarthook/priority-and-fairness-filter",
    "poststarthook/storage-object-count-tracker-hook",
    "poststarthook/start-apiextensions-informers",
    "poststarthook/start-apiextensions-controllers",
    "poststarthook/crd-informer-synced",
    "poststarthook/start-system-namespaces-controller",
    "poststarthook/peer-endpoint-reconciler-controller",
    "poststarthook/start-cluster-authentication-info-controller",
    "poststarthook/start-kube-apiserver-identity-lease-controller",
    "poststarthook/start-kube-apiserver-identity-lease-garbage-collector",
    "poststarthook/start-legacy-token-tracking-controller",
    "poststarthook/start-service-ip-repair-controllers",
    "poststarthook/rbac/bootstrap-roles",
    "poststarthook/scheduling/bootstrap-system-priority-classes",
    "poststarthook/priority-and-fairness-config-producer",
    "poststarthook/bootstrap-controller",
    "poststarthook/start-kubernetes-service-cidr-controller",
    "poststarthook/start-kube-aggregator-informers",
    "poststarthook/apiservice-status-local-available-controller",
    "poststarthook/apiservice-status-remote-available-controller",
    "poststarthook/apiservice-registration-controller",
    "poststarthook/apiservice-discovery-controller",
    "poststarthook/kube-apiserver-autoregistration",
    "autoregister-completion",
    "poststarthook/apiservice-openapi-controller",
    "poststarthook/apiservice-openapiv3-controller",
)

_COMPATIBILITY_SINCE = 33
_LIVE = ("ping", "log", "loopback-serving-certificate", "etcd", *_HOOKS)
CHECKS = {
    "healthz": _LIVE,
    "livez": _LIVE,
    "readyz": ("ping", "log", "etcd", "etcd-readiness", "informer-sync", *_HOOKS, "shutdown"),
}
"""The checks behind each endpoint."""


def version(git_version: str) -> dict[str, str]:
    """Return what /version serves; a vendor's build, such as `v1.33.1-eks-1a2b3c`, has the minor `33+`.

    Raises ValueError for what is no version.
    """
    match = re.match(r"v(\d+)\.(\d+)\.\d+(.*)", git_version)
    if not match:
        raise ValueError(f"{git_version!r} is no version like v1.36.2")
    major, minor = match[1], int(match[2])
    compatible = {
        "emulationMajor": major,
        "emulationMinor": str(minor),
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(minor - 1),
    }
    return {
        "major": major,
        "minor": f"{minor}{'+' if match[3] else ''}",
        **(compatible if minor >= _COMPATIBILITY_SINCE else {}),
        "gitVersion": git_version,
        "gitCommit": "0" * 40,
        "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z",
        "goVersion": "go1.26.0",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


def check(path: str, query: Mapping[str, str], failing: AbstractSet[str]) -> Answer | None:
    """Answer /readyz, /livez, /healthz or one check below them; None for any other path."""
    endpoint, _, single = path.strip("/").partition("/")
    names = CHECKS.get(endpoint)
    if names is None or (single and single not in names):
        return None
    if single:
        bad = single in failing
        return statuses.text("internal server error: check failed\n", 500) if bad else statuses.text("ok")
    excluded = set(query.get("exclude", "").split(","))
    lines = [f"[+]{name} excluded: ok" if name in excluded else _line(name, failing) for name in names]
    if (failing & set(names)) - excluded:
        return statuses.text("\n".join((*lines, f"{endpoint} check failed\n")), 500)
    if "verbose" in query:
        return statuses.text("\n".join((*lines, f"{endpoint} check passed\n")))
    return statuses.text("ok")


def _line(name: str, failing: AbstractSet[str]) -> str:
    return f"[-]{name} failed: reason withheld" if name in failing else f"[+]{name} ok"
