"""Words for a product that should run and does not."""

from collections.abc import Iterable

from checks.model import CLUSTER, Finding
from checks.products import Found, served
from checks.records.base import Kind, Object
from checks.snapshot import Snapshot
from checks.subjects import object_ref


def unwell(found: Found, fix: str = "") -> Finding:
    """Say that a product is there and not whole."""
    name = f"{found.product.name} {found.version}".strip()
    if not found.desired:
        return Finding(found.ref, f"{name} is installed but not running: no pod is asked for", fix=fix)
    return Finding(found.ref, f"{name}: {found.ready} of {found.desired} pods ready", fix=fix)


def absent(
    snapshot: Snapshot,
    capability: str,
    lack: str,
    fix: str,
    declared: Iterable[tuple[Kind[Object], Object]] = (),
) -> Finding:
    """Say that no workload of any product for a capability was found.

    Names what is `declared` to an operator and yet does not run, or the products of which only the API shows.
    """
    waiting = [str(object_ref(kind, item)) for kind, item in declared]
    apis = sorted({product.name for product in served(snapshot, capability)})
    if waiting:
        lack += f"; installed but not running: {', '.join(waiting)}"
    elif apis:
        lack += f"; installed but not running: the API of {', '.join(apis)}"
    return Finding(CLUSTER, lack, fix=fix)


def made_from(found: Found, kind: Kind[Object], item: Object) -> bool:
    """Whether a workload is what the Prometheus operator makes of a resource.

    It is owned by it or, where it was restored or copied without its owner, named after it.
    """
    if found.ref.namespace != item.namespace:
        return False
    owner = found.controller.metadata.controller
    if owner is not None:
        return (owner.kind, owner.name) == (kind.kind, item.name)
    return found.ref.name == f"{kind.kind.lower()}-{item.name}"
