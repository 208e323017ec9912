"""Pods into owners: who the owner is, that pages do not matter, and what is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.folding import CRASHES, MOST_LABEL_SETS, PULL_ERRORS, PodFolder, top_owner, troubles
from checks.model import Ref
from checks.records.base import Annotations, Condition, Metadata, Owner
from checks.records.pods import (
    Container,
    ContainerState,
    ContainerStatus,
    Pod,
    PodGroup,
    PodSpec,
    PodStatus,
    Terminated,
    Waiting,
)

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)

SCHEDULED = Condition("PodScheduled", "True")
UNSCHEDULABLE = Condition("PodScheduled", "False", "Unschedulable", "0/3 nodes", NOON)
READY = Condition("Ready", "True")


def a_pod(
    name: str = "cart-x",
    owner: str = "",
    *,
    labels: dict[str, str] | None = None,
    phase: str = "Running",
    node: str = "worker-1",
    statuses: Sequence[ContainerStatus] = (),
    conditions: Sequence[Condition] = (SCHEDULED, READY),
) -> Pod:
    """Return a pod; its owner is written `StatefulSet/db`."""
    kind, _, owner_name = owner.partition("/")
    owners = (Owner(kind, owner_name, controller=True),) if owner else ()
    return Pod(
        Metadata(name=name, namespace="shop", labels=labels or {}, owner_references=owners),
        PodSpec(node_name=node, containers=(Container("main"),)),
        PodStatus(phase, tuple(conditions), tuple(statuses)),
    )


def folded(*pages: Sequence[Pod]) -> tuple[PodGroup, ...]:
    folder = PodFolder()
    for page in pages:
        folder.add(page)
    return folder.groups()


def crashed(reason: str, restarts: int, *, waiting: str = "", at: datetime = NOON) -> ContainerStatus:
    return ContainerStatus(
        "main",
        restart_count=restarts,
        state=ContainerState(waiting=Waiting(waiting) if waiting else None),
        last_state=ContainerState(terminated=Terminated(reason, 1, at)),
    )


@pytest.mark.parametrize(
    ("owner", "labels", "expected"),
    [
        ("", {}, "Pod shop/cart-x"),
        ("Node/worker-1", {}, "Pod shop/cart-x"),
        ("ReplicaSet/cart-6d9f", {"pod-template-hash": "6d9f"}, "Deployment shop/cart"),
        ("ReplicaSet/cart-v2-6d9f", {"pod-template-hash": "6d9f"}, "Deployment shop/cart-v2"),
        ("ReplicaSet/web-55", {"rollouts-pod-template-hash": "55"}, "Rollout shop/web"),
        ("ReplicaSet/by-hand", {}, "ReplicaSet shop/by-hand"),
        ("ReplicaSet/by-hand", {"pod-template-hash": "6d9f"}, "ReplicaSet shop/by-hand"),
        ("ReplicaSet/cart6d9f", {"pod-template-hash": "6d9f"}, "ReplicaSet shop/cart6d9f"),
        ("StatefulSet/db", {}, "StatefulSet shop/db"),
        ("DaemonSet/agent", {"pod-template-hash": "6d9f"}, "DaemonSet shop/agent"),
        ("Job/nightly-29892960", {}, "CronJob shop/nightly"),
        ("Job/import", {}, "Job shop/import"),
        ("Job/import-2", {}, "Job shop/import-2"),
        ("Job/import-20261101", {}, "Job shop/import-20261101"),
        ("Job/import-1793534400", {}, "Job shop/import-1793534400"),
        ("Job/nightly-29892960-abcde", {}, "Job shop/nightly-29892960-abcde"),
        ("Cluster/orders", {}, "Cluster shop/orders"),
    ],
)
def test_the_owner_is_read_from_the_pod_alone(owner: str, labels: dict[str, str], expected: str) -> None:
    assert str(top_owner(a_pod("cart-x", owner, labels=labels))) == expected


def test_an_owner_that_does_not_control_the_pod_is_none() -> None:
    pod = Pod(Metadata(name="p", namespace="shop", owner_references=(Owner("StatefulSet", "db"),)))
    assert top_owner(pod) == Ref("Pod", "shop", "p")


statuses = st.builds(
    ContainerStatus,
    name=st.sampled_from(["main", "helper"]),
    restart_count=st.integers(0, 9),
    state=st.builds(
        ContainerState,
        waiting=st.none()
        | st.builds(Waiting, st.sampled_from(["ContainerCreating", *CRASHES, *PULL_ERRORS])),
        terminated=st.none() | st.builds(Terminated, st.just("Error"), st.integers(0, 1)),
    ),
    last_state=st.builds(
        ContainerState,
        terminated=st.none()
        | st.builds(
            Terminated,
            st.sampled_from(["Error", "OOMKilled"]),
            st.just(137),
            st.none() | st.integers(0, 100).map(lambda minutes: NOON - timedelta(minutes=minutes)),
        ),
    ),
)
pods = st.builds(
    a_pod,
    name=st.sampled_from(["p1", "p2", "p3"]),
    owner=st.sampled_from(
        ["", "StatefulSet/db", "DaemonSet/agent", "Job/nightly-29892960", "Cluster/orders"]
    ),
    labels=st.dictionaries(st.sampled_from(["app", "tier", "job-name"]), st.sampled_from(["a", "b"])),
    phase=st.sampled_from(["Pending", "Running", "Succeeded", "Failed"]),
    node=st.sampled_from(["", "worker-1", "worker-2"]),
    statuses=st.lists(statuses, max_size=2),
    conditions=st.sampled_from([(), (UNSCHEDULABLE,), (SCHEDULED,), (SCHEDULED, READY)]),
)


@given(st.lists(st.lists(pods, max_size=5), max_size=5))
def test_pages_do_not_matter(pages: list[list[Pod]]) -> None:
    assert folded(*pages) == folded([pod for page in pages for pod in page])


@given(st.lists(pods, max_size=12).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_pods_changes_no_count(orders: tuple[list[Pod], list[Pod]]) -> None:
    def counts(group: PodGroup) -> object:
        found = {(item.reason, item.container): (item.pods, item.since) for item in group.troubles}
        where = (group.kind, group.name, group.ready_nodes, group.containers)
        return (*where, group.pods, group.running, group.ready, group.finished, found)

    one, other = ({(g.kind, g.name): counts(g) for g in folded(order)} for order in orders)
    assert one == other


@given(st.lists(pods, max_size=12))
def test_no_pod_is_lost_nor_counted_twice(some: list[Pod]) -> None:
    groups = folded(some)
    assert sum(group.pods for group in groups) == len(some)
    assert all(group.ready + group.finished <= group.pods for group in groups)
    assert all(group.running + group.finished <= group.pods for group in groups)


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_a_finished_pod_is_counted_and_has_no_trouble(phase: str) -> None:
    statuses = [crashed("OOMKilled", 9, waiting="CrashLoopBackOff")]
    (group,) = folded([a_pod(owner="Job/import", phase=phase, statuses=statuses)])
    assert (group.pods, group.finished, group.running, group.ready) == (1, 1, 0, 0)
    assert not group.troubles
    assert not group.label_sets


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (ContainerStatus("main"), {}),
        (ContainerStatus("main", state=ContainerState(waiting=Waiting("PodInitializing"))), {}),
        (crashed("Error", 5), {}),
        (crashed("Error", 6), {"Restarted": "exit code 1 (Error)"}),
        (crashed("OOMKilled", 0), {"OOMKilled": "exit code 1 (OOMKilled)"}),
        (crashed("OOMKilled", 60), {"OOMKilled": "exit code 1 (OOMKilled)"}),
        (crashed("Error", 2, waiting="CrashLoopBackOff"), {"CrashLoopBackOff": "exit code 1 (Error)"}),
        (
            crashed("OOMKilled", 9, waiting="CrashLoopBackOff"),
            {"CrashLoopBackOff": "exit code 1 (OOMKilled)", "OOMKilled": "exit code 1 (OOMKilled)"},
        ),
        (
            ContainerStatus("main", state=ContainerState(waiting=Waiting("CrashLoopBackOff", "back-off 5m"))),
            {"CrashLoopBackOff": "back-off 5m"},
        ),
        (
            ContainerStatus(
                "main", state=ContainerState(waiting=Waiting("CreateContainerConfigError", "no key"))
            ),
            {"CreateContainerConfigError": "no key"},
        ),
        (
            ContainerStatus("main", state=ContainerState(waiting=Waiting("ErrImagePull", "not found"))),
            {"ErrImagePull": "not found"},
        ),
        (
            ContainerStatus("main", state=ContainerState(terminated=Terminated("OOMKilled", 137))),
            {"OOMKilled": "exit code 137 (OOMKilled)"},
        ),
        (
            ContainerStatus(
                "main",
                restart_count=9,
                state=ContainerState(terminated=Terminated("Completed", 0)),
                last_state=ContainerState(terminated=Terminated("OOMKilled", 137)),
            ),
            {},
        ),
    ],
)
def test_what_is_wrong_with_a_container(status: ContainerStatus, expected: dict[str, str]) -> None:
    assert {item.reason: item.message for item in troubles(a_pod(statuses=[status]))} == expected


@pytest.mark.parametrize(
    ("conditions", "node", "expected"),
    [
        ([UNSCHEDULABLE], "", ["Unschedulable"]),
        ([Condition("PodScheduled", "False", "SchedulingGated")], "", []),
        ([], "", ["SchedulerSilent"]),
        ([], "worker-1", []),
        ([SCHEDULED], "worker-1", []),
    ],
)
def test_what_keeps_a_pod_from_a_node(conditions: list[Condition], node: str, expected: list[str]) -> None:
    pod = a_pod(phase="Pending", node=node, conditions=conditions)
    assert [trouble.reason for trouble in troubles(pod)] == expected


def test_the_last_crash_and_the_longest_wait_stand_for_the_others() -> None:
    waits = [
        a_pod(f"w{age}", "Job/w", phase="Pending", node="", conditions=[_since(UNSCHEDULABLE, age)])
        for age in (5, 90, 1)
    ]
    crashes = [
        a_pod(f"c{age}", "Job/c", statuses=[crashed("Error", 7, at=NOON - timedelta(minutes=age))])
        for age in (5, 90, 1)
    ]
    found = {group.name: group.troubles[0] for group in folded([*waits, *crashes])}
    assert (found["w"].pod, found["w"].pods) == ("w90", 3)
    assert (found["c"].pod, found["c"].pods) == ("c1", 3)


def test_memory_grows_with_owners_not_with_pods() -> None:
    def size(count: int) -> int:
        some = [
            a_pod(
                f"cart-6d9f-{number:05}",
                "ReplicaSet/cart-6d9f",
                labels={"app": "cart", "pod-template-hash": "6d9f", "controller-revision-hash": str(number)},
                node=f"worker-{number % 3}",
                statuses=[crashed("OOMKilled", 1)],
            )
            for number in range(count)
        ]
        groups = folded(some)
        assert len(groups) == 1
        return len(msgspec.json.encode(groups))

    assert size(3000) < size(30) + 30  # the digits of some counts


def test_only_so_many_sets_of_labels_are_kept() -> None:
    some = [a_pod(f"db-{number}", "StatefulSet/db", labels={"slot": str(number)}) for number in range(99)]
    (group,) = folded(some)
    assert len(group.label_sets) == MOST_LABEL_SETS
    assert (group.pods, group.ready, group.containers) == (99, 99, {"main": 99})


def test_labels_that_differ_from_pod_to_pod_make_no_sets() -> None:
    some = [
        a_pod(
            f"db-{number}",
            "StatefulSet/db",
            labels={"app": "db", "apps.kubernetes.io/pod-index": f"{number}"},
        )
        for number in range(3)
    ]
    (group,) = folded(some)
    assert group.label_sets == ({"app": "db"},)


@pytest.mark.parametrize(
    ("owner", "kept"), [("StatefulSet/db", False), ("Job/import", True), ("Cluster/orders", True), ("", True)]
)
def test_a_spec_is_kept_only_where_no_template_is_read(owner: str, *, kept: bool) -> None:
    (group,) = folded([a_pod(owner=owner)])
    assert (group.spec is not None) is kept


def test_static_pods_are_told_apart() -> None:
    mirrored = Metadata(name="etcd-cp-1", namespace="kube-system", annotations=Annotations(static_pod="x"))
    plain = Metadata(name="debug", namespace="shop")
    assert [group.static for group in folded([Pod(mirrored), Pod(plain)])] == [True, False]


def _since(condition: Condition, minutes: int) -> Condition:
    return msgspec.structs.replace(condition, last_transition_time=NOON - timedelta(minutes=minutes))
