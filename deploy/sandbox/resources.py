"""What an API server serves: the built-in resources of Kubernetes 1.36, and how others become known."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

Manifest = dict[str, Any]
"""An object as YAML or JSON give it: apiVersion, kind, metadata, ..."""

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
CUSTOM_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")

# Group/version headings, then: plural[,short names] kind scope [verbs=] [in=categories] [sub=subresources].
_BUILT_IN = """\
/v1
bindings Binding Namespaced verbs=create
componentstatuses,cs ComponentStatus Cluster verbs=get,list
configmaps,cm ConfigMap Namespaced
endpoints,ep Endpoints Namespaced
events,ev Event Namespaced
limitranges,limits LimitRange Namespaced
namespaces,ns Namespace Cluster verbs=create,delete,get,list,patch,update,watch sub=finalize,status
nodes,no Node Cluster sub=proxy,status
persistentvolumeclaims,pvc PersistentVolumeClaim Namespaced sub=status
persistentvolumes,pv PersistentVolume Cluster sub=status
pods,po Pod Namespaced in=all \
sub=attach,binding,ephemeralcontainers,eviction,exec,log,portforward,proxy,resize,status
podtemplates PodTemplate Namespaced
replicationcontrollers,rc ReplicationController Namespaced in=all sub=scale,status
resourcequotas,quota ResourceQuota Namespaced sub=status
secrets Secret Namespaced
serviceaccounts,sa ServiceAccount Namespaced sub=token
services,svc Service Namespaced in=all sub=proxy,status
apiregistration.k8s.io/v1
apiservices APIService Cluster in=api-extensions sub=status
apps/v1
controllerrevisions ControllerRevision Namespaced
daemonsets,ds DaemonSet Namespaced in=all sub=status
deployments,deploy Deployment Namespaced in=all sub=scale,status
replicasets,rs ReplicaSet Namespaced in=all sub=scale,status
statefulsets,sts StatefulSet Namespaced in=all sub=scale,status
events.k8s.io/v1
events,ev Event Namespaced
authentication.k8s.io/v1
selfsubjectreviews SelfSubjectReview Cluster verbs=create
tokenreviews TokenReview Cluster verbs=create
authorization.k8s.io/v1
localsubjectaccessreviews LocalSubjectAccessReview Namespaced verbs=create
selfsubjectaccessreviews SelfSubjectAccessReview Cluster verbs=create
selfsubjectrulesreviews SelfSubjectRulesReview Cluster verbs=create
subjectaccessreviews SubjectAccessReview Cluster verbs=create
autoscaling/v2
horizontalpodautoscalers,hpa HorizontalPodAutoscaler Namespaced in=all sub=status
autoscaling/v1
horizontalpodautoscalers,hpa HorizontalPodAutoscaler Namespaced in=all sub=status
batch/v1
cronjobs,cj CronJob Namespaced in=all sub=status
jobs Job Namespaced in=all sub=status
certificates.k8s.io/v1
certificatesigningrequests,csr CertificateSigningRequest Cluster sub=approval,status
networking.k8s.io/v1
ingressclasses IngressClass Cluster
ingresses,ing Ingress Namespaced sub=status
ipaddresses,ip IPAddress Cluster
networkpolicies,netpol NetworkPolicy Namespaced
servicecidrs ServiceCIDR Cluster sub=status
policy/v1
poddisruptionbudgets,pdb PodDisruptionBudget Namespaced sub=status
rbac.authorization.k8s.io/v1
clusterrolebindings ClusterRoleBinding Cluster
clusterroles ClusterRole Cluster
rolebindings RoleBinding Namespaced
roles Role Namespaced
storage.k8s.io/v1
csidrivers CSIDriver Cluster
csinodes CSINode Cluster
csistoragecapacities CSIStorageCapacity Namespaced
storageclasses,sc StorageClass Cluster
volumeattachments VolumeAttachment Cluster sub=status
volumeattributesclasses,vac VolumeAttributesClass Cluster
admissionregistration.k8s.io/v1
mutatingadmissionpolicies MutatingAdmissionPolicy Cluster in=api-extensions
mutatingadmissionpolicybindings MutatingAdmissionPolicyBinding Cluster in=api-extensions
mutatingwebhookconfigurations MutatingWebhookConfiguration Cluster in=api-extensions
validatingadmissionpolicies ValidatingAdmissionPolicy Cluster in=api-extensions sub=status
validatingadmissionpolicybindings ValidatingAdmissionPolicyBinding Cluster in=api-extensions
validatingwebhookconfigurations ValidatingWebhookConfiguration Cluster in=api-extensions
apiextensions.k8s.io/v1
customresourcedefinitions,crd,crds CustomResourceDefinition Cluster in=api-extensions sub=status
scheduling.k8s.io/v1
priorityclasses,pc PriorityClass Cluster
coordination.k8s.io/v1
leases Lease Namespaced
node.k8s.io/v1
runtimeclasses RuntimeClass Cluster
discovery.k8s.io/v1
endpointslices EndpointSlice Namespaced
resource.k8s.io/v1
deviceclasses DeviceClass Cluster
resourceclaims ResourceClaim Namespaced sub=status
resourceclaimtemplates ResourceClaimTemplate Namespaced
resourceslices ResourceSlice Cluster
flowcontrol.apiserver.k8s.io/v1
flowschemas FlowSchema Cluster sub=status
prioritylevelconfigurations PriorityLevelConfiguration Cluster sub=status
"""

# Served only where an APIService asks for the group; no plural could be guessed from these kinds.
_AGGREGATED = """\
metrics.k8s.io/v1beta1
nodes NodeMetrics Cluster verbs=get,list
pods PodMetrics Namespaced verbs=get,list
"""

# group/version and kind (empty: the parent's), then the verbs.
_SUBRESOURCES = {
    "approval": ("", "", "get,patch,update"),
    "attach": ("", "PodAttachOptions", "create,get"),
    "binding": ("", "Binding", "create"),
    "ephemeralcontainers": ("", "", "get,patch,update"),
    "eviction": ("policy/v1", "Eviction", "create"),
    "exec": ("", "PodExecOptions", "create,get"),
    "finalize": ("", "", "update"),
    "log": ("", "", "get"),
    "portforward": ("", "PodPortForwardOptions", "create,get"),
    "proxy": ("", "{kind}ProxyOptions", "create,delete,get,patch,update"),
    "resize": ("", "", "get,patch,update"),
    "scale": ("autoscaling/v1", "Scale", "get,patch,update"),
    "status": ("", "", "get,patch,update"),
    "token": ("authentication.k8s.io/v1", "TokenRequest", "create"),
}


@dataclass(frozen=True)
class Subresource:
    """`pods/log` and the like; `group` and `version` are empty where they are the parent's."""

    name: str
    kind: str
    verbs: tuple[str, ...]
    group: str = ""
    version: str = ""


