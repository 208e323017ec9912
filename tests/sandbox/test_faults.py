import asyncio
import json
import time
from pathlib import Path

import aiohttp
import pytest

from deploy.sandbox.answers import Options
from deploy.sandbox.arguments import parse
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import ALWAYS, NO_FAULTS, Dose, Faults
from tests.sandbox.wire import Reader, arrived, pods, serving, thing

CONTINUE_TOO_OLD = "The provided continue parameter is too old to display a consistent list result."


async def test_forbidden_in_the_servers_words() -> None:
    faults = Faults(forbid={"pods", "deployments.apps", "list:configmaps", "/readyz"})
    async with serving([thing("ConfigMap", "settings", "shop")], faults) as reader:
        assert await reader.status("/api/v1/pods") == {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": 'pods is forbidden: User "reader" cannot list resource "pods" in API group "" '
            "at the cluster scope",
            "reason": "Forbidden",
            "details": {"kind": "pods"},
            "code": 403,
        }
        one = await reader.status("/apis/apps/v1/namespaces/shop/deployments/web")
        assert one["message"] == (
            'deployments.apps "web" is forbidden: User "reader" cannot get resource "deployments" '
            'in API group "apps" in the namespace "shop"'
        )
        assert (await reader.status("/readyz"))[
            "message"
        ] == 'forbidden: User "reader" cannot get path "/readyz"'
        assert (await reader.status("/api/v1/configmaps"))["code"] == 403
        assert (await reader.json("/api/v1/namespaces/shop/configmaps/settings"))["kind"] == "ConfigMap"
        assert await reader.names("/apis/apps/v1/statefulsets") == []
        reader.cluster.faults = Faults(forbid={"*"})
        assert (await reader.status("/apis/apps/v1/statefulsets"))["code"] == 403
        assert (await reader.json("/apis"))["groups"]
        reader.cluster.faults = Faults(forbid={"*", "/*"})
        assert (await reader.status("/apis"))["code"] == 403


def message(fields: dict[int, bytes]) -> bytes:
    """Of protobuf; fields of at most 127 bytes."""
    return b"".join(bytes([number << 3 | 2, len(value)]) + value for number, value in fields.items())


async def test_reviews_follow_what_is_forbidden() -> None:
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    attributes = message({1: b"shop", 2: b"list", 3: b"", 5: b"pods"})
    protobuf = b"k8s\0" + message({1: b"\\n\\2v1", 2: message({1: b"", 2: message({1: attributes})})})

    async def may(reader: Reader, **spec: dict[str, str]) -> bool:
        code, found = await reader.post(path, json.dumps({"spec": spec}).encode())
        assert (code, found["kind"]) == (201, "SelfSubjectAccessReview")
        return bool(found["status"]["allowed"])

    async with serving(faults=Faults(forbid={"secrets", "/metrics"})) as reader:
        assert await may(reader, resourceAttributes={"verb": "list", "resource": "pods"})
        assert not await may(reader, resourceAttributes={"verb": "list", "resource": "secrets"})
        assert not await may(reader, resourceAttributes={"verb": "delete", "resource": "pods"})
        assert await may(reader, nonResourceAttributes={"verb": "get", "path": "/readyz"})
        assert not await may(reader, nonResourceAttributes={"verb": "get", "path": "/metrics"})
        assert (await reader.post(path, protobuf + b"\x1a\0"))[1]["status"] == {"allowed": True}
        assert (await reader.post(path, b"{}"))[0] == 400
        who = await reader.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", b"{}")
        assert who[1]["status"]["userInfo"]["username"] == "reader"


async def test_expired_tokens_once_with_a_way_on() -> None:
    async with serving(pods(6), Faults(expire=2)) as reader:
        first = await reader.json("/api/v1/pods?limit=2")
        old = await reader.status(f"/api/v1/pods?limit=2&continue={first['metadata']['continue']}")
        assert (old["code"], old["reason"]) == (410, "Expired")
        assert old["message"].startswith(CONTINUE_TOO_OLD)
        rest = await reader.names(f"/api/v1/pods?limit=4&continue={old['metadata']['continue']}")
        assert rest == ["web-2", "web-3", "web-4", "web-5"]
        reader.cluster.faults = Faults(expire=3, expire_always=True)
        second = await reader.json(f"/api/v1/pods?limit=2&continue={first['metadata']['continue']}")
        for _ in range(2):
            old = await reader.status(f"/api/v1/pods?limit=2&continue={second['metadata']['continue']}")
            assert old["code"] == 410
        assert (await reader.status(f"/api/v1/pods?continue={old['metadata']['continue']}"))["metadata"] == {}


async def test_throttling_the_first_requests() -> None:
    faults = Faults(throttle=Dose(first=2), retry_after=3, only={"pods", "/version"})
    async with serving(faults=faults) as reader:
        code, body, headers = await reader.raw("/api/v1/pods")
        assert (code, headers["Retry-After"]) == (429, "3")
        assert json.loads(body)["details"] == {"retryAfterSeconds": 3}
        assert await reader.names("/api/v1/nodes") == []
        assert (await reader.raw("/version"))[:2] == (429, b"Too many requests, please try again later.\n")
        assert await reader.names("/api/v1/pods") == []


async def test_shares_are_seeded() -> None:
    async def codes() -> list[int]:
        async with serving(faults=Faults(throttle=Dose(share=0.5), seed=7)) as reader:
            return [(await reader.raw("/version"))[0] for _ in range(20)]

    first = await codes()
    assert set(first) == {200, 429}
    assert await codes() == first


