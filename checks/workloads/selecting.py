"""Finding what selects a workload's pods without comparing each with all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class ByLabel(Generic[T]):
    """Objects by one of the labels that they select; what selects none in particular is found by any."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, ...], list[T]] = defaultdict(list)

    def add(self, item: T, namespace: str, selected: Mapping[str, str]) -> None:
        """File an object under its namespace and a label that it requires."""
        self._items[namespace, *min(selected.items(), default=())].append(item)

    def candidates(self, namespace: str, labels: Mapping[str, str]) -> Iterator[T]:
        """Yield the objects that may select pods with these labels; the whole selector is yet to be asked."""
        for label in ((), *labels.items()):
            yield from self._items.get((namespace, *label), ())
