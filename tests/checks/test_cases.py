"""Every check against its cases, and what must hold whatever could not be read."""

from pathlib import Path

import pytest

from checks.catalogue import CATALOGUE
from checks.engine import run
from checks.model import Status
from checks.registry import Check
from tests.checks.case import CASES, STATUSES, all_cases, load, read_keys, snapshot

NEVER: dict[str, set[str]] = {
    "node-health": {"na"},  # a cluster without nodes fails
    "kubernetes-version": {"na"},  # every cluster has a version
    "control-plane-logs": {"na"},  # where a provider runs it, that is unknown
    "metrics-server": {"na"},  # the presence checks: absent is a failure
    "metrics-store": {"na"},
    "alerting": {"na"},
    "tracing": {"na"},
    "gitops": {"na"},  # absent is a failure
    "cluster-dns": {"na"},
    "kube-proxy-mode": {"na"},  # something carries Services everywhere
    "ingress-controller": {"na"},
    "anonymous-access": {"na"},  # every cluster answers, authorises and can be opened
    "cluster-admins": {"na"},
    "exposed-control-plane": {"na"},
    "secret-manager": {"na"},  # absent is a failure
    "network-policy-engine": {"na"},
}
"""Statuses that a check cannot have, by its id."""

ALLOWED_WHEN_UNREAD = {
    Status.PASS: {Status.PASS, Status.UNKNOWN},
    Status.FAIL: {Status.FAIL, Status.UNKNOWN},
    Status.NOT_APPLICABLE: {Status.NOT_APPLICABLE, Status.UNKNOWN},
    Status.UNKNOWN: {Status.UNKNOWN},
}
"""What a status may become when something more cannot be read: never better, and never a false alarm."""


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", all_cases(), ids=name)
def test_a_check_says_what_its_case_expects(path: Path) -> None:
    case = load(path)
    result = run(case.check, snapshot(case))
    messages = [finding.message for finding in result.findings]
    assert result.status is case.status, (result.reason, messages, result.evidence)
    if case.expect.findings is not None:
        assert sorted(str(finding.ref) for finding in result.findings) == sorted(case.expect.findings)
    if case.status is Status.FAIL:
        assert case.expect.findings, "a failing case names what fails"
    assert case.expect.incomplete == result.incomplete
    assert not case.expect.message or any(case.expect.message in message for message in messages), messages
    assert case.expect.reason in result.reason
    assert not case.expect.evidence or any(case.expect.evidence in item for item in result.evidence), (
        result.evidence
    )
    fix = case.check.fix(result.findings[0]) if result.findings else ""
    assert case.expect.remediation in fix


@pytest.mark.parametrize("path", all_cases(), ids=name)
def test_what_cannot_be_read_never_improves_a_status_nor_invents_a_failure(path: Path) -> None:
    case = load(path)
    before = run(case.check, snapshot(case))
    for key in read_keys(case.check):
        after = run(case.check, snapshot(case, also_unread=(key,)))
        assert after.status in ALLOWED_WHEN_UNREAD[before.status], (key, after)
        assert {finding.fingerprint for finding in after.findings} <= {
            finding.fingerprint for finding in before.findings
        }, key


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.id)
def test_every_check_has_a_case_for_each_status_it_can_have(check: Check) -> None:
    present = {path.stem.partition(".")[0] for path in (CASES / check.id).glob("*.yaml")}
    assert present >= STATUSES.keys() - NEVER.get(check.id, set())


def test_every_case_belongs_to_a_check() -> None:
    assert {path.parent.name for path in all_cases()} <= {check.id for check in CATALOGUE}


@pytest.mark.parametrize("check", CATALOGUE, ids=lambda check: check.id)
def test_every_check_explains_itself(check: Check) -> None:
    assert check.why.endswith(".")
    assert check.remediation.endswith((".", "`", "```"))
    assert check.docs.startswith("https://")
    assert not check.title.endswith(".")


def test_ids_are_unique_and_in_kebab_case() -> None:
    ids = [check.id for check in CATALOGUE]
    assert len(ids) == len(set(ids))
    assert all(set(check_id) <= set("abcdefghijklmnopqrstuvwxyz-") for check_id in ids)
