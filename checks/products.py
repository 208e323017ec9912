"""Products recognised by what they are for: fingerprints from `data/products.yaml`.

A product counts as present only where a workload of it is found, by label or by image; a CRD or a name alone
proves nothing. API groups and workloads are kept apart so that a check can tell "installed but not running".
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
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
    text = resources.files("checks.data").joinpath("products.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=tuple[Product, ...])


@cache
def known(capability: str) -> tuple[Product, ...]:
    """Return the products for a capability."""
    return tuple(product for product in catalogue() if capability in product.capabilities)


def find(snapshot: Snapshot, capability: str, *kinds: Kind[Controller]) -> Iterator[Found]:
    """Yield the workloads of a capability's products; what is unread is raised after all that was read.

    Reads `CONTROLLER_READS`, or only the kinds given.
    """
    fingerprints = _fingerprints(capability)
    for kind, item in of_kinds(snapshot, *(kinds or CONTROLLERS)):
        recognised = fingerprints.recognise(kind.kind, item)
        if recognised:
            product, version = recognised
            yield _found(product, Ref(kind.kind, item.namespace, item.name), item, version)


def running(capability: str, spec: PodSpec) -> tuple[Product, str] | None:
    """Return the capability's product that a pod's containers run, by image alone, with its tag.

    For CronJobs, which `find` does not read.
    """
    for container in spec.containers:
        path, tag = parse_image(container.image)
        for _, product in _fingerprints(capability).of_image(path):
            return product, tag
    return None


def served(snapshot: Snapshot, capability: str) -> tuple[Product, ...]:
    """Return the capability's products of which an API group is served, running or not."""
    return tuple(
        product for product in known(capability) if any(snapshot.serves(group) for group in product.groups)
    )


def _found(product: Product, ref: Ref, item: Controller, version: str) -> Found:
    ready, desired = (item.ready, item.desired) if isinstance(item, (DaemonSet, Replicated)) else (0, 0)
    template = item.spec.template
    return Found(product, ref, ready, desired, version, template.spec, template.metadata.labels, item)


@lru_cache(maxsize=8192)
def parse_image(image: str) -> tuple[str, str]:
    """Split `registry:5000/team/app:1.2@sha256:…` into repository path (registry included) and tag."""
    name, _, _ = image.partition("@")
    path, _, tag = name.rpartition(":")
    if not path or "/" in tag:
        return name, ""
    return path, tag


class Fingerprints:
    """A capability's products, indexed so that a workload costs a few look-ups however many there are.

    A rank is a product's place in the list: where several fit, the first counts.
    """

    def __init__(self, products: tuple[Product, ...]) -> None:
        self._images: dict[str, list[tuple[str, int, Product]]] = defaultdict(list)
        self._labels: dict[tuple[str, str], list[tuple[dict[str, str], int, Product]]] = defaultdict(list)
        for rank, product in enumerate(products):
            for pattern in product.images:
                self._images[pattern.rpartition("/")[2]].append((pattern, rank, product))
            for wanted in product.labels:
                self._labels[next(iter(wanted.items()))].append((wanted, rank, product))

    def of_image(self, path: str) -> Iterator[tuple[int, Product]]:
        """Yield the products whose image a repository path is."""
        for pattern, rank, product in self._images.get(path.rpartition("/")[2], ()):
            if path == pattern or path.endswith(f"/{pattern}"):
                yield rank, product

    def recognise(self, kind: str, item: Controller) -> tuple[Product, str] | None:
        """Return the product that a workload is, with its version (empty where none shows)."""
        template = item.spec.template
        images = [parse_image(container.image) for container in template.spec.containers]
        fitting = [(rank, 0, tag, product) for path, tag in images for rank, product in self.of_image(path)]
        version = item.labels.get("app.kubernetes.io/version", images[0][1] if len(images) == 1 else "")
        fitting += [
            (rank, 1, version, product)
            for labels in (item.labels, template.metadata.labels)
            for pair in labels.items()
            for wanted, rank, product in self._labels.get(pair, ())
            if wanted.items() <= labels.items()
        ]
        fitting = [row for row in fitting if not row[3].kinds or kind in row[3].kinds]
        if not fitting:
            return None
        _, _, version, product = min(fitting, key=lambda row: row[:2])
        return product, version


@cache
def _fingerprints(capability: str) -> Fingerprints:
    return Fingerprints(known(capability))
