"""What can be accepted in a report: the choices of the forms, and the values that stand for them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from checks.attestations import Attestation, attested
from checks.catalogue import BY_ID
from checks.model import Finding, Report, Result, Status
from checks.presentation.grouping import reason
from checks.presentation.prose import flowed, named
from handlers.render.inputs import OPTIONS_MOST, group, option
from handlers.render.message import Block
from handlers.render.parts import worst


class Choices(NamedTuple):
    """Groups of options, the one that is chosen at first, and how many findings did not fit."""

    groups: Sequence[Block]
    chosen: Block | None
    left_out: int = 0


def value(check_id: str, fingerprint: str = "") -> str:
    """Return what stands for a check, or for one of its findings."""
    return f"{check_id} {fingerprint}".strip()


def meant(chosen: str) -> tuple[str, str]:
    """Return the check and the fingerprint that a value stands for; either may be empty."""
    check_id, _, fingerprint = chosen.partition(" ")
    return check_id, fingerprint


def waivable(report: Report, check_id: str, fingerprint: str) -> Choices:
    """Return what fails, or what one check found: each check as a whole, then its findings.

    What is asked for by its fingerprint comes first. At most OPTIONS_MOST are offered.
    """
    failing = [
        (result, _distinct(result.open_findings, fingerprint))
        for result in _known(worst(report.results))
        if result.open_findings and check_id in ("", result.id)
    ]
    failing.sort(key=lambda it: it[1][0].fingerprint != fingerprint)
    room = OPTIONS_MOST - len(failing)
    groups, chosen, left_out = [], None, 0
    for result, findings in failing:
        whole = option(
            f"Every finding of {result.id} ({len(findings):,})",
            value(result.id),
            "and those that it finds later",
        )
        options = [whole, *(_finding(result, finding) for finding in findings[:room])]
        groups.append(group(f"{result.severity}: {result.title}", options))
        left_out += max(0, len(findings) - room)
        room = max(0, room - len(findings))
        wanted = value(result.id, fingerprint)
        if check_id or fingerprint:
            chosen = chosen or next((it for it in options if it["value"] == wanted), None)
    return Choices(groups, chosen, left_out)


def _known(results: Iterable[Result]) -> Iterable[Result]:
    """Return each check of the catalogue once: what a waiver or an attestation can name."""
    return {result.id: result for result in results if result.id in BY_ID}.values()


def _distinct(findings: Iterable[Finding], first: str) -> list[Finding]:
    """Return each finding once, the one with the fingerprint `first` before all."""
    once = {finding.fingerprint: finding for finding in findings}
    return sorted(once.values(), key=lambda finding: finding.fingerprint != first)


def _finding(result: Result, finding: Finding) -> Block:
    return option(named(finding.ref), value(result.id, finding.fingerprint), flowed(finding.message))


def attestable(result: Result) -> bool:
    """Whether somebody's word would make a check pass; see `checks.attestations.attested`."""
    if result.waived:
        return False
    now = datetime.min.replace(tzinfo=UTC)
    word = Attestation(check=result.id, by="", reason="", until=now + timedelta(days=1))
    return attested(result, [word], "", now) is not result


def signable(report: Report, check_id: str) -> Choices:
    """Return the checks that can be attested: the unknown, then those that fail for the whole cluster."""
    found = [result for result in _known(report.results) if attestable(result)]
    headed = {
        "Could not be judged": [result for result in found if result.status is Status.UNKNOWN],
        "Fails for the cluster as a whole": [result for result in found if result.status is Status.FAIL],
    }
    groups = [group(label, [_check(it) for it in results]) for label, results in headed.items() if results]
    options = (it for made in groups for it in made["options"])
    return Choices(groups, next((it for it in options if it["value"] == check_id), None))


def _check(result: Result) -> Block:
    messages = (finding.message for finding in result.open_findings)
    why = reason(result) if result.status is Status.UNKNOWN else next(messages, "")
    return option(f"{result.id}: {result.title}", value(result.id), flowed(why))
