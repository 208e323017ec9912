"""Where secrets come from: a manager outside the cluster, or at least encrypted in the repository."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity, Unread
from checks.products import Found, find, known
from checks.reads import lists
from checks.records.base import Kind
from checks.records.delivery import KUSTOMIZATIONS
from checks.records.pods import PODS
from checks.records.synced_secrets import (
    CLUSTER_SECRET_STORES,
    DOPPLER_SECRETS,
    EXTERNAL_SECRETS,
    INFISICAL_SECRETS,
    ONEPASSWORD_ITEMS,
    PROVIDER_CLASS_PODS,
    PROVIDER_CLASSES,
    SEALED_SECRETS,
    SECRET_STORES,
    VAULT_CONNECTIONS,
    VAULT_DYNAMIC_SECRETS,
    VAULT_PKI_SECRETS,
    VAULT_STATIC_SECRETS,
    SecretSource,
)
from checks.registry import Unknown, check
from checks.snapshot import Snapshot, UnreadError, gather
from checks.subjects import CONTROLLER_READS
from checks.words import counted

CAPABILITY = "secret-manager"
INJECTORS = "secret-injector"


@dataclass(frozen=True)
class Manager:
    """The kinds by which a manager proves itself: a synced secret, and a store where it has such a thing."""

    secrets: tuple[Kind[SecretSource], ...]
    stores: tuple[Kind[SecretSource], ...] = ()
    stores_report: bool = True

    @property
    def group(self) -> str:
        """Its API group, by which its product is known."""
        return self.secrets[0].group


@dataclass(frozen=True)
class Proof:
    """What was found of one manager: proved, or what it lacks; nothing said means it is not there at all."""

    proved: bool = False
    text: str = ""


Judge = Callable[[Snapshot, Sequence[Found]], Proof]

MANAGERS = (
    Manager((EXTERNAL_SECRETS,), stores=(CLUSTER_SECRET_STORES, SECRET_STORES)),
    Manager((PROVIDER_CLASS_PODS,), stores=(PROVIDER_CLASSES,), stores_report=False),
    Manager((VAULT_STATIC_SECRETS, VAULT_DYNAMIC_SECRETS, VAULT_PKI_SECRETS), stores=(VAULT_CONNECTIONS,)),
    Manager((SEALED_SECRETS,)),
    Manager((ONEPASSWORD_ITEMS,)),
    Manager((DOPPLER_SECRETS,)),
    Manager((INFISICAL_SECRETS,)),
)
KINDS = tuple(kind for manager in MANAGERS for kind in (*manager.stores, *manager.secrets))


@check(
    "secret-manager",
    "A secret manager brings secrets into the cluster",
    family=Family.SECURITY,
    severity=Severity.MEDIUM,
    layer=Layer.PLATFORM,
    reads=(*CONTROLLER_READS, *lists(*KINDS, KUSTOMIZATIONS, PODS)),
    remediation=(
        "Bring secrets from where they are kept and rotated with External Secrets or the Secrets Store CSI"
        " driver, or keep them encrypted in Git with SOPS or Sealed Secrets."
    ),
    docs="https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
)
def secret_manager(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Secrets that people create by hand are never rotated, and lie in files and shell histories."""
    running, unread = gather(find(snapshot, CAPABILITY))
    judges: list[Judge] = [*(partial(_proof, manager) for manager in MANAGERS), _sops]
    lacking = []
    for judge in judges:
        try:
            proof = judge(snapshot, running)
        except UnreadError as error:
            unread += error.unread
            continue
        if proof.proved:
            yield Passed(CLUSTER, proof.text)
            return
        lacking += [proof.text] if proof.text else []
    yield from _injected(snapshot, unread, lacking)


def _injected(
    snapshot: Snapshot, unread: tuple[Unread, ...], lacking: Sequence[str]
) -> Iterator[Passed | Finding]:
    """Judge the injectors, which leave nothing behind but containers in the pods of others."""
    injectors, more = gather(find(snapshot, INJECTORS))
    ready = [found for found in injectors if found.ready]
    for found in ready:
        pods, also = gather(snapshot.each(PODS))
        more += also
        fed = sum(group.ready > 0 for group in pods if group.containers.keys() & set(found.product.sidecars))
        if fed:
            yield Passed(CLUSTER, f"{found} feeds the pods of {counted(fed, 'workload')}")
            return
    if unread or more:
        raise UnreadError([*dict.fromkeys((*unread, *more))])
    if ready:
        raise Unknown(
            f"{ready[0]}: which secrets it injects does not show in the API; attest that it is used"
        )
    yield Finding(CLUSTER, "; ".join(lacking) or "no secret manager found")


def _proof(manager: Manager, snapshot: Snapshot, running: Sequence[Found]) -> Proof:
    """Judge one manager by its kinds."""
    found, lack = _alive(snapshot, running, manager.group)
    if found is None:
        return Proof(text=lack)
    stores = [store for kind in manager.stores for store in snapshot.list(kind)]
    if manager.stores and not any(store.ready or not manager.stores_report for store in stores):
        lack = f"none of {counted(len(stores), 'store')} is ready" if stores else "no store is configured"
        return Proof(text=f"{found}: {lack}")
    secrets = [secret for kind in manager.secrets for secret in snapshot.list(kind)]
    synced = sum(secret.synced for secret in secrets)
    if not synced:
        lack = (
            f"none of {counted(len(secrets), 'secret')} is synced" if secrets else "no secret is configured"
        )
        return Proof(text=f"{found}: {lack}")
    return Proof(proved=True, text=f"{found}: {synced} of {counted(len(secrets), 'secret')} synced")


def _sops(snapshot: Snapshot, running: Sequence[Found]) -> Proof:
    """Judge Flux, which decrypts what it applies; without such a Kustomization it is no secret manager."""
    sealed = [item for item in snapshot.list(KUSTOMIZATIONS) if item.spec.decryption.provider == "sops"]
    if not sealed:
        return Proof()
    found, lack = _alive(snapshot, running, KUSTOMIZATIONS.group)
    applied = [item for item in sealed if item.condition("Ready").status == "True"]
    if found is None:
        return Proof(text=lack)
    text = f"{found}: {len(applied)} of {len(sealed)} Kustomizations with SOPS applied"
    return Proof(proved=bool(applied), text=text)


def _alive(snapshot: Snapshot, running: Sequence[Found], group: str) -> tuple[Found | None, str]:
    """Return a workload of the group's product where every part that should run does, else what lacks."""
    parts = [found for found in running if group in found.product.groups]
    broken = next((found for found in parts if found.desired and not found.ready), None)
    alive = next((found for found in parts if found.ready), None)
    if broken:
        return None, f"{broken}"
    if alive or not snapshot.serves(group):
        return alive, ""
    name = next(product.name for product in known(CAPABILITY) if group in product.groups)
    return None, f"{name} is installed but not running"
