"""Products recognised by what they are for: fingerprints from `data/products.yaml`.

A product counts as present only where a workload of it is found, by label or by image; a CRD or a name alone
proves nothing. API groups and workloads are kept apart so that a check can tell "installed but not running".
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources

import msgspec
from msgspec import Struct

from checks.model import Ref
from checks.records.base import Kind
from checks.records.pods import PodSpec
from checks.records.workloads import Controller, DaemonSet, Replicated
from checks.snapshot import Snapshot
from checks.subjects import CONTROLLERS, of_kinds


class Product(Struct, frozen=True, forbid_unknown_fields=True):
    """A row of products.yaml.

    `images` are the ends of repository paths, without tag: `fluent/fluent-bit` fits any registry's mirror of
    it. `labels` are alternatives, each a set that must be there whole, on the workload or its pods. `kinds`
    narrows which workload is the product's heart. `groups` are API groups that come with it. `controllers`
    are the beginnings of the names by which its IngressClasses and GatewayClasses ask for it, `sidecars` the
    containers that it injects into pods. `flags` are those of its command line without which it does not have
    its capabilities, `since` is the oldest tag that has them, where tags sort by date.
    """

    name: str
    capabilities: tuple[str, ...]
    groups: tuple[str, ...] = ()
    labels: tuple[dict[str, str], ...] = ()
    images: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    controllers: tuple[str, ...] = ()
    sidecars: tuple[str, ...] = ()
    flags: dict[str, str] = {}
    since: str = ""
    notes: str = ""


class Found(Struct, frozen=True):
    """A workload of a product, with how many of its pods are ready and the tag of its image."""

    product: Product
    ref: Ref
    ready: int
    desired: int
    version: str
    spec: PodSpec
    labels: dict[str, str]
    controller: Controller

    @property
    def healthy(self) -> bool:
        """Whether at least one pod should run and all that should are ready."""
        return self.desired > 0 and self.ready >= self.desired

    def __str__(self) -> str:
        """`Fluent Bit 3.2.1 (DaemonSet logging/fluent-bit, 3/3 ready)`."""
        version = f" {self.version}" if self.version else ""
        return f"{self.product.name}{version} ({self.ref}, {self.ready}/{self.desired} ready)"


@cache
def catalogue() -> tuple[Product, ...]:
    """Return every product known."""
    files = sorted(item.name for item in resources.files("checks.data").iterdir() if item.name.startswith("products"))
    texts = [resources.files("checks.data").joinpath(name).read_bytes() for name in files]
    return tuple(item for text in texts for item in msgspec.yaml.decode(text, type=tuple[Product, ...]))


def known(capability: str) -> tuple[Product, ...]:
    """Return the products for a capability."""
    return tuple(product for product in catalogue() if capability in product.capabilities)


def find(snapshot: Snapshot, capability: str, *kinds: Kind[Controller]) -> Iterator[Found]:
    """Yield the workloads of a capability's products; what is unread is raised after all that was read.

    Reads `CONTROLLER_READS`, or only the kinds given.
    """
    products = known(capability)
    for kind, item in of_kinds(snapshot, *(kinds or CONTROLLERS)):
        for product in products:
            if (not product.kinds or kind.kind in product.kinds) and (
                version := _recognised(product, item)
            ) is not None:
                yield _found(product, Ref(kind.kind, item.namespace, item.name), item, version)
                break


def running(capability: str, spec: PodSpec) -> tuple[Product, str] | None:
    """Return the capability's product that a pod's containers run, by image alone, with its tag.

    For CronJobs, which `find` does not read.
    """
    for container in spec.containers:
        path, tag = parse_image(container.image)
        for product in known(capability):
            if _ends(path, product.images):
                return product, tag
    return None


def served(snapshot: Snapshot, capability: str) -> tuple[Product, ...]:
    """Return the capability's products of which an API group is served, running or not."""
    return tuple(
        product for product in known(capability) if any(snapshot.serves(group) for group in product.groups)
    )


def _recognised(product: Product, item: Controller) -> str | None:
    """Return the version that a workload runs where it is the product's, else null."""
    template = item.spec.template
    images = [parse_image(container.image) for container in template.spec.containers]
    by_image = next((tag for path, tag in images if _ends(path, product.images)), None)
    if by_image is not None:
        return by_image
    labelled = any(
        wanted.items() <= item.labels.items() or wanted.items() <= template.metadata.labels.items()
        for wanted in product.labels
    )
    if not labelled:
        return None
    return item.labels.get("app.kubernetes.io/version", images[0][1] if len(images) == 1 else "")


def _found(product: Product, ref: Ref, item: Controller, version: str) -> Found:
    ready, desired = (item.ready, item.desired) if isinstance(item, (DaemonSet, Replicated)) else (0, 0)
    template = item.spec.template
    return Found(product, ref, ready, desired, version, template.spec, template.metadata.labels, item)


def _ends(path: str, patterns: tuple[str, ...]) -> bool:
    return any(path == pattern or path.endswith(f"/{pattern}") for pattern in patterns)


def parse_image(image: str) -> tuple[str, str]:
    """Split `registry:5000/team/app:1.2@sha256:…` into repository path (registry included) and tag."""
    name, _, _ = image.partition("@")
    path, _, tag = name.rpartition(":")
    if not path or "/" in tag:
        return name, ""
    return path, tag
