"""What makes NetworkPolicies more than text."""

from collections.abc import Iterator

import msgspec

from checks.model import CLUSTER, Family, Finding, Layer, Management, Passed, Severity
from checks.products import Found, find
from checks.reads import lists
from checks.records.pods import Container
from checks.records.workloads import DAEMONSETS
from checks.registry import Unknown, check
from checks.snapshot import Snapshot, UnreadError, gather
from checks.static_pods import flags

EMBEDDED = frozenset({"k3s", "k3d", "rancher-desktop"})
"""Distributions whose servers run a policy controller in their own process, unless told not to."""
OFF_SWITCH = "disable-network-policy"


@check(
    "network-policy-engine",
    "The pod network enforces NetworkPolicies",
    family=Family.SECURITY,
    severity=Severity.HIGH,
    layer=Layer.KUBERNETES,
    reads=lists(DAEMONSETS),
    remediation=(
        "Run a network plugin that enforces NetworkPolicies, such as Cilium or Calico, or one of these beside"
        " the present plugin for policies alone."
    ),
    docs="https://kubernetes.io/docs/concepts/services-networking/network-policies/#prerequisites",
)
def network_policy_engine(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Without an engine the API server accepts every NetworkPolicy and nothing in the cluster obeys it."""
    engines, unread = gather(find(snapshot, "network-policy-engine", DAEMONSETS))
    options = gather(find(snapshot, "network-policy-option", DAEMONSETS))[0]
    enforcing = (*engines, *(option for option in options if not _lacks(option)))
    if running := next((engine for engine in enforcing if engine.ready), None):
        yield Passed(CLUSTER, str(running))
        return
    if unread:
        raise UnreadError(unread)
    if enforcing:
        yield Finding(CLUSTER, f"{enforcing[0]}: installed but not running")
    elif options:
        yield _switched_off(options[0])
    elif snapshot.platform.distribution in EMBEDDED:
        yield _embedded(snapshot)
    else:
        yield _without(snapshot)


def _lacks(option: Found) -> str:
    """Return what a product that enforces under conditions lacks; nothing where it enforces."""
    product = option.product
    given = [flags(container) for container in option.spec.containers]
    for name, value in product.flags.items():
        if not any(each.get(name) == value for each in given):
            return f"--{name}={value}"
    return f"version {product.since}" if option.version < product.since else ""


def _switched_off(option: Found) -> Finding:
    lack = _lacks(option)
    fix = f"Give {option.ref} {lack}, by the settings of the add-on or chart that it comes from."
    return Finding(CLUSTER, f"{option} runs without {lack} and enforces no policy", fix=fix)


def _embedded(snapshot: Snapshot) -> Passed | Finding:
    title = snapshot.platform.title
    servers = [node for node in snapshot.nodes if node.control_plane]
    told = [node.metadata.annotations.k3s_node_args for node in servers]
    if any(_disabled(arguments) for arguments in told):
        return Finding(
            CLUSTER,
            f"{title} runs with --{OFF_SWITCH}",
            fix=f"Restart the servers without --{OFF_SWITCH}, or run another policy engine.",
        )
    if not told or not all(told):
        raise Unknown(
            f"{title}'s policy controller runs inside its server, whose arguments do not show: attest that"
            f" --{OFF_SWITCH} is not among them"
        )
    return Passed(
        CLUSTER, f"{title} {snapshot.version}: the policy controller in its servers is not disabled"
    )


def _disabled(arguments: str) -> bool:
    """Whether a server's arguments, a JSON list, switch its policy controller off."""
    try:
        words = msgspec.json.decode(arguments or "[]", type=tuple[str, ...])
    except msgspec.DecodeError:
        return OFF_SWITCH in arguments
    return flags(Container(args=words)).get(OFF_SWITCH, "false") == "true"


def _without(snapshot: Snapshot) -> Finding:
    """Judge a cluster in which no engine shows: proved where its plugin is known, or where it is all ours."""
    for found in find(snapshot, "network-policy-unseen", DAEMONSETS):
        raise Unknown(f"{found}: whether it enforces policies does not show in the API; attest that it does")
    for found in find(snapshot, "cni", DAEMONSETS):
        return Finding(CLUSTER, f"{found} does not enforce NetworkPolicies, and nothing beside it does")
    platform = snapshot.platform
    if platform.management is not Management.SELF_MANAGED:
        raise Unknown(
            f"no policy engine shows: {platform.title} may run one outside the API; attest that it does"
        )
    return Finding(CLUSTER, "no pod network that enforces NetworkPolicies was found")
