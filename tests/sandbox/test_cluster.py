import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from kubernetes.aio import client, config

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.objects import read_manifests
from tests.sandbox.wire import definition, pods, serving, thing

PARTIAL = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"


async def test_the_official_client_reads_discovery_objects_and_pages() -> None:
    async with SandboxCluster(thing("Namespace", f"team-{number}") for number in range(3)) as cluster:
        api = await config.new_client_from_config_dict(cluster.kubeconfig())
        try:
            core: Any = client.CoreV1Api(api)
            first = await core.list_namespace(limit=4)
            rest = await core.list_namespace(limit=4, _continue=first.metadata._continue)
            assert first.metadata.remaining_item_count == 3
            assert rest.metadata._continue is None
            names = [item.metadata.name for item in (*first.items, *rest.items)]
            assert names == sorted(names)
            assert {"team-0", "team-1", "team-2", "kube-system", "default"} <= set(names)
            assert (await client.VersionApi(api).get_code()).git_version == "v1.36.2"
            assert (await core.read_namespace("team-1")).metadata.uid
            groups = await client.ApisApi(api).get_api_versions()
            assert "apps" in [group.name for group in groups.groups]
            with pytest.raises(client.ApiException) as caught:
                await core.read_namespace("nowhere")
            assert caught.value.status == 404
        finally:
            await api.close()
    seen = cluster.requests[0]
    assert (seen.method, seen.path, seen.query) == ("GET", "/api/v1/namespaces", {"limit": "4"})
    assert seen.headers["authorization"] == "Bearer sandbox"


async def test_pages_hold_every_object_once_with_the_token_before_the_items() -> None:
    async with serving(pods(7)) as reader:
        found: list[str] = []
        token, sizes = "", []
        while True:
            _, body, _ = await reader.raw(f"/api/v1/pods?limit=3&continue={token}")
            page = json.loads(body)
            assert list(page) == ["kind", "apiVersion", "metadata", "items"]
            assert set(page["items"][0]) == {"metadata", "spec"}
            found += [item["metadata"]["name"] for item in page["items"]]
            sizes.append(page["metadata"].get("remainingItemCount", 0))
            token = page["metadata"].get("continue", "")
            if not token:
                break
        assert found == [f"web-{number}" for number in range(7)]
        assert sizes == [4, 1, 0]
        assert len((await reader.json("/api/v1/pods?limit=3&resourceVersion=0"))["items"]) == 7
        assert (await reader.status("/api/v1/pods?continue=nonsense"))["reason"] == "BadRequest"
        assert (await reader.status("/api/v1/pods?limit=many"))["code"] == 400


async def test_custom_resources_come_as_sorted_maps_so_the_token_follows_the_items() -> None:
    objects = [thing("Schedule", name, "velero", "velero.io/v1") for name in ("daily", "weekly")]
    async with serving([*objects, definition({"name": "v1", "served": True})]) as reader:
        page = await reader.json("/apis/velero.io/v1/schedules?limit=1")
        assert list(page) == ["apiVersion", "items", "kind", "metadata"]
        assert list(page["items"][0]) == ["apiVersion", "kind", "metadata"]
        assert page["metadata"]["continue"]
        whole = await reader.json("/apis/velero.io/v1/schedules")
        assert whole["metadata"]["continue"] == ""
        assert whole["kind"] == "ScheduleList"


async def test_lists_by_namespace_by_name_and_single_objects() -> None:
    objects = [*pods(2), *pods(2, "blog"), thing("Deployment", "web", "shop", "apps/v1")]
    async with serving(objects) as reader:
        assert await reader.names("/api/v1/namespaces/blog/pods") == ["web-0", "web-1"]
        assert await reader.names("/api/v1/namespaces/nowhere/pods") == []
        assert await reader.names("/api/v1/pods?fieldSelector=metadata.name%3Dweb-1") == ["web-1", "web-1"]
        one = await reader.json("/apis/apps/v1/namespaces/shop/deployments/web")
        assert (one["kind"], one["apiVersion"]) == ("Deployment", "apps/v1")
        assert (await reader.json("/api/v1/namespaces/blog"))["metadata"]["name"] == "blog"
        missing = await reader.status("/apis/apps/v1/namespaces/shop/deployments/db")
        assert missing["message"] == 'deployments.apps "db" not found'
        assert missing["details"] == {"name": "db", "group": "apps", "kind": "deployments"}
        assert (await reader.status("/api/v1/pods?labelSelector=app%3Dweb"))["code"] == 400


