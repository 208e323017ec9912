"""CustomResourceDefinitions, from a table."""

from collections.abc import Iterator

from deploy.sandbox.resources import Manifest, split_api_version

# Group and version, then: plural kind [Cluster].
_TABLE = """\
argoproj.io/v1alpha1
applications Application
applicationsets ApplicationSet
appprojects AppProject
cert-manager.io/v1
certificaterequests CertificateRequest
certificates Certificate
clusterissuers ClusterIssuer Cluster
issuers Issuer
cilium.io/v2
ciliumclusterwidenetworkpolicies CiliumClusterwideNetworkPolicy Cluster
ciliumendpoints CiliumEndpoint
ciliumidentities CiliumIdentity Cluster
ciliumloadbalancerippools CiliumLoadBalancerIPPool Cluster
ciliumnetworkpolicies CiliumNetworkPolicy
ciliumnodes CiliumNode Cluster
external-secrets.io/v1
clusterexternalsecrets ClusterExternalSecret Cluster
clustersecretstores ClusterSecretStore Cluster
externalsecrets ExternalSecret
secretstores SecretStore
gateway.envoyproxy.io/v1alpha1
backendtrafficpolicies BackendTrafficPolicy
envoyproxies EnvoyProxy
securitypolicies SecurityPolicy
gateway.networking.k8s.io/v1
gatewayclasses GatewayClass Cluster
gateways Gateway
grpcroutes GRPCRoute
httproutes HTTPRoute
gateway.networking.k8s.io/v1beta1
referencegrants ReferenceGrant
monitoring.coreos.com/v1
alertmanagers Alertmanager
podmonitors PodMonitor
probes Probe
prometheuses Prometheus
prometheusrules PrometheusRule
servicemonitors ServiceMonitor
thanosrulers ThanosRuler
monitoring.coreos.com/v1alpha1
alertmanagerconfigs AlertmanagerConfig
snapshot.storage.k8s.io/v1
volumesnapshotclasses VolumeSnapshotClass Cluster
volumesnapshotcontents VolumeSnapshotContent Cluster
volumesnapshots VolumeSnapshot
velero.io/v1
backups Backup
backupstoragelocations BackupStorageLocation
restores Restore
schedules Schedule
volumesnapshotlocations VolumeSnapshotLocation
velero.io/v2alpha1
datadownloads DataDownload
datauploads DataUpload
"""


def definitions() -> Iterator[Manifest]:
    """Yield the definitions that the add-ons bring."""
    group = version = ""
    for line in _TABLE.splitlines():
        plural, *rest = line.split()
        if not rest:
            group, version = split_api_version(plural)
            continue
        kind, *scope = rest
        names = {"plural": plural, "kind": kind, "singular": kind.lower(), "listKind": f"{kind}List"}
        schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
        yield {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": f"{plural}.{group}"},
            "spec": {
                "group": group,
                "names": names,
                "scope": scope[0] if scope else "Namespaced",
                "versions": [
                    {
                        "name": version,
                        "served": True,
                        "storage": True,
                        "schema": schema,
                        "subresources": {"status": {}},
                    }
                ],
            },
            "status": {
                "acceptedNames": names,
                "conditions": [{"type": "Established", "status": "True", "reason": "InitialNamesAccepted"}],
                "storedVersions": [version],
            },
        }
