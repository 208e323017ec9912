"""Whatever happens in a check becomes a status; nothing unread becomes a pass."""

import logging
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.attestations import Attestation
from checks.engine import assess, run
from checks.model import CLUSTER, Finding, Management, Passed, Ref, Result, Severity, Status, Verdict
from checks.reads import List, Path, Read
from checks.records.cluster import NAMESPACES, NODES
from checks.registry import Judge, NotApplicable, Unknown
from checks.snapshot import Snapshot, UnreadError
from tests.checks.build import CART, NOW, a_check, a_snapshot, assessed, forbidden, saying

WEB = Ref("Deployment", "shop", "web")
UNREAD = UnreadError(list(forbidden(List(NAMESPACES)).values()))


def then(error: Exception, *outcomes: Passed | Finding) -> Judge:
    """Return a judge that yields and then raises."""

    def judge(_: Snapshot) -> Iterator[Passed | Finding]:
        yield from outcomes
        raise error

    return judge


@pytest.mark.parametrize(
    ("judge", "status", "reason", "incomplete"),
    [
        (saying(), Status.NOT_APPLICABLE, "no subject", False),
        (saying(Passed(CART)), Status.PASS, "", False),
        (saying(Passed(WEB), Finding(CART, "no")), Status.FAIL, "", False),
        (then(NotApplicable("no claims")), Status.NOT_APPLICABLE, "no claims", False),
        (then(Unknown("ask someone")), Status.UNKNOWN, "ask someone", False),
        (then(UNREAD), Status.UNKNOWN, "list namespaces: forbidden", False),
        (then(UNREAD, Passed(CART)), Status.UNKNOWN, "list namespaces: forbidden", False),
        (then(UNREAD, Finding(CART, "no")), Status.FAIL, "list namespaces: forbidden", True),
        (then(Unknown("half"), Passed(WEB), Finding(CART, "no")), Status.FAIL, "half", True),
    ],
)
def test_what_is_raised_becomes_a_status(
    judge: Judge, status: Status, reason: str, *, incomplete: bool
) -> None:
    result = run(a_check(judge), a_snapshot())
    assert (result.status, result.reason, result.incomplete) == (status, reason, incomplete)


@pytest.mark.parametrize("outcomes", [(), (Passed(CART),), (Finding(CART, "no"),)])
def test_a_check_that_crashes_is_an_error_with_its_id(
    outcomes: Sequence[Passed | Finding], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        result = run(a_check(then(ZeroDivisionError("oops"), *outcomes), "node-health"), a_snapshot())
    assert (result.status, result.reason) == (
        Status.ERROR,
        "check node-health crashed: ZeroDivisionError: oops",
    )
    assert not result.findings
    assert "node-health" in caplog.text


def test_one_crash_does_not_end_the_others() -> None:
    report = assessed(a_check(then(KeyError("x")), "a"), a_check(saying(Passed(CART)), "b"))
    assert [(result.id, result.status) for result in report.results] == [
        ("a", Status.ERROR),
        ("b", Status.PASS),
    ]
    assert (report.coverage, report.verdict) == (50, Verdict.UNDETERMINED)


def test_every_judged_check_is_told_of() -> None:
    told: list[int] = []
    checks = [a_check(then(KeyError("x")), "a"), a_check(saying(Passed(CART)), "b")]
    assess(a_snapshot(), checks, now=NOW, run_id="r", tell=told.append)
    assert told == [1, 2]


@pytest.mark.parametrize(
    ("reads", "status"),
    [((), Status.ERROR), ((List(NAMESPACES),), Status.PASS)],
)
def test_reading_what_was_not_declared_is_an_error(reads: tuple[Read, ...], status: Status) -> None:
    def judge(snapshot: Snapshot) -> Iterator[Passed | Finding]:
        yield Passed(CLUSTER, f"{len(snapshot.list(NAMESPACES))} namespaces")

    result = run(a_check(judge, reads=reads), a_snapshot({"namespaces": ()}))
    assert result.status is status
    assert status is Status.PASS or "UndeclaredReadError: namespaces" in result.reason


def test_undeclared_paths_are_refused_and_the_platforms_reads_are_not() -> None:
    def curious(snapshot: Snapshot) -> Iterator[Passed | Finding]:
        yield Passed(CLUSTER, snapshot.text("/readyz?verbose"))

    def usual(snapshot: Snapshot) -> Iterator[Passed | Finding]:
        yield Passed(CLUSTER, f"{snapshot.version}, {len(snapshot.nodes)} nodes")

    assert run(a_check(curious), a_snapshot()).status is Status.ERROR
    assert run(a_check(usual), a_snapshot()).evidence == ("v1.36.2, 0 nodes",)


def test_what_was_declared_and_not_collected_is_unknown() -> None:
    def judge(snapshot: Snapshot) -> Iterator[Passed | Finding]:
        yield Passed(CLUSTER, snapshot.text("/readyz?verbose"))

    result = run(a_check(judge, reads=(Path("/readyz?verbose"),)), a_snapshot())
    assert (result.status, result.reason) == (Status.UNKNOWN, "get /readyz?verbose: not in this snapshot")


@pytest.mark.parametrize(
    ("management", "unread", "status", "reason"),
    [
        (Management.SELF_MANAGED, False, Status.PASS, ""),
        (Management.MANAGED, False, Status.NOT_APPLICABLE, "run by the provider"),
        (Management.FULLY_MANAGED, False, Status.NOT_APPLICABLE, "run by the provider"),
        (None, False, Status.UNKNOWN, "set `management` for this cluster"),
        (None, True, Status.UNKNOWN, "list nodes: forbidden"),
    ],
)
def test_a_control_plane_is_judged_where_somebody_here_runs_it(
    management: Management | None, status: Status, reason: str, *, unread: bool
) -> None:
    snapshot = a_snapshot(management=management, unread=forbidden(List(NODES)) if unread else {})
    result = run(a_check(saying(Passed(CLUSTER)), own_control_plane=True), snapshot)
    assert result.status is status
    assert reason in result.reason


def test_subjects_are_counted_once_however_often_they_are_named() -> None:
    outcomes = (
        Passed(CART),
        Passed(CART, "seen twice"),
        Passed(WEB),
        Finding(WEB, "no", rule="cpu"),
        Finding(WEB, "no", rule="memory"),
        Finding(WEB, "again", rule="memory"),
    )
    result = run(a_check(saying(*outcomes)), a_snapshot())
    assert (result.subjects, result.counted, result.failing) == (2, 2, 1)
    assert [(finding.rule, finding.message) for finding in result.findings] == [
        ("cpu", "no"),
        ("memory", "no"),
    ]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([Passed(CART), Passed(WEB)], ("2 Deployments",)),
        ([Passed(CART), Passed(Ref("Ingress", "shop", "a")), Passed(Ref("Ingress", "shop", "b"))], None),
        ([Passed(Ref("NetworkPolicy", "shop", name)) for name in "ab"], ("2 NetworkPolicies",)),
        ([Passed(Ref("Gateway", "shop", name)) for name in "ab"], ("2 Gateways",)),
        ([Passed(Ref("Deployment", "shop", "cart", name)) for name in "ab"], ("2 containers",)),
        ([Passed(CART, "Velero"), Passed(WEB, "Velero"), Passed(CLUSTER)], ("Velero",)),
        (
            [Passed(Ref("Pod", "shop", str(number)), f"e{number}") for number in range(7)],
            ("e0", "e1", "e2", "e3", "e4", "and 2 more"),
        ),
    ],
)
def test_evidence_of_a_pass(outcomes: list[Passed], expected: tuple[str, ...] | None) -> None:
    result = run(a_check(saying(*outcomes)), a_snapshot())
    assert result.evidence == (expected or ("1 Deployment, 2 Ingresses",))


