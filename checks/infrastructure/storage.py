"""What volumes are made from when nobody says."""

from collections.abc import Iterator

from checks.model import CLUSTER, Family, Finding, Layer, Passed, Severity
from checks.reads import lists
from checks.records.cluster import CLAIMS, STORAGE_CLASSES, StorageClass
from checks.registry import NotApplicable, check
from checks.snapshot import Snapshot


@check(
    "default-storage-class",
    "Exactly one StorageClass is the default",
    family=Family.INFRASTRUCTURE,
    severity=Severity.HIGH,
    layer=Layer.PLATFORM,
    reads=lists(CLAIMS, STORAGE_CLASSES),
    remediation=(
        "Choose one: `kubectl annotate storageclass <name> --overwrite"
        " storageclass.kubernetes.io/is-default-class=true`, and `=false` on the others."
    ),
    docs="https://kubernetes.io/docs/tasks/administer-cluster/change-default-storage-class/",
)
def default_storage_class(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """Claims that name no class wait forever without a default, and with two get whichever is newer."""
    if not snapshot.list(CLAIMS):
        raise NotApplicable("no PersistentVolumeClaim in the cluster")
    classes = snapshot.list(STORAGE_CLASSES)
    defaults = sorted((item for item in classes if _default(item)), key=lambda item: item.name)
    names = ", ".join(f"`{item.name}`" for item in sorted(classes, key=lambda item: item.name))
    if len(defaults) == 1:
        yield Passed(CLUSTER, f"default class `{defaults[0].name}` ({defaults[0].provisioner})")
    elif defaults:
        both = ", ".join(f"`{item.name}`" for item in defaults)
        others = " ".join(item.name for item in defaults[1:])
        yield Finding(
            CLUSTER,
            f"{len(defaults)} StorageClasses are the default: {both}",
            fix=(
                f"Keep one, for example {defaults[0].name}: `kubectl annotate storageclass {others}"
                " --overwrite storageclass.kubernetes.io/is-default-class=false`."
            ),
        )
    else:
        yield Finding(CLUSTER, f"none is the default, of {names}" if names else "there is no StorageClass")


def _default(item: StorageClass) -> bool:
    annotations = item.metadata.annotations
    return "true" in {annotations.default_class, annotations.default_class_beta}
