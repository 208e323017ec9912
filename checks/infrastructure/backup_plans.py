"""What a backup of volumes amounts to, whichever product makes it."""

from collections.abc import Collection, Iterable

from msgspec import Struct

from checks.model import CLUSTER, Finding
from checks.products import Found, find
from checks.records.base import Kind
from checks.records.cluster import Claim
from checks.records.workloads import DAEMONSETS, DEPLOYMENTS, Controller
from checks.snapshot import Snapshot

SERVERS: tuple[Kind[Controller], ...] = (DEPLOYMENTS, DAEMONSETS)
"""What backup products' servers are."""

Key = tuple[str, str]
"""A claim's namespace and name."""


class Plan(Struct, frozen=True):
    """Something that backs up claims, or should.

    It works where there is neither a `problem`, which was seen, nor a `doubt`, which the API leaves open.
    """

    covers: frozenset[Key] = frozenset()
    evidence: str = ""
    problem: Finding | None = None
    doubt: str = ""

    @property
    def works(self) -> bool:
        """Whether what it covers is known to be backed up."""
        return self.problem is None and not self.doubt


def key(claim: Claim) -> Key:
    """Return what plans know a claim by."""
    return claim.namespace, claim.name


def keys_in(namespaces: Collection[str], claims: Iterable[Claim]) -> frozenset[Key]:
    """Return the keys of the claims in some namespaces."""
    return frozenset(key(claim) for claim in claims if claim.namespace in namespaces)


def server(snapshot: Snapshot, group: str) -> Found | None:
    """Return the workload of the backup product with that API group, a running one first."""
    best = None
    for found in find(snapshot, "volume-backup", *SERVERS):
        if group in found.product.groups:
            if found.ready:
                return found
            best = best or found
    return best


def not_running(found: Found | None, name: str) -> Plan:
    """Return the plan of a product that is installed and does not run."""
    if found:
        return Plan(problem=Finding(found.ref, f"{found} is not running", rule="server"))
    message = f"{name} is installed, but no server of it runs"
    return Plan(
        problem=Finding(CLUSTER, message, rule="server", fix=f"Run {name}'s server again, or remove it.")
    )
