"""From a request to an answer: what its path means, and the handler for each kind of path."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.sandbox import discovery, health, reviews, statuses
from deploy.sandbox.faults import Injector
from deploy.sandbox.listing import Listing
from deploy.sandbox.objects import Store
from deploy.sandbox.resources import Resource
from deploy.sandbox.statuses import Answer, Target

_VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_NAME_SELECTOR = "metadata.name="


@dataclass(frozen=True)
class Options:
    """What kind of server it is.

    `name` is the cluster's and its context's, `user` whom the server takes every caller for. `multiply` lets
    every application namespace and node stand that often. `metrics` is the text of /metrics.
    """

    name: str = "sandbox"
    user: str = "reader"
    git_version: str = "v1.36.2"
    aggregated_discovery: bool = True
    multiply: int = 1
    metrics: str = ""


@dataclass(frozen=True)
class Question:
    """A request that may be answered: `target` is what it is for, `body` the bytes of a review."""

    target: Target
    method: str
    query: Mapping[str, str]
    accept: str
    body: bytes = b""


def target_of(method: str, path: str, query: Mapping[str, str]) -> Target:
    """Return what a request is for, taken apart as the API server does."""
    parts = path.strip("/").split("/")
    depth = {"api": 2, "apis": 3}.get(parts[0], 0)
    if not depth or len(parts) <= depth:
        return Target(path, method.lower())
    group, version = ("", parts[1]) if depth == 2 else (parts[1], parts[2])
    rest, namespace = parts[depth:], ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        if len(rest) > 2 and rest[2] not in {"status", "finalize"}:
            rest = rest[2:]
    resource, name, subresource = (*rest, "", "")[:3]
    verb = _VERBS.get(method, "get")
    if verb == "get" and not name:
        verb = "watch" if query.get("watch") in {"1", "true"} else "list"
        name = _selected_name(query.get("fieldSelector", ""))
    return Target(path, verb, group, version, resource, subresource, namespace, name)


def _selected_name(selector: str) -> str:
    return selector.removeprefix(_NAME_SELECTOR) if selector.startswith(_NAME_SELECTOR) else ""


class Answers:
    """Everything that can be read, without faults other than those in the data."""

    def __init__(self, store: Store, options: Options) -> None:
        self.listing = Listing(store, options.multiply)
        self.address = ""
        self._store = store
        self._options = options
        self._version = health.version(options.git_version)

    def answer(self, question: Question, injector: Injector) -> Answer:
        """Answer a request that was not refused."""
        if question.target.resource:
            return self._resource(question, injector)
        if question.method != "GET":
            return statuses.not_allowed()
        return self._path(question, injector)

    def _path(self, question: Question, injector: Injector) -> Answer:
        path = question.target.path.rstrip("/")
        if path == "/version":
            return statuses.document(self._version)
        if path == "/metrics":
            return statuses.text(self._options.metrics)
        if path in {"/api", "/apis"}:
            return self._groups(core=path == "/api", accept=question.accept)
        found = self._group(path) or health.check(path, question.query, injector.faults.failing)
        return found or statuses.path_not_found()

    def _groups(self, *, core: bool, accept: str) -> Answer:
        catalogue = self._store.catalogue
        for clause in accept.replace(" ", "").split(",") if self._options.aggregated_discovery else ():
            for version in ("v2", "v2beta1"):
                content_type = discovery.AGGREGATED_TYPE.format(version=version)
                if set(content_type.split(";")) <= set(clause.split(";")):
                    found = discovery.aggregated(catalogue, version, core=core)
                    return statuses.document(found, content_type=content_type)
        plain = discovery.core_versions(self.address) if core else discovery.group_list(catalogue)
        return statuses.document(plain)

    def _group(self, path: str) -> Answer | None:
        catalogue = self._store.catalogue
        match path.strip("/").split("/"):
            case ["api", version]:
                found = discovery.resource_list(catalogue, "", version)
            case ["apis", group]:
                found = discovery.one_group(catalogue, group)
            case ["apis", group, version] if (group, version) in catalogue.stale:
                return statuses.text("service unavailable\n", 503)
            case ["apis", group, version] if group:
                found = discovery.resource_list(catalogue, group, version)
            case _:
                return None
        return statuses.document(found) if found else None

    def _resource(self, question: Question, injector: Injector) -> Answer:
        target, catalogue = question.target, self._store.catalogue
        if (target.group, target.version) in catalogue.stale:
            return statuses.text("service unavailable\n", 503)
        resource = catalogue.find(target.group, target.version, target.resource)
        if resource is None or target.subresource or not _fits(resource, target):
            built_in = any(
                not item.custom for item in catalogue.groups.get(target.group, {}).get(target.version, ())
            )
            return statuses.unknown_resource() if built_in else statuses.path_not_found()
        if question.method == "POST":
            return self._review(question, injector)
        if question.method != "GET" or target.verb not in resource.verbs or target.verb == "watch":
            return statuses.not_allowed()
        if target.verb == "get":
            return self.listing.get(resource, target, injector, question.accept)
        return self._list(resource, question, injector)

    def _list(self, resource: Resource, question: Question, injector: Injector) -> Answer:
        query = question.query
        selector = query.get("fieldSelector", "")
        if query.get("labelSelector") or (selector and not selector.startswith(_NAME_SELECTOR)):
            return statuses.bad_request("the sandbox knows no selector but metadata.name=")
        return self.listing.page(resource, question.target, query, injector, question.accept)

    def _review(self, question: Question, injector: Injector) -> Answer:
        """Answer the reviews that a caller makes of itself; every other write is refused."""
        match question.target.resource:
            case "selfsubjectreviews":
                return reviews.identity(self._options.user)
            case "selfsubjectaccessreviews":
                return reviews.access(question.body, injector.faults.forbid)
            case _:
                return statuses.not_allowed()


def _fits(resource: Resource, target: Target) -> bool:
    """Whether the path has a namespace where the resource wants one; lists span all namespaces."""
    if resource.plural == "namespaces" and not resource.group:
        return True
    return resource.namespaced if target.namespace else not (resource.namespaced and target.verb == "get")