def test_a_fingerprint_holds_across_clusters_and_words_and_tells_findings_apart() -> None:
    one, other = (run(a_check(saying(Finding(CART, words))), a_snapshot()) for words in ("2 pods", "3 pods"))
    assert one.findings[0].fingerprint == other.findings[0].fingerprint
    different = [
        a_check(saying(Finding(CART, "x", rule="port 80"))),
        a_check(saying(Finding(Ref("Deployment", "shop", "cart", "main"), "x"))),
        a_check(saying(Finding(Ref("StatefulSet", "shop", "cart"), "x"))),
        a_check(saying(Finding(CART, "x")), "b"),
    ]
    prints = {run(item, a_snapshot()).findings[0].fingerprint for item in different}
    assert len(prints | {one.findings[0].fingerprint}) == 5


def test_an_attestation_reaches_the_report() -> None:
    attestation = Attestation(check="a", by="ann", reason="drilled", until=NOW.replace(year=2027))
    judge = then(Unknown("ask someone"))
    report = assess(a_snapshot(), [a_check(judge)], now=NOW, run_id="r", attestations=[attestation])
    assert (report.results[0].status, report.verdict, report.score) == (Status.PASS, Verdict.READY, 100)


def test_a_report_says_what_was_unread_and_keeps_what_the_configuration_says() -> None:
    snapshot = a_snapshot(unread=forbidden(List(NODES)), management=Management.MANAGED)
    report = assess(snapshot, [], now=NOW, run_id="r", partial=True, notes=["one namespace only"])
    assert [str(item) for item in report.unread] == ["list nodes: forbidden"]
    assert report.platform.management is Management.MANAGED
    assert (report.partial, report.notes) == (True, ("one namespace only",))
    assert (report.score, report.grade, report.coverage) == (None, "-", None)


refs = st.sampled_from([CART, WEB, CLUSTER])
outcomes = st.lists(st.builds(Passed, refs) | st.builds(Finding, refs, st.just("no")), max_size=5)
ERRORS = (None, UNREAD, Unknown("half"))


@given(outcomes, st.sampled_from(ERRORS))
def test_an_interrupted_check_never_looks_better_nor_loses_a_proof(
    some: list[Passed | Finding], error: Exception | None
) -> None:
    whole = run(a_check(saying(*some)), a_snapshot())
    result = run(a_check(then(error, *some)), a_snapshot()) if error else whole
    assert result.findings == whole.findings
    assert result.failing <= result.counted == result.subjects
    assert error is None or result.status in {Status.FAIL, Status.UNKNOWN}
    assert (result.status is Status.FAIL) == bool(result.findings)
    assert result.incomplete == (error is not None and bool(result.findings))


@given(st.lists(st.tuples(outcomes, st.sampled_from(Severity), st.sampled_from(ERRORS)), max_size=4))
def test_a_ready_cluster_has_no_grave_finding(
    some: list[tuple[list[Passed | Finding], Severity, Exception | None]],
) -> None:
    checks = [
        a_check(then(error, *said) if error else saying(*said), f"c{number}", severity=severity)
        for number, (said, severity, error) in enumerate(some)
    ]
    report = assessed(*checks)
    if report.verdict is Verdict.READY:
        assert not any(_grave(result) for result in report.results)


def _grave(result: Result) -> bool:
    return result.severity.at_least(Severity.HIGH) and result.status is Status.FAIL
