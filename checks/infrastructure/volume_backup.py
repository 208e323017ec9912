"""Whether what people store in volumes is backed up."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from checks.infrastructure.backup_plans import SERVERS, Plan, key
from checks.infrastructure.claim_backups import (
    KASTEN_READS,
    LONGHORN_READS,
    STASH_READS,
    kasten,
    longhorn,
    stash,
)
from checks.infrastructure.velero import READS as VELERO_READS
from checks.infrastructure.velero import velero
from checks.model import CLUSTER, Family, Finding, Layer, Passed, Ref, Severity, Unread
from checks.products import find, served
from checks.reads import lists
from checks.records.cluster import CLAIMS, Claim
from checks.registry import NotApplicable, Unknown, check
from checks.snapshot import Snapshot, UnreadError
from checks.words import counted

SOURCES = (velero, kasten, stash, longhorn)


@check(
    "volume-backup",
    "Every namespace with volumes is backed up, lately and with its data",
    family=Family.INFRASTRUCTURE,
    severity=Severity.CRITICAL,
    layer=Layer.PLATFORM,
    reads=lists(CLAIMS, *VELERO_READS, *KASTEN_READS, *STASH_READS, *LONGHORN_READS, *SERVERS),
    remediation=(
        "Take {ref} into a scheduled backup to storage outside the cluster, for example `velero schedule"
        " create {name} --schedule '0 1 * * *' --include-namespaces {name} --default-volumes-to-fs-backup`,"
        " and try a restore."
    ),
    docs="https://velero.io/docs/main/backup-reference/",
)
def volume_backup(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A deleted namespace, a failed disk or a bad migration takes data that only a backup brings back."""
    claims = snapshot.list(CLAIMS)
    if not claims:
        raise NotApplicable("no PersistentVolumeClaim in the cluster")
    plans, unread = _plans(snapshot, claims)
    working = [plan for plan in plans if plan.works]
    covered = frozenset[tuple[str, str]]().union(*(plan.covers for plan in working))
    missing = [claim for claim in claims if key(claim) not in covered]
    if missing:
        if unread:
            raise UnreadError(unread)
        _doubted(snapshot, plans, missing)
    yield from _passed(claims, missing, working)
    if missing:
        yield from (plan.problem for plan in plans if plan.problem)
    if working:
        yield from _uncovered(claims, missing)
    elif not any(plan.problem for plan in plans):
        told = (
            f"{counted(len(missing), 'claim')} in {counted(len({c.namespace for c in missing}), 'namespace')}"
        )
        fix = (
            "Install a backup that keeps its data outside the cluster (Velero, Kasten, the provider's),"
            " schedule it for every namespace with volumes, and try a restore."
        )
        yield Finding(CLUSTER, f"{told}, and nothing that backs them up", fix=fix)


def _plans(snapshot: Snapshot, claims: Sequence[Claim]) -> tuple[list[Plan], tuple[Unread, ...]]:
    """Ask every product; what one could not read may not matter where others cover everything."""
    plans: list[Plan] = []
    unread: tuple[Unread, ...] = ()
    for source in SOURCES:
        try:
            for plan in source(snapshot, claims):
                plans.append(plan)  # noqa: PERF402 - those before something unread count
        except UnreadError as error:
            unread += error.unread
    return plans, unread


def _doubted(snapshot: Snapshot, plans: Sequence[Plan], missing: Sequence[Claim]) -> None:
    """Raise where something may back up what is missing, and the API does not show it."""
    keys = {key(claim) for claim in missing}
    for plan in plans:
        if plan.doubt and plan.covers & keys:
            raise Unknown(plan.doubt)
    for found in find(snapshot, "volume-backup-unjudged", *SERVERS):
        if found.ready:
            raise Unknown(f"{found} runs, and what it covers is not judged here: sign an attestation")
    for product in served(snapshot, "volume-backup-provider"):
        raise Unknown(f"{product.name} is enabled, and its plans are not in the API: sign an attestation")


def _passed(claims: Sequence[Claim], missing: Sequence[Claim], plans: Sequence[Plan]) -> Iterator[Passed]:
    namespaces = {claim.namespace for claim in claims}
    whole = sorted(namespaces - {claim.namespace for claim in missing})
    reach = {id(plan): {namespace for namespace, _ in plan.covers} for plan in plans}
    for namespace in whole:
        plan = next(plan for plan in plans if namespace in reach[id(plan)])
        told = f"covers {len(reach[id(plan)])} of {len(namespaces)} namespaces with volumes"
        yield Passed(Ref("Namespace", name=namespace), f"{plan.evidence}, {told}")


def _uncovered(claims: Sequence[Claim], missing: Sequence[Claim]) -> Iterator[Finding]:
    total: dict[str, int] = defaultdict(int)
    left: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        total[claim.namespace] += 1
    for claim in missing:
        left[claim.namespace].append(claim.name)
    for namespace, names in sorted(left.items()):
        shown = ", ".join(sorted(names)[:3]) + (" …" if names[3:] else "")
        message = f"{len(names)} of {counted(total[namespace], 'claim')} in no working backup: {shown}"
        yield Finding(Ref("Namespace", name=namespace), message)
