"""Custom resources that bring secrets into the cluster from a safer place. Never the secrets themselves."""

from checks.records.base import Condition, Kind, Object, Record, condition

SYNCED = (
    "Ready",
    "Synced",
    "SecretSynced",
    "secrets.doppler.com/SecretSyncReady",
    "secrets.infisical.com/ReadyToSyncSecrets",
)
"""The conditions by which the operators say that the last sync succeeded."""


class SecretStatus(Record, frozen=True):
    """The status fields by which the operators tell success; each uses one or two of them."""

    conditions: tuple[Condition, ...] = ()
    valid: bool = False
    mounted: bool = False
    last_generation: int = 0


class SecretSource(Object, frozen=True):
    """A store or connection that secrets come from, or one synced secret."""

    status: SecretStatus = SecretStatus()

    @property
    def ready(self) -> bool:
        """Whether a store answers."""
        return self.status.valid or condition(self.status.conditions, "Ready").status == "True"

    @property
    def synced(self) -> bool:
        """Whether a secret arrived; Vault's operator showed only a generation before it had conditions."""
        status = self.status
        if status.conditions:
            return any(condition(status.conditions, name).status == "True" for name in SYNCED)
        return status.mounted or status.last_generation > 0


EXTERNAL = "external-secrets.io"
SECRET_STORES = Kind("SecretStore", EXTERNAL, "secretstores", ("v1", "v1beta1"), SecretSource)
CLUSTER_SECRET_STORES = Kind(
    "ClusterSecretStore", EXTERNAL, "clustersecretstores", ("v1", "v1beta1"), SecretSource
)
EXTERNAL_SECRETS = Kind("ExternalSecret", EXTERNAL, "externalsecrets", ("v1", "v1beta1"), SecretSource)

CSI = "secrets-store.csi.x-k8s.io"
PROVIDER_CLASSES = Kind("SecretProviderClass", CSI, "secretproviderclasses", ("v1", "v1alpha1"), SecretSource)
PROVIDER_CLASS_PODS = Kind(
    "SecretProviderClassPodStatus", CSI, "secretproviderclasspodstatuses", ("v1", "v1alpha1"), SecretSource
)

VAULT = "secrets.hashicorp.com"
VAULT_CONNECTIONS = Kind("VaultConnection", VAULT, "vaultconnections", ("v1beta1",), SecretSource)
VAULT_STATIC_SECRETS = Kind("VaultStaticSecret", VAULT, "vaultstaticsecrets", ("v1beta1",), SecretSource)
VAULT_DYNAMIC_SECRETS = Kind("VaultDynamicSecret", VAULT, "vaultdynamicsecrets", ("v1beta1",), SecretSource)
VAULT_PKI_SECRETS = Kind("VaultPKISecret", VAULT, "vaultpkisecrets", ("v1beta1",), SecretSource)

SEALED_SECRETS = Kind("SealedSecret", "bitnami.com", "sealedsecrets", ("v1alpha1",), SecretSource)
ONEPASSWORD_ITEMS = Kind("OnePasswordItem", "onepassword.com", "onepassworditems", ("v1",), SecretSource)
DOPPLER_SECRETS = Kind("DopplerSecret", "secrets.doppler.com", "dopplersecrets", ("v1alpha1",), SecretSource)
INFISICAL_SECRETS = Kind(
    "InfisicalSecret", "secrets.infisical.com", "infisicalsecrets", ("v1alpha1",), SecretSource
)
