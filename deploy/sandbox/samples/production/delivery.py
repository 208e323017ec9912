"""Delivery: Argo CD, which applies what a repository says, and what it applies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from deploy.sandbox.resources import Manifest, split_api_version
from deploy.sandbox.samples.access import binding, role, rule, urls
from deploy.sandbox.samples.dating import Ago, ago
from deploy.sandbox.samples.pods import HARDENED, Workload, container
from deploy.sandbox.samples.production.shared import AGE, RELEASED, AddOn, Site, guarded, named, resource, run
from deploy.sandbox.samples.services import budget, service
from deploy.sandbox.samples.workloads import stateful_set

SYSTEM, DELIVERY = "kube-system", "argocd"
_ARGO = "argoproj.io/v1alpha1"
_ARGO_IMAGE = "quay.io/argoproj/argocd:v3.4.2"
_TRACKED = frozenset({"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Service", "NetworkPolicy"})


def delivery(site: Site) -> Iterator[Manifest]:
    """Yield Argo CD, installed for high availability."""
    yield from guarded(DELIVERY, "restricted")
    parts: Mapping[str, tuple[str, str, int]] = {
        "argocd-server": ("server", "/healthz", 8080),
        "argocd-repo-server": ("repo-server", "/healthz", 8084),
        "argocd-applicationset-controller": ("applicationset-controller", "tcp", 8080),
    }
    for name, (component, probe, port) in parts.items():
        add_on = AddOn(
            space=DELIVERY,
            name=name,
            image=_ARGO_IMAGE,
            ports={"health": port} | ({"server": 8081} if component == "repo-server" else {}),
            probe=probe,
            labels=named(name, component, "argocd"),
        )
        serving = {"https": (443, port)} if component == "server" else {"server": (8081, "server")}
        yield from run(add_on.workload, site.workers, None if "set" in component else serving)
    controller = "argocd-application-controller"
    main = container(
        controller, _ARGO_IMAGE, ports={"metrics": 8082}, probe="/healthz", securityContext=HARDENED
    )
    workload = Workload(
        namespace=DELIVERY,
        name=controller,
        containers=[main],
        labels=named(controller, "application-controller", "argocd"),
        replicas=2,
        pod={"serviceAccountName": controller},
        age=RELEASED,
    )
    yield from stateful_set(workload, site.workers)
    yield budget(workload)
    yield service(workload, {"metrics": (8082, "metrics")}, name="argocd-metrics")
    yield role(controller, rule("*", "*", "*"), urls("*", "*"))
    yield binding(controller, controller, f"ServiceAccount {DELIVERY}/{controller}")
    yield from _cache(site)


def _cache(site: Site) -> Iterator[Manifest]:
    """Yield the replicated cache that Argo CD's manifests for high availability bring."""
    image = "docker.io/library/redis:8.2.3-alpine"
    ping = {"exec": {"command": ["redis-cli", "ping"]}, "periodSeconds": 15}
    server = container("redis", image, ports={"redis": 6379}, readinessProbe=ping, securityContext=HARDENED)
    sentinel = container(
        "sentinel", image, ports={"sentinel": 26379}, readinessProbe=ping, securityContext=HARDENED
    )
    workload = Workload(
        namespace=DELIVERY,
        name="argocd-redis-ha-server",
        containers=[server, sentinel],
        labels=named("argocd-redis-ha", "redis", "argocd"),
        replicas=3,
        age=RELEASED,
    )
    yield from stateful_set(workload, site.workers, "argocd-redis-ha")
    yield budget(workload)
    ports = {"tcp-server": (6379, "redis"), "tcp-sentinel": (26379, "sentinel")}
    yield service(workload, ports, name="argocd-redis-ha", clusterIP="None")
    front = AddOn(
        space=DELIVERY,
        name="argocd-redis-ha-haproxy",
        image="docker.io/library/haproxy:3.2.6-alpine",
        ports={"probe": 8888, "redis": 6379},
        replicas=3,
        labels=named("argocd-redis-ha-haproxy", "redis", "argocd"),
    )
    yield from run(front.workload, site.workers, {"tcp-haproxy": (6379, "redis")})


def delivered(templates: Iterable[Manifest], spaces: Sequence[str]) -> Iterator[Manifest]:
    """Yield the Applications that deliver what is in these namespaces, one each, and mark what they apply."""
    for item in templates:
        metadata = item["metadata"]
        space = metadata.get("namespace")
        if space in spaces and item["kind"] in _TRACKED and "ownerReferences" not in metadata:
            group, _ = split_api_version(item["apiVersion"])
            tracking = f"{_application(space)}:{group}/{item['kind']}:{space}/{metadata['name']}"
            marked = {**metadata.get("annotations", {}), "argocd.argoproj.io/tracking-id": tracking}
            metadata["annotations"] = marked
    for space in spaces:
        name = _application(space)
        source = {
            "repoURL": "https://git.example.com/platform/clusters.git",
            "path": f"well-run/{name}",
            "targetRevision": "main",
        }
        spec = {
            "project": "default",
            "source": source,
            "destination": {"server": "https://kubernetes.default.svc", "namespace": space},
            "syncPolicy": {"automated": {"prune": True, "selfHeal": True}},
        }
        status = {
            "sync": {"status": "Synced", "revision": "4f2c81d0"},
            "health": {"status": "Healthy"},
            "reconciledAt": ago(minutes=2),
            "operationState": {"phase": "Succeeded", "finishedAt": ago(days=3)},
        }
        application = resource(_ARGO, "Application", name, spec, status, space=DELIVERY)
        application["metadata"]["creationTimestamp"] = Ago(AGE - timedelta(days=5))
        yield application


def _application(space: str) -> str:
    return "cluster-core" if space == SYSTEM else space
