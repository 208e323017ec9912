"""The documents of API discovery, plain and aggregated, as Kubernetes 1.36 writes them."""

from typing import Any

from deploy.sandbox.catalogue import Catalogue
from deploy.sandbox.resources import Resource, Subresource

Document = dict[str, Any]

AGGREGATED_TYPE = "application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"


def core_versions(address: str) -> Document:
    """Return what /api serves; `address` is the server's host:port."""
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}],
    }


def group_list(catalogue: Catalogue) -> Document:
    """Return what /apis serves."""
    groups = [_group(catalogue, name) for name in catalogue.groups if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def one_group(catalogue: Catalogue, name: str) -> Document | None:
    """Return what /apis/<name> serves, None for an unknown group."""
    if not name or name not in catalogue.groups:
        return None
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(catalogue, name)}


def _group(catalogue: Catalogue, name: str) -> Document:
    versions = [
        {"groupVersion": f"{name}/{version}", "version": version} for version in catalogue.groups[name]
    ]
    return {"name": name, "versions": versions, "preferredVersion": versions[0]}


def resource_list(catalogue: Catalogue, group: str, version: str) -> Document | None:
    """Return what /api/v1 or /apis/<group>/<version> serves, None for an unknown version."""
    resources = catalogue.groups.get(group, {}).get(version)
    if resources is None:
        return None
    rows = [row for resource in resources for row in _rows(resource)]
    head = {"kind": "APIResourceList", **({"apiVersion": "v1"} if group else {})}
    return {**head, "groupVersion": f"{group}/{version}".removeprefix("/"), "resources": rows}


def _rows(resource: Resource) -> list[Document]:
    row = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
        **_names(resource),
    }
    return [row, *(_subrow(resource, item) for item in resource.subresources)]


def _subrow(resource: Resource, item: Subresource) -> Document:
    return {
        "name": f"{resource.plural}/{item.name}",
        "singularName": "",
        "namespaced": resource.namespaced,
        **({"group": item.group, "version": item.version} if item.group else {}),
        "kind": item.kind,
        "verbs": list(item.verbs),
    }


def _names(resource: Resource) -> Document:
    names = {"shortNames": list(resource.short_names), "categories": list(resource.categories)}
    return {key: value for key, value in names.items() if value}


def aggregated(catalogue: Catalogue, version: str, *, core: bool) -> Document:
    """Return the aggregated discovery of /api (`core`) or /apis; `version` is v2 or v2beta1."""
    items = [
        {
            "metadata": {"name": name} if name else {},
            "versions": [_version(catalogue, name, one, resources) for one, resources in versions.items()],
        }
        for name, versions in catalogue.groups.items()
        if core == (not name)
    ]
    head = {"kind": "APIGroupDiscoveryList", "apiVersion": f"apidiscovery.k8s.io/{version}"}
    return {**head, "metadata": {}, "items": items}


def _version(catalogue: Catalogue, group: str, version: str, resources: list[Resource]) -> Document:
    if (group, version) in catalogue.stale:
        return {"version": version, "freshness": "Stale"}
    return {"version": version, "resources": [_entry(item) for item in resources], "freshness": "Current"}


def _entry(resource: Resource) -> Document:
    entry = {
        "resource": resource.plural,
        "responseKind": _response_kind(resource, "", "", resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
        **_names(resource),
    }
    if resource.subresources:
        entry["subresources"] = [
            {
                "subresource": item.name,
                "responseKind": _response_kind(resource, item.group, item.version, item.kind),
                "verbs": list(item.verbs),
            }
            for item in resource.subresources
        ]
    return entry


def _response_kind(resource: Resource, group: str, version: str, kind: str) -> Document:
    # Only custom resources name the group and version that they share with their parent.
    if resource.custom and not group:
        group, version = resource.group, resource.version
    return {"group": group, "version": version, "kind": kind}
