"""Attestations: what no API can show, signed by somebody who knows, until a date."""

from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from msgspec import Struct, structs

from checks.model import CLUSTER, Result, Status


class Attestation(Struct, frozen=True, kw_only=True):
    """Says that a check passes, on somebody's word. `cluster` is a shell pattern."""

    check: str
    by: str
    reason: str
    until: datetime
    cluster: str = "*"
    link: str = ""


def attested(result: Result, attestations: Sequence[Attestation], cluster: str, now: datetime) -> Result:
    """Turn a result that an attestation covers into a pass.

    Only what the API could not show is covered: an unknown, or a failure of the cluster as a whole. A
    finding that names an object was seen; that takes a waiver.
    """
    unseen = result.status is Status.UNKNOWN or (
        result.status is Status.FAIL and all(finding.ref == CLUSTER for finding in result.findings)
    )
    signed = [
        item
        for item in attestations
        if item.check == result.id and now < item.until and fnmatchcase(cluster, item.cluster)
    ]
    if not unseen or not signed:
        return result
    latest = max(signed, key=lambda item: item.until)
    link = f" ({latest.link})" if latest.link else ""
    evidence = f"attested by {latest.by} until {latest.until:%Y-%m-%d}: {latest.reason}{link}"
    return structs.replace(
        result,
        status=Status.PASS,
        incomplete=False,
        waived=False,
        reason="",
        unread=(),
        evidence=(evidence,),
        findings=(),
        subjects=1,
        counted=1,
        failing=0,
        remediation="",
    )
