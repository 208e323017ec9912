"""Discovery against servers that answer JSON, but not what a Kubernetes API answers."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from kubernetes.aio.client import ApiClient, Configuration

from bot.cluster.client import Client
from bot.cluster.collect import collect
from checks.errors import ClusterError
from checks.reads import lists
from checks.records.workloads import DISRUPTION_BUDGETS
from checks.snapshot import Snapshot

PLAIN = {
    "/api": b'{"kind": "APIVersions", "versions": ["v1"]}',
    "/api/v1": b'{"kind": "APIResourceList", "resources": [{"name": "pods"}, {"name": "nodes"}]}',
    "/apis": b"""{"kind": "APIGroupList", "groups": [
        {"name": "apps", "versions": [{"version": "v1"}]}, {"name": "policy", "versions": [{"version": "v1"}]}
    ]}""",
    "/apis/apps/v1": b'{"kind": "APIResourceList", "resources": null}',
    "/apis/policy/v1": b"<html>",
    "/api/v1/nodes": b'{"items": [{"metadata": {"name": "a\xff"}}, {"metadata": {"name": "b"}}]}',
    "/version": b'{"gitVersion": "v1.25.0"}',
}


@asynccontextmanager
async def serving(answers: Mapping[str, bytes]) -> AsyncIterator[Client]:
    """Serve bodies by their paths, `{}` for any other."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=answers.get(request.path, b"{}"), content_type="application/json")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        configuration = Configuration(host=str(server.make_url("")).rstrip("/"))
        async with ApiClient(configuration) as api:
            yield Client(api)


async def read(client: Client) -> Snapshot:
    return await collect(client, "odd", lists(DISRUPTION_BUDGETS), seconds=10)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"kind": "\xff"}', id="not UTF-8"),
        pytest.param(b'{"x": ' + b"[" * 100_000, id="nested without end"),
        pytest.param(b'{"kind": "APIGroupDiscoveryList", "items": null}', id="no groups"),
        pytest.param(
            b'{"kind": "APIGroupDiscoveryList", "items": [{"metadata": {"name": 3}}]}', id="odd groups"
        ),
    ],
)
async def test_json_that_is_no_discovery_is_no_kubernetes(body: bytes) -> None:
    async with serving({"/api": body, "/apis": body}) as client:
        with pytest.raises(ClusterError, match="is not a Kubernetes API"):
            await read(client)


async def test_a_group_that_answers_nonsense_costs_that_group_only() -> None:
    async with serving(PLAIN) as client:
        snapshot = await read(client)
    assert snapshot.unread_groups.keys() == {"policy"}
    assert "is not a list of resources" in snapshot.unread_groups["policy"].reason
    # A name that is not UTF-8 costs that node, and is counted.
    assert [node.name for node in snapshot.records["nodes"]] == ["b"]  # type: ignore[attr-defined]
    assert snapshot.unread["nodes"].reason == "1 of 2 objects could not be decoded"
