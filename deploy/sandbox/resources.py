"""The built-in resources of Kubernetes 1.36: what its API server lists in discovery by default."""

from collections.abc import Iterator
from dataclasses import dataclass
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


def subresource(name: str, kind: str) -> Subresource:
    """Return the well-known subresource of that name, of a resource of that kind."""
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
            subresources=tuple(subresource(name, kind) for name in options.get("sub", ())),
        )


BUILT_IN = tuple(_table(_BUILT_IN))
AGGREGATED = tuple(_table(_AGGREGATED))
