"""What everything in a production cluster shares: machines in zones, guarded namespaces, custom resources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples.dating import Ago
from deploy.sandbox.samples.kubeadm import namespace
from deploy.sandbox.samples.machines import Machine
from deploy.sandbox.samples.pods import HARDENED, Workload, container
from deploy.sandbox.samples.services import Ports, budget, service
from deploy.sandbox.samples.workloads import deployment

AGE = timedelta(days=240)
"""Of the cluster."""
RELEASED = timedelta(days=12)
"""Since the add-ons were last upgraded."""
ZONES = ("eu-1a", "eu-1b", "eu-1c")
EVERYWHERE = {"tolerations": [{"operator": "Exists"}], "priorityClassName": "system-node-critical"}
"""What lets a DaemonSet's pods run on every node, tainted ones too."""


@dataclass(frozen=True)
class Site:
    """The machines: three servers and six workers, in turn of their zones."""

    servers: Sequence[Machine]
    workers: Sequence[Machine]

    @property
    def machines(self) -> list[Machine]:
        """All of them."""
        return [*self.servers, *self.workers]


def site() -> Site:
    """Return the machines, which a cloud of one's own runs."""

    def machine(number: int, name: str, *, server: bool) -> Machine:
        return Machine(
            name=name,
            number=number,
            control_plane=server,
            zone=ZONES[number % len(ZONES)],
            cpus=4 if server else 16,
            gibibytes=16 if server else 64,
            provider=f"openstack:///machine-{number:04}",
            network="Cilium",
            age=AGE if server else timedelta(days=40),
            labels={} if server else {"node.kubernetes.io/instance-type": "m.xlarge"},
        )

    servers = [machine(number, f"control-plane-{zone[-1]}", server=True) for number, zone in enumerate(ZONES)]
    workers = [
        machine(number, f"worker-{ZONES[number % 3][-1]}{number // 3}", server=False)
        for number in range(3, 9)
    ]
    return Site(servers, workers)


def guarded(name: str, level: str, team: str = "platform") -> list[Manifest]:
    """Return a team's namespace that enforces a level of the Pod Security Standards and isolates its pods.

    Only pods of its own reach them unless a policy beside these lets others in.
    """
    standards = {f"pod-security.kubernetes.io/{mode}": level for mode in ("enforce", "audit", "warn")}
    same: list[Manifest] = [{"podSelector": {}}]
    return [
        namespace(name, AGE - timedelta(days=10), **standards, team=team),
        network_policy(name, "default-deny", {"policyTypes": ["Ingress", "Egress"]}),
        network_policy(name, "same-namespace", {"policyTypes": ["Ingress"], "ingress": [{"from": same}]}),
    ]


def network_policy(space: str, name: str, spec: Manifest) -> Manifest:
    """Build a NetworkPolicy, of all pods of the namespace where the spec selects none."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": space},
        "spec": {"podSelector": {}, **spec},
    }


def resource(
    api_version: str, kind: str, name: str, spec: Manifest, status: Manifest | None = None, *, space: str = ""
) -> Manifest:
    """Build a custom resource."""
    metadata: Manifest = {"name": name, "creationTimestamp": Ago(RELEASED), "generation": 1}
    if space:
        metadata["namespace"] = space
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": metadata,
        "spec": spec,
        "status": status or {},
    }


def condition(kind: str, reason: str, message: str = "") -> Manifest:
    """Build a condition that holds."""
    said = {"type": kind, "status": "True", "reason": reason, "message": message}
    return said | {"lastTransitionTime": Ago(RELEASED), "observedGeneration": 1}


@dataclass(frozen=True, kw_only=True)
class AddOn:
    """An add-on's Deployment of one container; `ports` are its container's, the first is probed."""

    space: str
    name: str
    image: str
    ports: Mapping[str, int]
    probe: str = "/healthz"
    replicas: int = 2
    labels: Mapping[str, str] | None = None
    args: Sequence[str] = ()
    account: str = ""

    @property
    def workload(self) -> Workload:
        """What it comes to."""
        main = container(
            self.name,
            self.image,
            ports=self.ports,
            probe=self.probe,
            args=list(self.args),
            securityContext=HARDENED,
        )
        return Workload(
            namespace=self.space,
            name=self.name,
            containers=[main],
            labels=self.labels or named(self.name),
            replicas=self.replicas,
            pod={"serviceAccountName": self.account or self.name},
            age=RELEASED,
        )


def named(name: str, component: str = "", part_of: str = "") -> dict[str, str]:
    """Return the recommended labels."""
    labels = {"app.kubernetes.io/name": name, "app.kubernetes.io/instance": name}
    labels |= {"app.kubernetes.io/component": component} if component else {}
    return labels | ({"app.kubernetes.io/part-of": part_of} if part_of else {})


def run(workload: Workload, machines: Sequence[Machine], ports: Ports | None = None) -> Iterator[Manifest]:
    """Yield a Deployment, the budget that several replicas need, and a Service where ports are given."""
    yield from deployment(workload, machines)
    if workload.replicas > 1:
        yield budget(workload)
    if ports:
        yield service(workload, ports)