async def test_unknown_resources_and_paths() -> None:
    async with serving() as reader:
        unknown = await reader.status("/api/v1/podz")
        assert unknown["message"] == "the server could not find the requested resource"
        assert unknown["reason"] == "NotFound"
        for path in ("/apis/nowhere.io/v1/things", "/apis/nowhere.io/v1", "/apis/nowhere.io", "/nothing"):
            code, body, headers = await reader.raw(path)
            assert (code, body) == (404, b"404 page not found\n")
            assert headers["Content-Type"].startswith("text/plain")
        assert (await reader.status("/api/v1/pods/web-0"))["code"] == 404
        assert (await reader.status("/api/v1/namespaces/shop/nodes"))["code"] == 404


async def test_metadata_alone() -> None:
    async with serving([thing("Secret", "password", "shop", data={"password": "eA=="})]) as reader:
        found = await reader.json("/api/v1/secrets", Accept=PARTIAL)
        assert found["kind"] == "PartialObjectMetadataList"
        assert found["items"][0]["kind"] == "PartialObjectMetadata"
        assert "data" not in found["items"][0]
        assert (await reader.json("/api/v1/pods", Accept=PARTIAL))["items"] is None
        one = "/api/v1/namespaces/shop/secrets/password"
        accept = PARTIAL.replace("List", "")
        assert set(await reader.json(one, Accept=accept)) == {"kind", "apiVersion", "metadata"}


async def test_large_answers_are_compressed_where_the_client_agrees() -> None:
    async with serving([thing("ConfigMap", "big", "shop", data={"text": "x" * 200_000})]) as reader:
        async with reader.session.get(reader.cluster.url + "/api/v1/configmaps") as response:
            assert response.headers["Content-Encoding"] == "gzip"
            assert len(await response.read()) > 200_000
        _, body, headers = await reader.raw("/api/v1/configmaps", **{"Accept-Encoding": "identity"})
        assert "Content-Encoding" not in headers
        assert len(body) > 200_000
        assert "Content-Encoding" not in (await reader.raw("/api/v1/pods"))[2]
    assert len(gzip.compress(body)) < 2_000


async def test_objects_change_while_it_runs() -> None:
    async with serving(pods(1)) as reader:
        cluster = reader.cluster
        assert await reader.names("/api/v1/pods") == ["web-0"]
        cluster.apply(thing("Pod", "web-1", "shop"))
        cluster.apply(thing("Pod", "web-0", "shop", spec={"nodeName": "node-2"}))
        items = (await reader.json("/api/v1/pods"))["items"]
        assert [item["metadata"]["name"] for item in items] == ["web-0", "web-1"]
        assert items[0]["spec"] == {"nodeName": "node-2"}
        cluster.delete("Pod", "shop", "web-0")
        assert await reader.names("/api/v1/pods") == ["web-1"]
        with pytest.raises(KeyError):
            cluster.delete("Pod", "shop", "web-0")
        cluster.apply(definition({"name": "v1"}))
        assert await reader.names("/apis/velero.io/v1/schedules") == []
        cluster.delete("CustomResourceDefinition", "", "schedules.velero.io")
        assert (await reader.raw("/apis/velero.io/v1/schedules"))[0] == 404


async def test_what_a_server_fills_in() -> None:
    bare = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}
    async with serving([bare]) as one, serving([bare], options=Options(name="other")) as other:
        first = (await one.json("/api/v1/namespaces/default/pods"))["items"][0]["metadata"]
        second = (await other.json("/api/v1/pods"))["items"][0]["metadata"]
        assert first["namespace"] == "default"
        assert first["creationTimestamp"] == "2026-01-01T00:00:00Z"
        assert int(first["resourceVersion"]) > 0
        assert first["uid"] != second["uid"]
        labels = (await one.json("/api/v1/namespaces/kube-system"))["metadata"]["labels"]
        assert labels == {"kubernetes.io/metadata.name": "kube-system"}
    assert bare == {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}


