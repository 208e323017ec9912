"""The sample clusters are consistent in themselves, as what a real API server gives is."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from deploy.sandbox.resources import Manifest
from deploy.sandbox.samples import fresh, well_run

SAMPLES: dict[str, Callable[[datetime], list[Manifest]]] = {
    "fresh": fresh.fresh,
    "changed": fresh.changed,
    "well-run": well_run.well_run,
}
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def _place(item: Manifest) -> tuple[str, str, str]:
    metadata = item["metadata"]
    return item["kind"], metadata.get("namespace", ""), metadata["name"]


def _of(objects: Iterable[Manifest], kind: str) -> list[Manifest]:
    return [item for item in objects if item["kind"] == kind]


def _is_ready(pod: Manifest) -> bool:
    conditions = {item["type"]: item["status"] for item in pod["status"].get("conditions", ())}
    return conditions.get("Ready") == "True"


@pytest.mark.parametrize("name", SAMPLES)
class TestConsistency:
    def test_two_looks_at_one_moment_are_the_same(self, name: str) -> None:
        assert SAMPLES[name](NOW) == SAMPLES[name](NOW)

    def test_every_object_has_a_place_and_a_uid_of_its_own(self, name: str) -> None:
        objects = SAMPLES[name](NOW)
        assert [place for place, count in Counter(map(_place, objects)).items() if count > 1] == []
        assert len({item["metadata"]["uid"] for item in objects}) == len(objects)

    def test_owners_exist(self, name: str) -> None:
        objects = SAMPLES[name](NOW)
        known = {item["metadata"]["uid"] for item in objects}
        owners: list[Manifest] = [
            owner for item in objects for owner in item["metadata"].get("ownerReferences", ())
        ]
        assert owners
        assert [owner for owner in owners if owner["uid"] not in known] == []

    def test_pods_stand_on_nodes_with_an_address_of_their_own(self, name: str) -> None:
        objects = SAMPLES[name](NOW)
        nodes = {
            item["metadata"]["name"]: item["status"]["addresses"][0]["address"]
            for item in _of(objects, "Node")
        }
        addresses = Counter[str]()
        for pod in _of(objects, "Pod"):
            host = nodes[pod["spec"]["nodeName"]]
            assert pod["status"].get("hostIP", host) == host
            if not pod["spec"].get("hostNetwork"):
                addresses[pod["status"]["podIP"]] += 1
        assert max(addresses.values()) == 1

    def test_controllers_count_their_pods(self, name: str) -> None:
        objects = SAMPLES[name](NOW)
        ready = Counter[tuple[str, str, str]]()
        for pod in _of(objects, "Pod"):
            owner = pod["metadata"]["ownerReferences"][0]
            ready[owner["kind"], pod["metadata"]["namespace"], owner["name"]] += _is_ready(pod)
        for kind, field in (
            ("ReplicaSet", "readyReplicas"),
            ("StatefulSet", "readyReplicas"),
            ("DaemonSet", "numberReady"),
        ):
            for item in _of(objects, kind):
                assert ready[_place(item)] == item["status"][field]

    def test_endpoints_are_the_ready_pods_behind_a_service(self, name: str) -> None:
        objects = SAMPLES[name](NOW)
        slices = {
            (item["metadata"]["namespace"], item["metadata"]["labels"]["kubernetes.io/service-name"]): item
            for item in _of(objects, "EndpointSlice")
        }
        for service in _of(objects, "Service"):
            metadata, selector = service["metadata"], service["spec"].get("selector")
            if not selector:
                continue
            endpoints = slices[metadata["namespace"], metadata["name"]]["endpoints"]
            listed = {item["targetRef"]["name"] for item in endpoints if item["conditions"]["ready"]}
            behind = {
                pod["metadata"]["name"]
                for pod in _of(objects, "Pod")
                if pod["metadata"]["namespace"] == metadata["namespace"]
                and selector.items() <= pod["metadata"]["labels"].items()
                and _is_ready(pod)
            }
            assert listed == behind

    def test_no_timestamp_lies_ahead_but_an_expiry(self, name: str) -> None:
        def ahead(value: Any, path: str) -> Iterable[str]:  # noqa: ANN401 - JSON of any shape
            if isinstance(value, dict):
                for key, item in value.items():
                    yield from ahead(item, f"{path}.{key}")
            elif isinstance(value, list):
                for item in value:
                    yield from ahead(item, path)
            elif str(value)[:2] == "20" and str(value).endswith("Z"):
                yield from [path] if datetime.fromisoformat(f"{value[:19]}Z") > NOW else []

        late = {path for item in SAMPLES[name](NOW) for path in ahead(item, item["kind"])}
        assert late <= {"Certificate.status.notAfter", "Certificate.status.renewalTime"}
