"""Waivers: which finding they accept, until when, and what they do to a report."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.engine import assess
from checks.model import CLUSTER, Finding, Passed, Ref, Report, Severity, Status, Verdict, WaiverNote
from checks.waivers import Waiver, note
from tests.checks.build import CART, NOW, a_check, a_finding, a_snapshot, saying

HOUR = timedelta(hours=1)


def a_waiver(
    by: str = "ann",
    *,
    hours: int = 1,
    cluster: str = "*",
    fingerprint: str = "",
    check: str = "",
    namespace: str = "*",
    name: str = "*",
    configured: bool = True,
) -> Waiver:
    return Waiver(
        by=by,
        reason="known",
        until=NOW + hours * HOUR,
        cluster=cluster,
        fingerprint=fingerprint,
        check=check,
        namespace=namespace,
        name=name,
        configured=configured,
    )


FOUND = a_finding("a", CART)


@pytest.mark.parametrize(
    ("waiver", "accepts"),
    [
        (a_waiver(fingerprint=FOUND.fingerprint), True),
        (a_waiver(fingerprint=FOUND.fingerprint, cluster="prod-*"), True),
        (a_waiver(fingerprint=FOUND.fingerprint, cluster="staging"), False),
        (a_waiver(fingerprint=a_finding("b", CART).fingerprint), False),
        (a_waiver(fingerprint=a_finding("b", CART).fingerprint, check="a"), False),
        (a_waiver(check="a"), True),
        (a_waiver(check="b"), False),
        (a_waiver(check="*"), False),  # a check is named, never matched
        (a_waiver(), False),  # of nothing
        (a_waiver(check="a", namespace="sh*", name="cart"), True),
        (a_waiver(check="a", namespace="SHOP"), False),
        (a_waiver(check="a", namespace="shop", name="web"), False),
        (a_waiver(check="a", namespace="staging"), False),
        (a_waiver(check="a", hours=0), False),  # `until` is when it ends
        (a_waiver(check="a", hours=-1), False),
    ],
)
def test_what_a_waiver_accepts(waiver: Waiver, *, accepts: bool) -> None:
    assert (note([waiver], "prod-1", "a", FOUND, NOW) is not None) is accepts


def test_a_waiver_without_a_namespace_covers_the_cluster_too() -> None:
    assert note([a_waiver(check="a")], "prod-1", "a", a_finding("a", CLUSTER), NOW)


def test_the_waiver_that_holds_longest_is_shown() -> None:
    several = [
        a_waiver("ann", check="a", hours=1),
        a_waiver("bob", check="a", hours=3),
        a_waiver("cat", hours=9),
    ]
    found = note(several, "prod-1", "a", FOUND, NOW)
    assert found is not None
    assert (found.by, found.reason, found.until) == ("bob", "known", NOW + 3 * HOUR)


def test_the_configuration_wins() -> None:
    several = [a_waiver("ann", check="a"), a_waiver("bob", check="a", hours=3, configured=False)]
    assert [note(order, "prod-1", "a", FOUND, NOW) for order in (several, several[::-1])] == [
        WaiverNote("ann", "known", NOW + HOUR)
    ] * 2
    ended = [a_waiver("ann", check="a", hours=0), several[1]]
    assert note(ended, "prod-1", "a", FOUND, NOW) == WaiverNote("bob", "known", NOW + 3 * HOUR)


def test_expired_waivers_do_not_count() -> None:
    judge = saying(Finding(CART, "broken"))
    expired = a_waiver(check="a", hours=-1)
    report = assess(a_snapshot(), [a_check(judge)], now=NOW, run_id="r", waivers=[expired])
    assert (report.score, report.verdict, report.results[0].waived) == (0, Verdict.NOT_READY, False)


def test_a_check_whose_findings_are_all_waived_stays_a_failure_and_leaves_the_rest() -> None:
    checks = [a_check(saying(Finding(CART, "broken"))), a_check(saying(Passed(CART)), "b")]
    report = assess(a_snapshot(), checks, now=NOW, run_id="r", waivers=[a_waiver(check="a")])
    result = report.results[0]
    assert (result.status, result.waived, result.open_findings) == (Status.FAIL, True, ())
    assert (result.subjects, result.counted, result.failing, result.remediation) == (1, 0, 0, "")
    assert result.findings[0].waiver is not None
    assert not report.results[1].waived
    assert (report.score, report.verdict, report.coverage) == (100, Verdict.READY, 100)


def test_one_of_two_findings_of_a_subject_leaves_it_failing() -> None:
    judge = saying(Finding(CART, "no", rule="cpu"), Finding(CART, "no", rule="memory"))
    waiver = a_waiver(fingerprint=a_finding("a", CART, "cpu").fingerprint)
    report = assess(a_snapshot(), [a_check(judge)], now=NOW, run_id="r", waivers=[waiver])
    result = report.results[0]
    assert (result.waived, result.counted, result.failing, report.score) == (False, 1, 1, 0)
    assert result.remediation == "Mend Deployment shop/cart."


SUBJECTS = tuple(Ref("Pod", "shop", f"p{number}") for number in range(6))
subsets = st.sets(st.sampled_from(SUBJECTS))


@given(
    broken=subsets,
    waived=subsets,
    subject=st.sampled_from(SUBJECTS),
    severity=st.sampled_from(Severity),
    another=st.booleans(),
)
def test_a_waiver_never_improves_by_more_than_its_subject(
    broken: set[Ref], waived: set[Ref], subject: Ref, severity: Severity, *, another: bool
) -> None:
    """As things are <= with the waiver <= with the subject mended."""
    broken, waived = broken | {subject}, waived - {subject}
    checks = [a_check(saying(Passed(CART), Finding(CLUSTER, "broken")), "b")] * another

    def judged(broken: Collection[Ref], waived: Collection[Ref]) -> Report:
        outcomes = (Finding(ref, "no") if ref in broken else Passed(ref) for ref in SUBJECTS)
        return assess(
            a_snapshot(),
            [a_check(saying(*outcomes), severity=severity), *checks],
            now=NOW,
            run_id="r",
            waivers=[a_waiver(check="a", name=ref.name) for ref in waived],
        )

    as_it_is, excused = judged(broken, waived), judged(broken, {*waived, subject})
    mended = judged(broken - {subject}, waived)
    low, middle, high = as_it_is.score, excused.score, mended.score
    assert low is None or middle is None or low <= middle
    assert middle is None or high is None or middle <= high
    assert excused.coverage == as_it_is.coverage == mended.coverage
    assert len(excused.results[0].findings) == len(as_it_is.results[0].findings)
