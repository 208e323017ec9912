"""Waivers: findings that somebody accepted, with a reason and an end."""

from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from msgspec import Struct

from checks.model import Finding, WaiverNote


class Waiver(Struct, frozen=True, kw_only=True):
    """Accepts one finding by its fingerprint, or the findings of a check by namespace and name.

    `cluster`, `namespace` and `name` are shell patterns. `until` is the first moment at which it no longer
    holds.
    """

    by: str
    reason: str
    until: datetime
    cluster: str = "*"
    fingerprint: str = ""
    check: str = ""
    namespace: str = "*"
    name: str = "*"

    def accepts(self, cluster: str, check_id: str, finding: Finding, now: datetime) -> bool:
        """Whether it holds for this finding now."""
        if now >= self.until or not fnmatchcase(cluster, self.cluster):
            return False
        if self.fingerprint:
            return finding.fingerprint == self.fingerprint
        return (
            check_id == self.check
            and fnmatchcase(finding.ref.namespace, self.namespace)
            and fnmatchcase(finding.ref.name, self.name)
        )


def note(
    waivers: Sequence[Waiver], cluster: str, check_id: str, finding: Finding, now: datetime
) -> WaiverNote | None:
    """Return who accepted a finding; where several did, the one that holds longest."""
    holding = [waiver for waiver in waivers if waiver.accepts(cluster, check_id, finding, now)]
    if not holding:
        return None
    longest = max(holding, key=lambda waiver: waiver.until)
    return WaiverNote(by=longest.by, reason=longest.reason, until=longest.until)
