"""What the tests of the sandbox share: manifests, and reads over the wire."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

import aiohttp

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import NO_FAULTS, Faults
from deploy.sandbox.resources import Manifest


def thing(kind: str, name: str, namespace: str = "", api_version: str = "v1", **rest: object) -> Manifest:
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def pods(count: int, namespace: str = "shop") -> list[Manifest]:
    return [thing("Pod", f"web-{number}", namespace, spec={"nodeName": "node-1"}) for number in range(count)]


def definition(*versions: dict[str, Any]) -> Manifest:
    names = {"plural": "schedules", "kind": "Schedule", "shortNames": ["sch"]}
    spec = {"group": "velero.io", "names": names, "scope": "Namespaced", "versions": versions}
    name = "schedules.velero.io"
    return thing("CustomResourceDefinition", name, api_version="apiextensions.k8s.io/v1", spec=spec)


def api_service(available: str) -> Manifest:
    spec = {
        "group": "metrics.k8s.io",
        "version": "v1beta1",
        "service": {"name": "x", "namespace": "kube-system"},
    }
    status = {"conditions": [{"type": "Available", "status": available}]}
    name = "v1beta1.metrics.k8s.io"
    return thing("APIService", name, api_version="apiregistration.k8s.io/v1", spec=spec, status=status)


class Reader:
    """Reads over the wire."""

    def __init__(self, cluster: SandboxCluster, session: aiohttp.ClientSession) -> None:
        self.cluster = cluster
        self.session = session

    async def raw(self, path: str, **headers: str) -> tuple[int, bytes, Any]:
        async with self.session.get(self.cluster.url + path, headers=headers) as response:
            return response.status, await response.read(), response.headers

    async def json(self, path: str, **headers: str) -> dict[str, Any]:
        status, body, _ = await self.raw(path, **headers)
        assert status == 200, body
        found: dict[str, Any] = json.loads(body)
        return found

    async def status(self, path: str) -> dict[str, Any]:
        status, body, _ = await self.raw(path)
        found: dict[str, Any] = json.loads(body)
        assert (found["kind"], found["status"], found["code"]) == ("Status", "Failure", status)
        return found

    async def names(self, path: str) -> list[str]:
        return [item["metadata"]["name"] for item in (await self.json(path))["items"]]

    async def post(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        async with self.session.post(self.cluster.url + path, data=body) as response:
            return response.status, await response.json()


@contextlib.asynccontextmanager
async def serving(
    objects: Iterable[Manifest] = (), faults: Faults = NO_FAULTS, options: Options | None = None
) -> AsyncIterator[Reader]:
    cluster = SandboxCluster(objects, faults=faults, options=options)
    async with cluster, aiohttp.ClientSession() as session:
        yield Reader(cluster, session)


async def arrived(cluster: SandboxCluster, count: int) -> None:
    while len(cluster.requests) < count:  # noqa: ASYNC110 - the log has no event, and needs none but here
        await asyncio.sleep(0.01)
