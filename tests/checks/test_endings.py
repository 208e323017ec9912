"""Which waivers ended between two runs."""

from datetime import timedelta

import pytest

from checks.endings import endings
from checks.engine import assess
from checks.model import Finding, Ref, Report, Severity
from checks.waivers import Waiver
from tests.checks.build import NOW, a_check, a_finding, a_snapshot, saying

DAY = timedelta(days=1)
PODS = tuple(Ref("Pod", "shop", f"p{number}") for number in range(5))


def a_waiver(days: int, *, by: str = "alice", name: str = "*") -> Waiver:
    return Waiver(by=by, reason="known", until=NOW + days * DAY, check="a", name=name)


def judged(*waivers: Waiver, days: int = 0, pods: tuple[Ref, ...] = PODS[:1]) -> Report:
    check = a_check(saying(*(Finding(pod, "no") for pod in pods)), severity=Severity.LOW)
    return assess(a_snapshot(), [check], now=NOW + days * DAY, run_id="r", waivers=waivers)


def test_the_end_of_a_waiver_is_told_once() -> None:
    waivers = [a_waiver(2)]
    before, day_after, later = (judged(*waivers, days=days) for days in (0, 3, 4))
    told = "1 waiver ended on 2026-11-03: a of Pod shop/p0, by alice"
    assert endings(before, day_after, NOW + 3 * DAY) == (told,)
    assert endings(day_after, later, NOW + 4 * DAY) == ()


@pytest.mark.parametrize(
    "after",
    [
        judged(a_waiver(9), days=3),  # accepted anew
        judged(days=3, pods=()),  # mended
        judged(a_waiver(9, by="bob"), days=3),
    ],
)
def test_nothing_is_told_where_nothing_is_open_again(after: Report) -> None:
    assert endings(judged(a_waiver(2)), after, NOW + 3 * DAY) == ()


def test_a_withdrawn_waiver_has_not_ended() -> None:
    assert endings(judged(a_waiver(9)), judged(days=3), NOW + 3 * DAY) == ()


def test_a_waiver_of_several_findings_is_one_and_many_are_counted() -> None:
    whole = judged(a_waiver(2), pods=PODS)
    after = judged(days=9, pods=PODS)
    assert endings(whole, after, NOW + 9 * DAY) == (
        "1 waiver ended on 2026-11-03: a of 5 findings, by alice",
    )
    apart = judged(*(a_waiver(2, by=f"u{pod.name}", name=pod.name) for pod in PODS), pods=PODS)
    (told,) = endings(apart, after, NOW + 9 * DAY)
    assert told == (
        "5 waivers ended on 2026-11-03: a of Pod shop/p0, by up0; a of Pod shop/p1, by up1;"
        " a of Pod shop/p2, by up2; and 2 more"
    )
    days = judged(*(a_waiver(1 + n, name=pod.name) for n, pod in enumerate(PODS[:2])), pods=PODS)
    assert [note[:29] for note in endings(days, after, NOW + 9 * DAY)] == [
        "1 waiver ended on 2026-11-02:",
        "1 waiver ended on 2026-11-03:",
    ]


def test_names_cannot_break_out_of_the_note() -> None:
    pod = Ref("Pod", "shop", "p\n\x1b[31m")
    before = judged(a_waiver(2, by="eve\n"), pods=(pod,))
    (told,) = endings(before, judged(days=3, pods=(pod,)), NOW + 3 * DAY)
    assert told.isprintable()
    assert a_finding("a", pod).fingerprint not in told
