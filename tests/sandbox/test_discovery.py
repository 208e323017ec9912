import json

import pytest

from deploy.sandbox.answers import Options
from deploy.sandbox.cluster import SandboxCluster
from deploy.sandbox.faults import Faults
from deploy.sandbox.resources import CUSTOM_VERBS
from tests.sandbox.wire import api_service, definition, serving, thing

V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


async def test_discovery_plain() -> None:
    async with serving() as reader:
        core = await reader.json("/api")
        assert core["versions"] == ["v1"]
        assert core["serverAddressByClientCIDRs"][0]["serverAddress"] in reader.cluster.url
        groups = (await reader.json("/apis"))["groups"]
        autoscaling = next(group for group in groups if group["name"] == "autoscaling")
        assert [item["version"] for item in autoscaling["versions"]] == ["v2", "v1"]
        assert autoscaling["preferredVersion"] == {"groupVersion": "autoscaling/v2", "version": "v2"}
        assert (await reader.json("/apis/autoscaling"))["kind"] == "APIGroup"
        apps = await reader.json("/apis/apps/v1")
        assert (apps["apiVersion"], apps["groupVersion"]) == ("v1", "apps/v1")
        assert next(row for row in apps["resources"] if row["name"] == "deployments/scale") == {
            "name": "deployments/scale",
            "singularName": "",
            "namespaced": True,
            "group": "autoscaling",
            "version": "v1",
            "kind": "Scale",
            "verbs": ["get", "patch", "update"],
        }
        v1 = {row["name"]: row for row in (await reader.json("/api/v1"))["resources"]}
        assert v1["nodes"]["namespaced"] is False
        assert v1["pods"]["shortNames"] == ["po"]


@pytest.mark.parametrize("version", ["v2", "v2beta1"])
async def test_discovery_aggregated(version: str) -> None:
    async with serving([definition({"name": "v1", "subresources": {"status": {}}})]) as reader:
        accept = f"{V2.replace('v2', version)},application/json"
        code, body, headers = await reader.raw("/apis", Accept=accept)
        found = json.loads(body)
        assert (code, headers["Content-Type"]) == (200, V2.replace("v2", version))
        assert found["apiVersion"] == f"apidiscovery.k8s.io/{version}"
        groups = {item["metadata"]["name"]: item["versions"] for item in found["items"]}
        assert groups["velero.io"] == [
            {
                "version": "v1",
                "resources": [
                    {
                        "resource": "schedules",
                        "responseKind": {"group": "velero.io", "version": "v1", "kind": "Schedule"},
                        "scope": "Namespaced",
                        "singularResource": "schedule",
                        "verbs": [*CUSTOM_VERBS],
                        "shortNames": ["sch"],
                        "subresources": [
                            {
                                "subresource": "status",
                                "responseKind": {"group": "velero.io", "version": "v1", "kind": "Schedule"},
                                "verbs": ["get", "patch", "update"],
                            }
                        ],
                    }
                ],
                "freshness": "Current",
            }
        ]
        deployment = next(row for row in groups["apps"][0]["resources"] if row["resource"] == "deployments")
        assert deployment["responseKind"] == {"group": "", "version": "", "kind": "Deployment"}
        core = await reader.json("/api", Accept=accept)
        assert [item["metadata"] for item in core["items"]] == [{}]


async def test_an_old_server_knows_no_aggregated_discovery() -> None:
    options = Options(aggregated_discovery=False, git_version="v1.25.3-gke.800")
    async with serving(options=options) as reader:
        assert (await reader.json("/apis", Accept=f"{V2},application/json"))["kind"] == "APIGroupList"
        version = await reader.json("/version")
        assert (version["minor"], version["gitVersion"]) == ("25+", "v1.25.3-gke.800")
        assert "emulationMinor" not in version