@dataclass(frozen=True)
class Resource:
    """A resource in one version of its group. `custom` ones come from definitions or from a guess."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool
    singular: str = ""
    verbs: tuple[str, ...] = VERBS
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[Subresource, ...] = ()
    custom: bool = False

    @property
    def api_version(self) -> str:
        """`v1`, `apps/v1`."""
        return f"{self.group}/{self.version}".removeprefix("/")


def split_api_version(api_version: str) -> tuple[str, str]:
    """Return group and version; the core group is the empty string."""
    group, _, version = api_version.rpartition("/")
    return group, version


def _subresource(name: str, kind: str) -> Subresource:
    api_version, template, verbs = _SUBRESOURCES[name]
    group, version = split_api_version(api_version)
    return Subresource(name, template.format(kind=kind) or kind, tuple(verbs.split(",")), group, version)


def _table(text: str) -> Iterator[Resource]:
    group = version = ""
    for line in text.splitlines():
        names, *columns = line.split()
        if not columns:
            group, version = split_api_version(names)
            continue
        kind, scope, *rest = columns
        plural, *short = names.split(",")
        options = {key: tuple(value.split(",")) for key, _, value in (item.partition("=") for item in rest)}
        yield Resource(
            group,
            version,
            plural,
            kind,
            namespaced=scope == "Namespaced",
            singular=kind.lower(),
            verbs=options.get("verbs", VERBS),
            short_names=tuple(short),
            categories=options.get("in", ()),
            subresources=tuple(_subresource(name, kind) for name in options.get("sub", ())),
        )


BUILT_IN = tuple(_table(_BUILT_IN))
AGGREGATED = tuple(_table(_AGGREGATED))


def guess(api_version: str, kind: str, *, namespaced: bool) -> Resource:
    """Return how an object is served that nothing in the data defines.

    A kind of a built-in group in a version that 1.36 no longer serves keeps its plural; anything else gets a
    lower-case plural by the rules of English. Raises ValueError for a kind that a built-in version lacks,
    which is a slip in the data.
    """
    group, version = split_api_version(api_version)
    for known in (*BUILT_IN, *AGGREGATED):
        if (known.group, known.kind) == (group, kind):
            return replace(known, version=version)
    if any(known.api_version == api_version for known in BUILT_IN):
        raise ValueError(f"{api_version} has no kind {kind}")
    singular = kind.lower()
    if re.search("[^aeiou]y$", singular):
        plural = f"{singular[:-1]}ies"
    else:
        plural = f"{singular}es" if re.search("(s|x|ch|sh)$", singular) else f"{singular}s"
    return Resource(group, version, plural, kind, namespaced, singular, CUSTOM_VERBS, custom=True)


def defined(definition: Manifest) -> Iterator[Resource]:
    """Yield what a CustomResourceDefinition serves, a resource for each version that it says is served."""
    spec = definition["spec"]
    names: Mapping[str, Any] = spec["names"]
    kind = names["kind"]
    for version in spec["versions"]:
        if not version.get("served", True):
            continue
        wanted = version.get("subresources") or {}
        yield Resource(
            spec["group"],
            version["name"],
            names["plural"],
            kind,
            namespaced=spec.get("scope", "Namespaced") == "Namespaced",
            singular=names.get("singular") or kind.lower(),
            verbs=CUSTOM_VERBS,
            short_names=tuple(names.get("shortNames") or ()),
            categories=tuple(names.get("categories") or ()),
            subresources=tuple(_subresource(name, kind) for name in ("status", "scale") if name in wanted),
            custom=True,
        )


def _priority(version: str) -> tuple[int, int, int, str]:
    """Kubernetes' order of versions: stable, beta, alpha, each newest first, then other names."""
    match = re.fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", version)
    if not match:
        return 3, 0, 0, version
    stage = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return stage, -int(match[1]), -int(match[3] or 0), version


