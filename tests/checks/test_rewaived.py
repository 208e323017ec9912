"""Stored reports with the waivers of today."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.attestations import Attestation
from checks.delta import delta
from checks.engine import assess, rewaived
from checks.model import CLUSTER, Finding, Passed, Ref, Report, Severity, Status, Verdict
from checks.reads import List
from checks.records.cluster import NAMESPACES
from checks.registry import Check, Unknown
from checks.snapshot import Snapshot, UnreadError
from checks.waivers import Waiver
from tests.checks.build import NOW, a_check, a_finding, a_snapshot, forbidden, saying

HOUR = timedelta(hours=1)
LATER = NOW + 5 * HOUR
PODS = tuple(Ref("Pod", namespace, name) for namespace in ("shop", "jobs") for name in ("a", "b"))
UNREAD = UnreadError(list(forbidden(List(NAMESPACES)).values()))


def broken(
    *refs: Ref, error: Exception | None = None, severity: Severity = Severity.HIGH, check_id: str = "a"
) -> Check:
    def judge(_: Snapshot) -> Iterator[Passed | Finding]:
        for ref in PODS:
            yield Finding(ref, "no", fix=f"mend {ref.name}") if ref in refs else Passed(ref)
        if error:
            raise error

    return a_check(judge, check_id, severity=severity)


def judged(
    checks: Sequence[Check],
    waivers: Sequence[Waiver] = (),
    now: datetime = NOW,
    attestations: Sequence[Attestation] = (),
) -> Report:
    return assess(a_snapshot(), checks, now=now, run_id="r", waivers=waivers, attestations=attestations)


def a_waiver(hours: int = 9, *, check: str = "a", by: str = "ann", fingerprint: str = "") -> Waiver:
    return Waiver(by=by, reason="known", until=NOW + hours * HOUR, check=check, fingerprint=fingerprint)


def by_id(checks: Sequence[Check]) -> dict[str, Check]:
    return {item.id: item for item in checks}


waivers = st.lists(
    st.builds(
        Waiver,
        by=st.sampled_from(["ann", "bob"]),
        reason=st.just("known"),
        until=st.integers(-1, 9).map(lambda hours: NOW + hours * HOUR),
        cluster=st.sampled_from(["*", "test", "other"]),
        fingerprint=st.sampled_from(["", "", a_finding("c0", PODS[0]).fingerprint]),
        check=st.sampled_from(["c0", "c1", "gone"]),
        namespace=st.sampled_from(["*", "shop"]),
        name=st.sampled_from(["*", "a"]),
        configured=st.booleans(),
    ),
    max_size=4,
)


@st.composite
def checklists(draw: st.DrawFn) -> list[Check]:
    made = []
    for number in range(draw(st.integers(1, 3))):
        refs = draw(st.sets(st.sampled_from(PODS)))
        error = draw(st.sampled_from([None, UNREAD, Unknown("half"), KeyError("crash")]))
        severity = draw(st.sampled_from(Severity))
        made.append(broken(*refs, error=error, severity=severity, check_id=f"c{number}"))
    return made


@given(checklists(), waivers)
def test_with_the_waivers_it_was_judged_with_it_is_the_same_report(
    checks: list[Check], held: list[Waiver]
) -> None:
    report = judged(checks, held)
    before = judged([broken(PODS[0], check_id=check.id) for check in checks], held)
    report = structs.replace(report, delta=delta(before, report))
    assert rewaived(report, held, NOW, by_id(checks)) == report


@given(checklists(), waivers, waivers)
def test_with_other_waivers_it_is_what_judging_again_would_give(
    checks: list[Check], held: list[Waiver], today: list[Waiver]
) -> None:
    again = rewaived(judged(checks, held), today, LATER, by_id(checks))
    assert again == judged(checks, today, LATER)


@given(checklists(), waivers)
def test_what_could_not_be_read_whole_is_never_made_ready(checks: list[Check], held: list[Waiver]) -> None:
    report = rewaived(judged(checks), held, NOW, by_id(checks))
    if any(
        result.severity is Severity.CRITICAL and (result.incomplete or result.status is Status.UNKNOWN)
        for result in report.results
    ):
        assert report.verdict is not Verdict.READY


def test_a_new_waiver_excuses_and_its_end_gives_back_the_fix() -> None:
    checks = [broken(PODS[0], PODS[1])]
    report = judged(checks)
    first = report.results[0].findings[0]
    excused = rewaived(report, [a_waiver(fingerprint=first.fingerprint)], NOW, by_id(checks))
    result = excused.results[0]
    assert (result.failing, result.counted, result.waived, result.remediation) == (1, 3, False, "mend b")
    assert result.open_findings == report.results[0].findings[1:]
    everything = rewaived(excused, [a_waiver()], NOW, by_id(checks))
    assert (everything.verdict, everything.score, everything.results[0].waived) == (Verdict.READY, 100, True)
    assert everything.results[0].remediation == ""
    assert rewaived(everything, [a_waiver()], NOW + 9 * HOUR, by_id(checks)) == report


def test_a_check_that_is_no_longer_known_keeps_its_fix_while_it_is_true() -> None:
    checks = [a_check(saying(*(Finding(ref, "no") for ref in PODS[:2])))]
    report = judged(checks)
    assert rewaived(report, [], NOW, {}) == report
    first = report.results[0].findings[0].fingerprint
    assert rewaived(report, [a_waiver(fingerprint=first)], NOW, {}).results[0].remediation == ""


def test_what_was_attested_stays() -> None:
    attestation = Attestation(check="a", by="bob", reason="drilled", until=NOW + HOUR)
    report = judged([a_check(saying(Finding(CLUSTER, "no backup")))], attestations=[attestation])
    assert report.results[0].status is Status.PASS
    assert rewaived(report, [a_waiver()], LATER, {}) == report


def test_new_findings_carry_the_notes_of_their_results_and_resolved_ones_their_own() -> None:
    before = judged([broken(PODS[1])], [a_waiver(1)])
    after = judged([broken(PODS[0])])
    after = structs.replace(after, delta=delta(before, after))
    shown = rewaived(after, [a_waiver(by="bob")], LATER, {})
    assert shown.delta
    assert [item.finding for item in shown.delta.new] == list(shown.results[0].findings)
    assert [item.finding.waiver.by for item in shown.delta.new if item.finding.waiver] == ["bob"]
    assert shown.delta.resolved == (after.delta.resolved if after.delta else ())