async def test_writes_and_watches_are_refused() -> None:
    async with serving(pods(1)) as reader:
        url = f"{reader.cluster.url}/api/v1/namespaces/shop/pods"
        for method, path in (("POST", ""), ("PUT", "/web-0"), ("PATCH", "/web-0"), ("DELETE", "/web-0")):
            async with reader.session.request(method, url + path, data=b"{}") as response:
                assert (response.status, (await response.json())["reason"]) == (405, "MethodNotAllowed")
        assert (await reader.status("/api/v1/pods?watch=true"))["code"] == 405
        assert await reader.names("/api/v1/pods") == ["web-0"]


async def test_a_multiplied_cluster() -> None:
    owner = {"kind": "Node", "name": "node-1", "uid": "00000000-0000-4000-8000-000000000001"}
    pod = thing("Pod", "web-0", "shop", spec={"nodeName": "node-1"})
    pod["metadata"]["ownerReferences"] = [owner]
    dns = thing("Pod", "dns", "kube-system", spec={"nodeName": "node-1"})
    objects = [
        pod,
        dns,
        thing("Node", "node-1"),
        thing("StorageClass", "fast", api_version="storage.k8s.io/v1"),
    ]
    async with serving(objects, options=Options(multiply=3)) as reader:
        items = (await reader.json("/api/v1/pods"))["items"]
        assert [item["metadata"]["namespace"] for item in items] == [
            "kube-system",
            "shop",
            "shop-1",
            "shop-2",
        ]
        assert [item["spec"]["nodeName"] for item in items] == ["node-1", "node-1", "node-1-1", "node-1-2"]
        owners = [item["metadata"]["ownerReferences"][0]["name"] for item in items[1:]]
        assert owners == [
            "node-1",
            "node-1-1",
            "node-1-2",
        ]
        assert len({item["metadata"]["uid"] for item in items}) == 4
        assert await reader.names("/api/v1/nodes") == ["node-1", "node-1-1", "node-1-2"]
        assert {"shop", "shop-1", "shop-2"} <= set(await reader.names("/api/v1/namespaces"))
        assert "default-1" not in await reader.names("/api/v1/namespaces")
        assert await reader.names("/apis/storage.k8s.io/v1/storageclasses") == ["fast"]
        copy = await reader.json("/api/v1/namespaces/shop-2/pods/web-0")
        assert copy["metadata"]["uid"] == items[3]["metadata"]["uid"]
        assert (await reader.json("/api/v1/namespaces/shop-2"))["metadata"]["labels"] == {
            "kubernetes.io/metadata.name": "shop-2"
        }


def test_manifests_from_yaml(tmp_path: Path) -> None:
    path = tmp_path / "objects.yaml"
    path.write_text(
        "apiVersion: v1\nkind: List\nitems:\n"
        "- {apiVersion: v1, kind: Pod, metadata: {name: a, creationTimestamp: 2026-02-03T04:05:06Z}}\n"
        "---\n---\napiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: b}\n"
        "---\napiVersion: v1\nkind: Node\nmetadata: {name: c}\n"
    )
    found = read_manifests(path)
    assert [(item["apiVersion"], item["kind"]) for item in found] == [
        ("v1", "Pod"),
        ("apps/v1", "Deployment"),
        ("v1", "Node"),
    ]
    path.write_text("a: [")
    with pytest.raises(ValueError, match=r"objects\.yaml"):
        read_manifests(path)


async def test_dates_that_yaml_parsed_are_written_as_the_api_writes_them() -> None:
    text = "{apiVersion: v1, kind: Node, metadata: {name: a, creationTimestamp: 2026-02-03T04:05:06Z}}"
    async with serving([yaml.safe_load(text)]) as reader:
        created = (await reader.json("/api/v1/nodes/a"))["metadata"]["creationTimestamp"]
        assert created == "2026-02-03T04:05:06Z"


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a single process")
def test_the_command_prints_a_kubeconfig_and_ends_on_an_interrupt(tmp_path: Path) -> None:
    path = tmp_path / "objects.json"
    path.write_text(json.dumps(thing("Node", "node-1")))
    command = [sys.executable, "-m", "deploy.sandbox.cluster", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout
        lines: list[str] = []
        while not lines or not lines[-1].startswith("current-context"):
            lines.append(process.stdout.readline())
        assert yaml.safe_load("".join(lines))["clusters"][0]["cluster"]["server"].startswith(
            "http://127.0.0.1:"
        )
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    missing = subprocess.run([*command, "missing.yaml"], capture_output=True, text=True, check=False)  # noqa: S603
    assert missing.returncode == 2
    assert "missing.yaml" in missing.stderr
