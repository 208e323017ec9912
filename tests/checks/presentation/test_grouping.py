"""How to mend what a check found that the catalogue no longer has."""

from checks.model import Family, Finding, Layer, Ref, Result, Severity, Status, WaiverNote
from checks.presentation.grouping import fix
from tests.bot.output.sample import NOW

NOTE = WaiverNote(by="ada", until=NOW, reason="known")


def result(*findings: Finding) -> Result:
    return Result(
        id="of-old",
        title="Old things are gone",
        family=Family.WORKLOADS,
        severity=Severity.LOW,
        layer=Layer.APPLICATION,
        status=Status.FAIL,
        findings=findings,
        remediation="Mend the first.",
    )


def finding(name: str, *, fix: str = "", waived: bool = False) -> Finding:
    ref = Ref("Pod", "shop", name)
    return Finding(ref=ref, message="old", fingerprint=name, fix=fix, waiver=NOTE if waived else None)


def test_of_a_check_that_is_gone_only_the_first_open_finding_has_the_fix_of_the_result() -> None:
    waived, first, second = finding("a", waived=True), finding("b"), finding("c")
    old = result(waived, first, second)
    assert [fix(old, it, {}) for it in old.findings] == ["", "Mend the first.", ""]


def test_a_finding_that_brought_its_own_fix_keeps_it() -> None:
    first, second = finding("a", fix="Mend a."), finding("b", fix="Mend b.")
    assert [fix(result(first, second), it, {}) for it in (first, second)] == ["Mend a.", "Mend b."]
