"""One line of a history: what it says of each check, and what older ones lack."""

import msgspec

from checks.catalogue import CATALOGUE
from checks.model import Ref, Status, WaiverNote
from checks.summary import Summary
from tests.checks.build import NOW, a_finding, a_report, a_result


def refs(count: int) -> list[Ref]:
    return [Ref("Pod", "shop", f"p{number}") for number in range(count)]


def test_what_fails_is_counted_and_what_could_not_be_judged_is_named() -> None:
    waived = msgspec.structs.replace(a_finding("some"), waiver=WaiverNote("ann", "known", NOW))
    summary = Summary.of(
        a_report(
            a_result("fine", Status.PASS),
            a_result("some", Status.FAIL, findings=[waived, *(a_finding("some", ref) for ref in refs(2))]),
            a_result("half", Status.FAIL, findings=[a_finding("half")], incomplete=True),
            a_result("excused", Status.FAIL, findings=[waived]),
            a_result("unread", Status.UNKNOWN),
            a_result("crashed", Status.ERROR),
            a_result("elsewhere", Status.NOT_APPLICABLE),
        )
    )
    assert summary.failed == {"some": 2, "half": 1}
    assert summary.unjudged == ("unread", "crashed")
    assert summary.failing == 3


def test_one_from_before_checks_were_counted() -> None:
    old = b"""{
        "run_id": "r", "taken_at": "2026-11-01T12:00:00Z", "verdict": "ready", "score": 97, "grade": "A",
        "coverage": 100, "failing": 0, "counts": {"pass": 43}
    }"""
    summary = msgspec.json.decode(old, type=Summary)
    assert (summary.failed, summary.unjudged) == (None, None)
    assert msgspec.json.decode(msgspec.json.encode(summary), type=Summary) == summary


def test_one_with_nothing_wrong_is_not_taken_for_an_old_one() -> None:
    summary = Summary.of(a_report(a_result()))
    assert msgspec.json.decode(msgspec.json.encode(summary), type=Summary) == summary
    assert (summary.failed, summary.unjudged) == ({}, ())


def test_it_stays_small_however_much_fails() -> None:
    failing = (
        a_result(check.id, Status.FAIL, findings=[a_finding(check.id, ref) for ref in refs(500)])
        for check in CATALOGUE
    )
    unknown = (a_result(check.id, Status.UNKNOWN) for check in CATALOGUE)
    sizes = [len(msgspec.json.encode(Summary.of(a_report(*results)))) for results in (failing, unknown)]
    assert max(sizes) < 1500