class Catalogue:
    """Everything that is served: `groups` by name and version, best version first, in discovery's order.

    `stale` holds the (group, version) pairs of aggregated APIs that do not answer.
    """

    def __init__(
        self, definitions: Iterable[Manifest], api_services: Iterable[Manifest], others: Iterable[Resource]
    ) -> None:
        resources = [*BUILT_IN, *(item for definition in definitions for item in defined(definition)), *others]
        wanted: set[tuple[str, str]] = set()
        stale: set[tuple[str, str]] = set()
        for service in api_services:
            spec = service["spec"]
            if spec.get("service"):
                (wanted if _available(service) else stale).add((spec.get("group", ""), spec["version"]))
        resources += [item for item in AGGREGATED if (item.group, item.version) in wanted]
        self.stale = frozenset(stale)
        self.groups: dict[str, dict[str, list[Resource]]] = {}
        self._by_plural: dict[tuple[str, str, str], Resource] = {}
        for resource in resources:
            self._add(resource)
        for group, version in sorted(wanted | stale):
            self.groups.setdefault(group, {}).setdefault(version, [])
        for group, versions in self.groups.items():
            self.groups[group] = {
                version: sorted(versions[version], key=lambda item: item.plural)
                for version in sorted(versions, key=_priority)
            }

    def _add(self, resource: Resource) -> None:
        key = (resource.group, resource.version, resource.plural)
        if key not in self._by_plural and key[:2] not in self.stale:
            self._by_plural[key] = resource
            self.groups.setdefault(resource.group, {}).setdefault(resource.version, []).append(resource)

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        """Return the resource at `/apis/<group>/<version>/<plural>`."""
        return self._by_plural.get((group, version, plural))

    def of_kind(self, api_version: str, kind: str) -> Resource | None:
        """Return the resource of an object with that apiVersion and kind."""
        group, version = split_api_version(api_version)
        return next((item for item in self.groups.get(group, {}).get(version, ()) if item.kind == kind), None)


def _available(service: Manifest) -> bool:
    """Whether an APIService says that it answers; one without a condition does."""
    conditions = (service.get("status") or {}).get("conditions") or ()
    return all(item["status"] == "True" for item in conditions if item["type"] == "Available")
