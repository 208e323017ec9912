"""Whose the objects of findings are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from msgspec import structs

from checks.delta import delta
from checks.engine import assess, rewaived
from checks.model import CLUSTER, Finding, Ref, Report
from checks.reads import List, lists
from checks.records.base import Annotations, Metadata, Record
from checks.records.cluster import NAMESPACES, NODES, Namespace, Node
from checks.records.pods import PODS, PodGroup, PodTemplate
from checks.records.workloads import (
    CRONJOBS,
    DEPLOYMENTS,
    ControllerSpec,
    CronJob,
    CronJobSpec,
    JobTemplate,
    JobTemplateSpec,
    Replicated,
)
from checks.registry import Check
from checks.snapshot import OWNER_LABELS, Facts
from checks.waivers import Waiver
from tests.checks.build import CART, NOW, a_check, a_snapshot, forbidden, saying

Labels = dict[str, str]
Records = Mapping[str, tuple[Record, ...]]

CONTAINER = structs.replace(CART, container="main")
NIGHTLY = Ref("CronJob", "shop", "nightly")
ROLLOUT = Ref("Rollout", "shop", "web")
NODE = Ref("Node", name="worker-1")
SHOP = Ref("Namespace", name="shop")


def metadata(ref: Ref, labels: Labels) -> Metadata:
    return Metadata(name=ref.name, namespace=ref.namespace, labels=labels)


def deployments(own: Labels, pods: Labels | None = None) -> Records:
    template = PodTemplate(Metadata(labels=pods or {}))
    return {DEPLOYMENTS.key: (Replicated(metadata(CART, own), ControllerSpec(template=template)),)}


def cron_jobs(pods: Labels) -> Records:
    template = JobTemplate(JobTemplateSpec(PodTemplate(Metadata(labels=pods))))
    return {CRONJOBS.key: (CronJob(metadata(NIGHTLY, {}), CronJobSpec(job_template=template)),)}


def groups(ref: Ref, labels: Labels) -> Records:
    return {PODS.key: (PodGroup(metadata(ref, labels), ref.kind),)}


def namespaces(labels: Labels) -> Records:
    return {NAMESPACES.key: (Namespace(metadata(SHOP, labels)),)}


def annotated(ref: Ref, annotations: Annotations, labels: Labels | None = None) -> Records:
    found = Metadata(name=ref.name, namespace=ref.namespace, labels=labels or {}, annotations=annotations)
    if ref == SHOP:
        return {NAMESPACES.key: (Namespace(found),)}
    return {DEPLOYMENTS.key: (Replicated(found),)}


def judged(
    ref: Ref,
    *records: Records,
    labels: tuple[str, ...] = OWNER_LABELS,
    rules: tuple[tuple[str, str], ...] = (),
) -> Report:
    """Judge a cluster of these records by a check that finds fault with one object."""
    held = {key: items for each in records for key, items in each.items()}
    snapshot = replace(a_snapshot(held), facts=Facts(owner_labels=labels, owner_rules=rules))
    return assess(snapshot, [fault(ref)], now=NOW, run_id="r")


def fault(ref: Ref) -> Check:
    return a_check(saying(Finding(ref, "no")), reads=lists(DEPLOYMENTS, CRONJOBS, PODS, NAMESPACES, NODES))


def owner(report: Report) -> str:
    return report.results[0].findings[0].owner


@pytest.mark.parametrize(
    ("ref", "records", "expected"),
    [
        pytest.param(CART, [deployments({"team": "a"})], "a", id="its own"),
        pytest.param(CONTAINER, [deployments({"team": "a"})], "a", id="of a container's object"),
        pytest.param(CART, [deployments({"owner": "b", "team": "a"})], "a", id="the first label counts"),
        pytest.param(CART, [deployments({"owner": "b", "team": ""})], "b", id="an empty one does not"),
        pytest.param(CART, [deployments({"team": "a"}, {"team": "p"})], "a", id="its own before its pods'"),
        pytest.param(CART, [deployments({"owner": "b"}, {"team": "p"})], "b", id="even by a later label"),
        pytest.param(CART, [deployments({}, {"team": "p"})], "p", id="of its pods' template"),
        pytest.param(NIGHTLY, [cron_jobs({"team": "p"})], "p", id="of a cron job's template"),
        pytest.param(
            CART, [deployments({}, {"team": "p"}), groups(CART, {"team": "old"})], "p", id="not of old pods"
        ),
        pytest.param(ROLLOUT, [groups(ROLLOUT, {"team": "p"})], "p", id="of pods of a kind not read"),
        pytest.param(CART, [deployments({}, {"team": "p"}), namespaces({"team": "n"})], "p", id="pods first"),
        pytest.param(CART, [deployments({}), namespaces({"team": "n"})], "n", id="of its namespace"),
        pytest.param(ROLLOUT, [namespaces({"team": "n"})], "n", id="of what was never read"),
        pytest.param(CART, [deployments({"app": "cart"}), namespaces({})], "", id="nobody's"),
        pytest.param(SHOP, [namespaces({"team": "n"})], "n", id="of a namespace itself"),
        pytest.param(
            NODE, [{NODES.key: (Node(metadata(NODE, {"team": "infra"})),)}], "infra", id="of a node itself"
        ),
        pytest.param(CLUSTER, [namespaces({"team": "n"})], "", id="not of the cluster"),
        pytest.param(
            Ref("Deployment", "other", "cart"), [deployments({"team": "a"})], "", id="of a namesake"
        ),
        pytest.param(Ref("StatefulSet", "shop", "cart"), [deployments({"team": "a"})], "", id="of its kind"),
    ],
)
def test_whose_an_object_is(ref: Ref, records: Sequence[Records], expected: str) -> None:
    assert owner(judged(ref, *records)) == expected


def test_the_configuration_names_the_labels() -> None:
    labels = {"team": "a", "example.com/team": "b"}
    assert owner(judged(CART, deployments(labels), labels=("example.com/team", "team"))) == "b"
    assert owner(judged(CART, deployments(labels), labels=())) == ""


@pytest.mark.parametrize(
    ("ref", "records", "expected"),
    [
        pytest.param(CART, [annotated(CART, Annotations(team="a"))], "a", id="its own"),
        pytest.param(CART, [annotated(CART, Annotations(owner="b"))], "b", id="of another key"),
        pytest.param(CART, [annotated(CART, Annotations(human_owner="@ann"))], "@ann", id="a person's"),
        pytest.param(
            CART, [annotated(CART, Annotations(team="a"), {"owner": "b"})], "b", id="its labels come first"
        ),
        pytest.param(
            CART,
            [annotated(CART, Annotations(team="a")), groups(CART, {"team": "p"})],
            "a",
            id="before its pods' labels",
        ),
        pytest.param(CART, [annotated(SHOP, Annotations(team="n"))], "n", id="of its namespace"),
        pytest.param(CART, [annotated(CART, Annotations(helm_release="cart"))], "", id="of none that counts"),
    ],
)
def test_whose_an_object_is_by_annotations(ref: Ref, records: Sequence[Records], expected: str) -> None:
    assert owner(judged(ref, *records)) == expected


def test_annotations_that_name_owners_are_kept_by_the_keys_that_are_looked_for() -> None:
    raw = {"metadata": {"name": "shop", "annotations": dict.fromkeys([*OWNER_LABELS, "example.com/x"], "a")}}
    read = msgspec.convert(raw, Namespace)
    assert read.metadata.annotations.owners == dict.fromkeys(OWNER_LABELS, "a")
    assert b"example.com" not in msgspec.json.encode(read)


RULES = (("pay*", "payments"), ("sh?p", "shop-team"), ("*", "everyone"))


@pytest.mark.parametrize(
    ("ref", "records", "expected"),
    [
        pytest.param(CART, [deployments({})], "shop-team", id="the first that fits"),
        pytest.param(CART, [deployments({"team": "a"})], "a", id="its own word comes first"),
        pytest.param(CART, [namespaces({"team": "n"})], "n", id="and that of its namespace"),
        pytest.param(SHOP, [namespaces({})], "shop-team", id="of a namespace itself"),
        pytest.param(NODE, [], "", id="nothing that has no namespace"),
        pytest.param(CLUSTER, [], "", id="nor the cluster"),
        pytest.param(Ref("Service", "Pay", "x"), [], "everyone", id="in the very letters"),
    ],
)
def test_whose_an_object_is_by_the_configuration(ref: Ref, records: Sequence[Records], expected: str) -> None:
    assert owner(judged(ref, *records, rules=RULES)) == expected


def test_the_configuration_counts_where_no_label_does() -> None:
    assert owner(judged(CART, deployments({"team": "a"}), labels=(), rules=RULES)) == "shop-team"


def test_what_was_read_of_an_unfinished_list_counts() -> None:
    snapshot = a_snapshot(namespaces({"team": "n"}), unread=forbidden(List(NAMESPACES)))
    assert owner(assess(snapshot, [fault(CART)], now=NOW, run_id="r")) == "n"


def test_an_owner_changes_neither_fingerprint_nor_verdict() -> None:
    one, other = judged(CART, deployments({"team": "a"})), judged(CART, deployments({}))
    assert owner(one) != owner(other)
    unowned = (structs.replace(it, findings=other.results[0].findings) for it in one.results)
    assert structs.replace(one, results=tuple(unowned)) == other


def test_owners_outlive_waivers_and_resolving() -> None:
    before, after = judged(CART, deployments({"team": "a"})), judged(NODE)
    waiver = Waiver(by="ann", reason="known", until=NOW + timedelta(days=1), check="a")
    waived = rewaived(before, [waiver], NOW, {})
    assert waived.results[0].waived
    assert owner(waived) == owner(rewaived(waived, [], NOW, {})) == "a"
    assert [item.finding.owner for item in delta(before, after).resolved] == ["a"]
    assert [item.finding.owner for item in delta(after, before).new] == ["a"]