async def test_definitions_and_guesses_make_custom_resources_known() -> None:
    objects = [
        thing("Schedule", "daily", "velero", "velero.io/v1"),
        definition({"name": "v1alpha1"}, {"name": "v1"}, {"name": "v1beta1", "served": False}),
        thing("NetworkPolicy", "all", "shop", "crd.projectcalico.org/v1"),
        thing("Gateway", "main", "shop", "gateway.networking.k8s.io/v1"),
        thing("GatewayClass", "big", api_version="gateway.networking.k8s.io/v1"),
        thing("PodDisruptionBudget", "web", "shop", "policy/v1beta1"),
    ]
    async with serving(objects) as reader:
        assert [item["version"] for item in (await reader.json("/apis/velero.io"))["versions"]] == [
            "v1",
            "v1alpha1",
        ]
        assert await reader.names("/apis/velero.io/v1/schedules") == ["daily"]
        alpha = await reader.json("/apis/velero.io/v1alpha1/schedules")
        assert alpha["items"][0]["apiVersion"] == "velero.io/v1alpha1"
        assert (await reader.raw("/apis/velero.io/v1beta1/schedules"))[0] == 404
        assert await reader.names("/apis/crd.projectcalico.org/v1/networkpolicies") == ["all"]
        assert await reader.names("/apis/gateway.networking.k8s.io/v1/namespaces/shop/gateways") == ["main"]
        assert await reader.names("/apis/gateway.networking.k8s.io/v1/gatewayclasses") == ["big"]
        assert await reader.names("/apis/policy/v1beta1/poddisruptionbudgets") == ["web"]


def test_a_kind_that_a_built_in_version_lacks_is_a_slip() -> None:
    with pytest.raises(ValueError, match="apps/v1 has no kind Deploymnet"):
        SandboxCluster([thing("Deploymnet", "web", "shop", "apps/v1")])
    with pytest.raises(ValueError, match=r"metadata\.name"):
        SandboxCluster([{"apiVersion": "v1", "kind": "Pod", "metadata": {"generateName": "web-"}}])


async def test_an_aggregated_api_that_does_not_answer_is_stale() -> None:
    async with serving([api_service("False")]) as reader:
        found = await reader.json("/apis", Accept=V2)
        assert found["items"][-1] == {
            "metadata": {"name": "metrics.k8s.io"},
            "versions": [{"version": "v1beta1", "freshness": "Stale"}],
        }
        assert (await reader.json("/apis"))["groups"][-1]["name"] == "metrics.k8s.io"
        for path in ("/apis/metrics.k8s.io/v1beta1", "/apis/metrics.k8s.io/v1beta1/nodes"):
            assert (await reader.raw(path))[:2] == (503, b"service unavailable\n")
        reader.cluster.apply(api_service("True"))
        reader.cluster.apply(thing("NodeMetrics", "node-1", api_version="metrics.k8s.io/v1beta1"))
        assert await reader.names("/apis/metrics.k8s.io/v1beta1/nodes") == ["node-1"]


async def test_health_and_metrics() -> None:
    async with serving(options=Options(metrics="up 1\n")) as reader:
        for endpoint in ("readyz", "livez", "healthz"):
            assert (await reader.raw(f"/{endpoint}"))[1] == b"ok"
            assert f"{endpoint} check passed" in (await reader.raw(f"/{endpoint}?verbose"))[1].decode()
        assert (await reader.raw("/metrics"))[1] == b"up 1\n"
        reader.cluster.faults = Faults(failing=frozenset({"etcd"}))
        code, body, _ = await reader.raw("/readyz?verbose")
        assert code == 500
        assert b"[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\n" in body
        assert body.endswith(b"readyz check failed\n")
        assert (await reader.raw("/livez"))[0] == 500
        assert (await reader.raw("/readyz?exclude=etcd"))[0] == 200
        assert [(await reader.raw(f"/readyz/{name}"))[0] for name in ("etcd", "ping", "cheese")] == [
            500,
            200,
            404,
        ]
