"""The exit code of `readiness check`, from its report."""

import pytest
from msgspec import structs

from bot.commands.check import exit_code
from checks.model import CLUSTER, Family, Finding, Layer, Report, Result, Severity, Status
from tests.bot.output.build import WAIVER
from tests.bot.output.sample import SAMPLE

FINDING = Finding(CLUSTER, "wrong", fingerprint="0" * 16)
ACCEPTED = structs.replace(FINDING, waiver=WAIVER)


def report(
    status: Status, *, findings: tuple[Finding, ...] = (), waived: bool = False, incomplete: bool = False
) -> Report:
    result = Result(
        id="a",
        title="A",
        family=Family.WORKLOADS,
        severity=Severity.HIGH,
        layer=Layer.APPLICATION,
        status=status,
        findings=findings,
        waived=waived,
        incomplete=incomplete,
    )
    return structs.replace(SAMPLE, results=(result,))


@pytest.mark.parametrize(
    ("judged", "code"),
    [
        (report(Status.PASS), 0),
        (report(Status.NOT_APPLICABLE), 0),
        (report(Status.UNKNOWN), 1),
        (report(Status.ERROR), 1),
        (report(Status.FAIL, findings=(FINDING,)), 1),
        (report(Status.FAIL, findings=(FINDING, ACCEPTED)), 1),
        (report(Status.FAIL, findings=(ACCEPTED,), waived=True), 0),
        # What could not be read may hold what nobody has waived.
        (report(Status.FAIL, findings=(ACCEPTED,), waived=True, incomplete=True), 1),
    ],
)
def test_the_exit_code_follows_what_was_found(judged: Report, code: int) -> None:
    assert exit_code(judged, Severity.HIGH) == code
    assert exit_code(judged, Severity.CRITICAL) == 0
    assert exit_code(judged, None) == 0
