"""Attestations: what they cover, and until when."""

from datetime import timedelta

import pytest
from msgspec import structs

from checks.attestations import Attestation, attested
from checks.model import CLUSTER, Ref, Result, Status
from tests.checks.build import CART, NOW, a_finding, a_result


def signed(
    check: str = "a", *, by: str = "ann", days: int = 1, cluster: str = "*", link: str = ""
) -> Attestation:
    until = NOW + timedelta(days=days)
    return Attestation(check=check, by=by, reason="drilled", until=until, cluster=cluster, link=link)


def failed(*refs: Ref) -> Result:
    findings = [a_finding("a", ref, str(number)) for number, ref in enumerate(refs)]
    return a_result(status=Status.FAIL, failing=len(refs), findings=findings)


UNKNOWN = a_result(status=Status.UNKNOWN, counted=0)


@pytest.mark.parametrize(
    ("result", "attestation", "covered"),
    [
        (UNKNOWN, signed(), True),
        (UNKNOWN, signed("b"), False),
        (UNKNOWN, signed(days=0), False),
        (UNKNOWN, signed(days=-1), False),
        (UNKNOWN, signed(cluster="prod-*"), True),
        (UNKNOWN, signed(cluster="staging"), False),
        (failed(CLUSTER), signed(), True),
        (failed(CLUSTER, CLUSTER), signed(), True),
        # What names an object was seen.
        (failed(CART), signed(), False),
        (failed(CLUSTER, CART), signed(), False),
        (a_result(status=Status.PASS), signed(), False),
        (a_result(status=Status.NOT_APPLICABLE, counted=0), signed(), False),
        (a_result(status=Status.ERROR, counted=0), signed(), False),
    ],
)
def test_what_an_attestation_covers(result: Result, attestation: Attestation, *, covered: bool) -> None:
    after = attested(result, [attestation], "prod-1", NOW)
    if not covered:
        assert after == result
        return
    assert (after.status, after.findings, after.reason) == (Status.PASS, (), "")
    assert (after.subjects, after.counted, after.failing) == (1, 1, 0)


def test_the_evidence_is_who_and_until_when_and_where_to_read_more() -> None:
    several = [signed(by="ann", days=1), signed(by="bob", days=30, link="https://example.com/drill")]
    after = attested(UNKNOWN, several, "prod-1", NOW)
    assert after.evidence == ("attested by bob until 2026-12-01: drilled (https://example.com/drill)",)


def test_the_configuration_wins() -> None:
    several = [signed(by="ann"), structs.replace(signed(by="bob", days=30), configured=False)]
    assert attested(UNKNOWN, several, "prod-1", NOW).evidence == (
        "attested by ann until 2026-11-02: drilled",
    )


def test_a_result_that_was_read_in_part_is_whole_once_attested() -> None:
    before = a_result(status=Status.FAIL, failing=1, findings=[a_finding("a", CLUSTER)], incomplete=True)
    after = attested(before, [signed()], "prod-1", NOW)
    assert (after.status, after.incomplete, after.waived) == (Status.PASS, False, False)
