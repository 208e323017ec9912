"""What changed between two reports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from checks.delta import delta
from checks.model import Delta, Finding, Ref, Report, Result, Severity, Status
from tests.checks.build import CART, a_finding, a_report, a_result

PASS, FAIL, NA, UNKNOWN, ERROR = (
    Status.PASS,
    Status.FAIL,
    Status.NOT_APPLICABLE,
    Status.UNKNOWN,
    Status.ERROR,
)
WEB = Ref("Deployment", "shop", "web")


def failing(*refs: Ref, incomplete: bool = False) -> Result:
    findings = [a_finding("a", ref) for ref in refs]
    return a_result(status=FAIL, failing=len(refs), findings=findings, incomplete=incomplete)


def names(found: Delta) -> tuple[list[str], list[str]]:
    new = [item.finding.ref.name for item in found.new]
    return new, [item.finding.ref.name for item in found.resolved]


@pytest.mark.parametrize(
    ("before", "after", "new", "resolved", "unreadable"),
    [
        (a_result(), a_result(), [], [], []),
        (failing(CART), failing(CART), [], [], []),
        (a_result(), failing(CART), ["cart"], [], []),
        (failing(CART), a_result(), [], ["cart"], []),
        (failing(CART), failing(WEB), ["web"], ["cart"], []),
        (failing(CART), a_result(status=NA), [], ["cart"], []),
        # What one of them could not judge says nothing.
        (failing(CART), a_result(status=UNKNOWN), [], [], ["a"]),
        (failing(CART), a_result(status=ERROR), [], [], ["a"]),
        (a_result(status=UNKNOWN), failing(CART), [], [], ["a"]),
        # What neither could judge is as it was: it may be nothing that an API shows.
        (a_result(status=UNKNOWN), a_result(status=UNKNOWN), [], [], []),
        (a_result(status=UNKNOWN), a_result(status=ERROR), [], [], []),
        # What one of them read in part: only what it did find can be told.
        (failing(CART), failing(WEB, incomplete=True), ["web"], [], ["a"]),
        (failing(CART, incomplete=True), failing(WEB), [], ["cart"], ["a"]),
        (failing(CART, incomplete=True), failing(WEB, incomplete=True), [], [], ["a"]),
        (failing(CART, incomplete=True), a_result(), [], ["cart"], ["a"]),
    ],
)
def test_one_check(
    before: Result, after: Result, new: list[str], resolved: list[str], unreadable: list[str]
) -> None:
    found = delta(a_report(before), a_report(after))
    assert names(found) == (new, resolved)
    assert list(found.unreadable) == unreadable
    assert [(c.id, c.before, c.after) for c in found.changed] == (
        [("a", before.status, after.status)] if before.status is not after.status else []
    )


def test_a_check_that_one_of_them_did_not_have_is_a_change_and_no_finding() -> None:
    found = delta(a_report(failing(CART)), a_report(a_result("b", FAIL, failing=1)))
    assert names(found) == ([], [])
    assert [(c.id, c.before, c.after) for c in found.changed] == [("a", FAIL, None), ("b", None, FAIL)]
    assert not found.unreadable


def test_a_finding_is_followed_by_its_fingerprint_not_by_its_words() -> None:
    told = a_finding("a", CART)
    other_words = structs.replace(told, message="still wrong, for 3 d", fix="mend it")
    before, after = (a_result(status=FAIL, failing=1, findings=[item]) for item in (told, other_words))
    assert delta(a_report(before), a_report(after)).empty


def test_it_names_the_report_that_it_compares_with() -> None:
    before = a_report(run_id="yesterday")
    found = delta(before, a_report(run_id="today"))
    assert (found.run_id, found.since) == ("yesterday", before.taken_at)


def test_the_gravest_comes_first() -> None:
    low = a_result("a", FAIL, Severity.LOW, failing=1, findings=[a_finding("a")])
    critical = a_result("b", FAIL, Severity.CRITICAL, failing=1, findings=[a_finding("b")])
    clean = (a_result("a", severity=Severity.LOW), a_result("b", severity=Severity.CRITICAL))
    assert [item.id for item in delta(a_report(*clean), a_report(low, critical)).new] == ["b", "a"]


refs = st.sampled_from([Ref("Pod", "shop", name) for name in "pqr"])


@st.composite
def reports(draw: st.DrawFn) -> Report:
    results = []
    for check_id in draw(st.permutations("abc")):  # a later version may show its checks in another order
        status = draw(st.sampled_from([FAIL, *Status]))
        rules = st.sampled_from(["", "port"])
        subjects = draw(st.sets(st.tuples(refs, rules), min_size=1)) if status is FAIL else set()
        findings = [a_finding(check_id, ref, rule) for ref, rule in sorted(subjects)]
        incomplete = status is FAIL and draw(st.booleans())
        results.append(a_result(check_id, status, findings=findings, incomplete=incomplete))
    return a_report(*results)


@given(reports(), reports())
def test_swapping_two_reports_swaps_new_with_resolved(one: Report, other: Report) -> None:
    there, back = delta(one, other), delta(other, one)
    assert there.new == back.resolved
    assert there.resolved == back.new
    assert there.unreadable == back.unreadable
    assert [(c.id, c.before, c.after) for c in there.changed] == [
        (c.id, c.after, c.before) for c in back.changed
    ]


@given(reports())
def test_a_report_differs_from_itself_only_by_what_it_could_not_read(report: Report) -> None:
    found = delta(report, report)
    assert (found.new, found.resolved, found.changed) == ((), (), ())


@given(reports(), reports())
def test_nothing_is_resolved_that_was_not_read_whole(before: Report, after: Report) -> None:
    whole = {r.id for r in after.results if r.status in {PASS, FAIL, NA} and not r.incomplete}
    assert {item.id for item in delta(before, after).resolved} <= whole


@given(reports(), reports())
def test_between_whole_readings_the_delta_is_the_difference(before: Report, after: Report) -> None:
    found = delta(before, after)
    common = {r.id for r in before.results} & {r.id for r in after.results}
    told = {item.finding.fingerprint for item in found.new}
    for result in after.results:
        if result.id in common - set(found.unreadable):
            old = next(r for r in before.results if r.id == result.id)
            assert told & _prints(result.findings) == _prints(result.findings) - _prints(old.findings)


def _prints(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.fingerprint for finding in findings}
