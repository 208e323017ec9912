"""`fresh`: a cluster just made with kubeadm, with flannel and a first application; and what came next.

Nothing but kubeadm's defaults: one control-plane node, no add-ons, no zones.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.access import binding, role, rule
from deploy.sandbox.samples.control_plane import Extra
from deploy.sandbox.samples.controllers import observed
from deploy.sandbox.samples.dating import finish
from deploy.sandbox.samples.first_application import shop
from deploy.sandbox.samples.kubeadm import config_map, installed, namespace
from deploy.sandbox.samples.kubeadm_add_ons import dns, dns_service, kube_proxy
from deploy.sandbox.samples.machines import Machine
from deploy.sandbox.samples.pods import Workload, container
from deploy.sandbox.samples.workloads import daemon_set, deployment

NAME = "fresh"
AGE = timedelta(days=2)
DOWN = timedelta(minutes=12)
"""For how long nothing is heard of a worker once the cluster has `changed`."""

_NETWORK = '{"Network": "10.244.0.0/16", "EnableNFTables": false, "Backend": {"Type": "vxlan"}}'


def fresh(now: datetime) -> list[Manifest]:
    """Return the cluster's objects as they are at `now`."""
    return _cluster(now, _machines())


def changed(now: datetime) -> list[Manifest]:
    """Return them some time later.

    The crashing release is mended and the front end has a disruption budget; a worker is not heard of.
    """
    *others, last = _machines()
    return _cluster(now, [*others, replace(last, down=DOWN)], mended=True)


def _machines() -> list[Machine]:
    first = Machine(name="control-plane-1", number=0, control_plane=True, network="Flannel", age=AGE)
    joined = AGE - timedelta(minutes=30)
    workers = (
        Machine(name=f"worker-{number}", number=number, network="Flannel", age=joined) for number in (1, 2, 3)
    )
    return [first, *workers]


def _cluster(now: datetime, machines: Sequence[Machine], *, mended: bool = False) -> list[Manifest]:
    servers = [machine for machine in machines if machine.control_plane]
    workers = [machine for machine in machines if not machine.control_plane]
    names = dns(2, AGE)
    templates = [
        *installed(machines, Extra()),
        # Both replicas found a place before any worker had joined.
        *deployment(names, servers),
        *dns_service(names),
        *kube_proxy(machines),
        *_flannel(machines),
        *shop(workers, mended=mended),
    ]
    return finish(NAME, observed(templates), now, AGE)


def _flannel(machines: Sequence[Machine]) -> list[Manifest]:
    space = "kube-flannel"
    main = container(
        "kube-flannel",
        "ghcr.io/flannel-io/flannel:v0.28.0",
        requests=("100m", "50Mi"),
        command=["/opt/bin/flanneld"],
        args=["--ip-masq", "--kube-subnet-mgr"],
        securityContext={"privileged": False, "capabilities": {"add": ["NET_ADMIN", "NET_RAW"]}},
    )
    workload = Workload(
        namespace=space,
        name="kube-flannel-ds",
        containers=[main],
        labels={"app": "flannel", "k8s-app": "flannel", "tier": "node"},
        age=AGE - timedelta(hours=1),
        pod={
            "hostNetwork": True,
            "serviceAccountName": "flannel",
            "priorityClassName": "system-node-critical",
            "tolerations": [{"operator": "Exists", "effect": "NoSchedule"}],
            "volumes": [{"name": "run", "hostPath": {"path": "/run/flannel"}}],
        },
    )
    level = {"pod-security.kubernetes.io/enforce": "privileged"}
    return [
        namespace(space, workload.age, **level),
        *daemon_set(workload, machines),
        config_map(space, "kube-flannel-cfg", **{"net-conf.json": _NETWORK}),
        role("flannel", rule("get", "pods"), rule("get list watch", "nodes"), rule("patch", "nodes/status")),
        binding("flannel", "flannel", f"ServiceAccount {space}/flannel"),
    ]
