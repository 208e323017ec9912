"""A team's first application on a new cluster: it runs, and that is all."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.kubeadm import namespace
from deploy.sandbox.samples.machines import Machine
from deploy.sandbox.samples.pods import Workload, container
from deploy.sandbox.samples.services import budget, service
from deploy.sandbox.samples.workloads import deployment

SPACE = "shop"
REGISTRY = "registry.example.com/shop"
AGE = timedelta(hours=20)

_IMAGES = {
    "web": f"{REGISTRY}/web:latest",
    "catalog": f"{REGISTRY}/catalog:latest",
    "cart": f"{REGISTRY}/cart",
    "orders": f"{REGISTRY}/orders:latest",
    "cache": "docker.io/library/redis",
}


def shop(workers: Sequence[Machine], *, mended: bool) -> list[Manifest]:
    """Return the application; unless `mended`, its mailer crashes and its front end has no budget."""
    return [
        namespace(SPACE, AGE, team="storefront"),
        *_serving(workers, budgeted=mended),
        *deployment(_mailer(mended), workers),
    ]


def _serving(workers: Sequence[Machine], *, budgeted: bool) -> Iterator[Manifest]:
    for name, image in _IMAGES.items():
        port = 6379 if name == "cache" else 8080
        workload = Workload(
            namespace=SPACE,
            name=name,
            containers=[container(name, image, ports={"main": port}, requests=("", ""))],
            labels={"app": name},
            replicas=2 if name == "web" else 1,
            age=AGE,
        )
        yield from deployment(workload, workers)
        if name != "web":
            yield service(workload, {"main": (port, port)})
            continue
        # Nothing in the cluster gives load balancers their addresses.
        yield service(
            workload, {"http": (80, port)}, type="LoadBalancer", allocateLoadBalancerNodePorts=False
        )
        if budgeted:
            yield budget(workload)


def _mailer(mended: bool) -> Workload:  # noqa: FBT001 - its only question
    crashing = Workload(
        namespace=SPACE,
        name="mailer",
        containers=[container("mailer", f"{REGISTRY}/mailer:latest", requests=("", ""))],
        labels={"app": "mailer", "team": "messaging"},
        age=timedelta(hours=3),
        crashing=True,
    )
    if not mended:
        return crashing
    release = container("mailer", f"{REGISTRY}/mailer:1.4.2", requests=("50m", "64Mi"))
    return replace(crashing, containers=[release], age=timedelta(minutes=40), crashing=False)