async def test_answers_cut_in_the_middle() -> None:
    async with serving(pods(50), Faults(drop=Dose(first=1), only={"pods"})) as reader:
        with pytest.raises(aiohttp.ClientPayloadError):
            await reader.raw("/api/v1/pods")
        assert len(await reader.names("/api/v1/pods")) == 50


async def test_a_status_for_some_resources() -> None:
    faults = Faults(status={"pods": (503, Dose(first=1)), "events": (500, ALWAYS)})
    async with serving(faults=faults) as reader:
        assert (await reader.status("/api/v1/pods"))["reason"] == "ServiceUnavailable"
        assert await reader.names("/api/v1/pods") == []
        for path in ("/api/v1/events", "/apis/events.k8s.io/v1/events"):
            assert (await reader.status(path))["message"] == "etcdserver: request timed out"


async def test_late_and_slow_answers() -> None:
    async with serving(pods(20), Faults(latency=0.2, only={"nodes"})) as reader:
        began = time.perf_counter()
        await reader.names("/api/v1/nodes")
        assert time.perf_counter() - began >= 0.2
        reader.cluster.faults = Faults(drip=20_000)
        began = time.perf_counter()
        _, body, _ = await reader.raw("/api/v1/pods")
        assert len(body) / 20_000 * 0.5 < time.perf_counter() - began
        assert len(json.loads(body)["items"]) == 20


async def test_it_closes_at_once_with_stalled_late_and_slow_requests() -> None:
    cluster = SandboxCluster(pods(50), faults=Faults(latency=60))
    async with aiohttp.ClientSession() as session:
        await cluster.start()
        reader = Reader(cluster, session)
        waiting = [asyncio.create_task(reader.raw("/api/v1/nodes"))]
        await arrived(cluster, 1)
        cluster.faults = Faults(stall={"secrets"}, drip=10)
        waiting += [asyncio.create_task(reader.raw(f"/api/v1/{name}")) for name in ("pods", "secrets")]
        await arrived(cluster, 3)
        began = time.perf_counter()
        await cluster.close()
        assert time.perf_counter() - began < 3
        stalled = (await asyncio.gather(*waiting, return_exceptions=True))[-1]
        assert isinstance(stalled, aiohttp.ClientError)


async def test_login_pages_and_credentials() -> None:
    async with serving(faults=Faults(html=True)) as reader:
        code, body, headers = await reader.raw("/api/v1/pods")
        assert (code, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert body.startswith(b"<!DOCTYPE html>")
        reader.cluster.faults = Faults(unauthorized=True)
        assert (await reader.status("/api"))["message"] == "Unauthorized"
        reader.cluster.faults = Faults(token="let-me-in")  # noqa: S106 - a made-up one
        assert (await reader.status("/api"))["code"] == 401
        token = reader.cluster.kubeconfig()["users"][0]["user"]["token"]
        assert (await reader.json("/api", Authorization=f"Bearer {token}"))["kind"] == "APIVersions"


async def test_malformed_objects_and_nulls() -> None:
    objects = [
        thing("Pod", "web", "shop", spec={"containers": [{"name": "a", "ports": []}, {"name": "b"}]}),
        thing("Pod", "bad", "shop", spec={"containers": []}),
        thing("Node", "node-1", spec={}),
    ]
    nulls = {"metadata.labels", "Pod:spec.containers.ports", "items"}
    async with serving(objects, Faults(garble={"Pod/shop/bad", "Node/node-1"}, nulls=nulls)) as reader:
        bad, web = (await reader.json("/api/v1/pods"))["items"]
        assert isinstance(bad["spec"], str)
        assert web["metadata"]["labels"] is None
        assert web["spec"] == {"containers": [{"name": "a", "ports": None}, {"name": "b", "ports": None}]}
        assert isinstance((await reader.json("/api/v1/nodes/node-1"))["spec"], str)
        assert (await reader.json("/api/v1/services"))["items"] is None
        reader.cluster.faults = NO_FAULTS
        assert (await reader.json("/api/v1/nodes/node-1"))["spec"] == {}


def test_every_fault_is_a_flag() -> None:
    line = (
        "a.yaml b.yaml --port 8001 --name east --user me --git-version v1.33.1 --legacy-discovery "
        "--multiply 4 --forbid pods --forbid /readyz --status pods=503,2 --status nodes=500 --stall secrets "
        "--only events --throttle 3 --retry-after 5 --drop 20% --expire 2 --expire-always --latency 0.5 "
        "--drip 100 --html --unauthorized --token t --failing etcd --garble Node/a --nulls metadata.labels "
        "--seed 9"
    )
    settings = parse(line.split())
    assert settings.files == (Path("a.yaml"), Path("b.yaml"))
    assert settings.port == 8001
    assert settings.options == Options("east", "me", "v1.33.1", aggregated_discovery=False, multiply=4)
    assert settings.faults == Faults(
        forbid={"pods", "/readyz"},
        status={"pods": (503, Dose(first=2)), "nodes": (500, ALWAYS)},
        stall={"secrets"},
        only={"events"},
        throttle=Dose(first=3),
        retry_after=5,
        drop=Dose(share=0.2),
        expire=2,
        expire_always=True,
        latency=0.5,
        drip=100,
        html=True,
        unauthorized=True,
        token="t",  # noqa: S106 - a made-up one
        failing={"etcd"},
        garble={"Node/a"},
        nulls={"metadata.labels"},
        seed=9,
    )
    assert parse([]).faults == NO_FAULTS
