"""Pods that do not run: they crash, wait for an image or wait for a node. System namespaces count too."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta

from checks.folding import CRASHES, PULL_ERRORS, WAITS
from checks.model import Family, Finding, Layer, Passed, Ref, Severity
from checks.reads import lists
from checks.records.pods import PODS, PodGroup, Trouble
from checks.registry import check
from checks.snapshot import Snapshot

RECENT = timedelta(hours=1)
"""A container that has restarted often, but not for this long, has recovered."""

PATIENCE = timedelta(minutes=5)
"""A pod may wait this long: an autoscaler needs minutes to bring a node."""

LONGEST_MESSAGE = 240
LOOPS = frozenset({"CrashLoopBackOff", "Restarted"})
"""One crashing container shows either, by the moment at which it is seen."""


@check(
    "crash-loops",
    "No container crashes again and again",
    family=Family.WORKLOADS,
    severity=Severity.CRITICAL,
    layer=Layer.APPLICATION,
    reads=lists(PODS),
    remediation=(
        "Read why it ended with `kubectl logs POD --namespace {namespace} --container {container} --previous`"
        " and go back if a release brought it: `kubectl rollout undo {target}`."
    ),
    docs="https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/",
)
def crash_loops(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A crashing container serves nobody while it waits to start again, for up to five minutes each time.

    One that ran out of memory is killed again at the next peak, however long ago the last one was.
    """
    for group in _living(snapshot):
        crashes = [trouble for trouble in group.troubles if _crashed(snapshot, trouble)]
        for container, troubles in _by_container(crashes).items():
            yield _crash(snapshot, group, container, troubles)
        if not crashes:
            yield Passed(_owner(group))


@check(
    "image-pulls",
    "Every image can be pulled",
    family=Family.WORKLOADS,
    severity=Severity.CRITICAL,
    layer=Layer.APPLICATION,
    reads=lists(PODS),
    remediation=(
        "Check the image of {ref}: its name and tag, whether its registry answers from the nodes, and whether"
        " `imagePullSecrets` let them in."
    ),
    docs="https://kubernetes.io/docs/concepts/containers/images/",
)
def image_pulls(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A pod whose image cannot be pulled never starts; replicas that still run are the last ones."""
    for group in _living(snapshot):
        failed = [trouble for trouble in group.troubles if trouble.reason in PULL_ERRORS]
        for container, troubles in _by_container(failed).items():
            told = max(troubles, key=lambda trouble: len(trouble.message))
            what = " ".join(filter(None, (told.reason, _image(group, container))))
            message = f"{what} in {_share(group, troubles)}, {told.pod}: {_short(told.message)}"
            yield Finding(_owner(group, container), message)
        if not failed:
            yield Passed(_owner(group))


@check(
    "pending-pods",
    "Every pod finds a node",
    family=Family.WORKLOADS,
    severity=Severity.HIGH,
    layer=Layer.KUBERNETES,
    reads=lists(PODS),
    remediation=(
        "Make room for {ref} or let it fit: add nodes, lower its requests, or mend the selector, toleration,"
        " affinity or volume that the scheduler names."
    ),
    docs="https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/#my-pod-stays-pending",
)
def pending_pods(snapshot: Snapshot) -> Iterator[Passed | Finding]:
    """A pod without a node does not run: its workload lacks replicas, and no node has room to spare."""
    for group in _living(snapshot):
        waiting = [
            trouble
            for trouble in group.troubles
            if trouble.reason in WAITS and not snapshot.younger_than(trouble.since, PATIENCE)
        ]
        for trouble in waiting:
            yield Finding(_owner(group), _wait(snapshot, group, trouble), rule=trouble.reason)
        if not waiting:
            yield Passed(_owner(group))


def _living(snapshot: Snapshot) -> Iterator[PodGroup]:
    """Yield the owners of pods that have not finished."""
    return (group for group in snapshot.each(PODS) if group.pods > group.finished)


def _owner(group: PodGroup, container: str = "") -> Ref:
    return Ref(group.kind, group.namespace, group.name, container)


def _image(group: PodGroup, container: str) -> str:
    """Return a container's image where the pods' spec was kept; the kubelet's message mostly names it."""
    if group.spec is None:
        return ""
    containers = (*group.spec.init_containers, *group.spec.containers)
    return next((item.image for item in containers if item.name == container), "")


def _by_container(troubles: Sequence[Trouble]) -> dict[str, list[Trouble]]:
    found = defaultdict(list)
    for trouble in troubles:
        found[trouble.container].append(trouble)
    return found


def _crashed(snapshot: Snapshot, trouble: Trouble) -> bool:
    if trouble.reason == "Restarted":
        return snapshot.younger_than(trouble.since, RECENT)
    return trouble.reason in CRASHES or trouble.reason == "OOMKilled"


def _crash(snapshot: Snapshot, group: PodGroup, container: str, troubles: list[Trouble]) -> Finding:
    """Tell one container's story; that it ran out of memory explains a loop, a loop explains restarts."""
    worst = min(troubles, key=lambda trouble: (trouble.reason != "OOMKilled", trouble.reason == "Restarted"))
    seen = dict.fromkeys([worst.reason, *(item.reason for item in troubles)])
    # A loop is made of restarts.
    reasons = " and ".join(reason for reason in seen if reason != "Restarted" or len(seen) == 1)
    details = (
        f"{worst.restarts} restart{'s' * (worst.restarts != 1)}" if worst.restarts else "",
        _short(worst.message),
        f"{snapshot.age(worst.since)} ago" if worst.since else "",
    )
    return Finding(
        _owner(group, container),
        f"{reasons} in {_share(group, troubles)}, {worst.pod}: {', '.join(filter(None, details))}",
        rule="CrashLoop" if worst.reason in LOOPS else worst.reason,
        fix=_mend(_owner(group, container), worst),
    )


def _mend(ref: Ref, worst: Trouble) -> str:
    pod = f"{worst.pod} --namespace {ref.namespace}"
    if worst.reason == "OOMKilled":
        return f"Raise the memory limit of {ref}, or find what grows: `kubectl top pod {pod} --containers`."
    if worst.reason in LOOPS:
        return (
            f"Read why it ended with `kubectl logs {pod} --container {ref.container} --previous`, and go back"
            " if a release brought it."
        )
    return f"Give the container what it names, or see more with `kubectl describe pod {pod}`."


def _wait(snapshot: Snapshot, group: PodGroup, trouble: Trouble) -> str:
    since = f" for {snapshot.age(trouble.since)}" if trouble.since else ""
    said = _short(trouble.message) or "no scheduler has looked at it"
    return f"{_share(group, [trouble])} without a node, {trouble.pod}{since}: {said}"


def _share(group: PodGroup, troubles: Sequence[Trouble]) -> str:
    """Say how many of the owner's pods have it; one pod may have several troubles."""
    return f"{max(trouble.pods for trouble in troubles)} of {group.pods - group.finished} pods"


def _short(text: str) -> str:
    """Leave out the middle: what failed stands first, and why it did last."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_MESSAGE else f"{line[:110]} ... {line[-125:]}"
