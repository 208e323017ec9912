"""Waivers: findings that somebody accepted, with a reason and an end."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from msgspec import Struct

from checks.model import Finding, WaiverNote


class Waiver(Struct, frozen=True, kw_only=True):
    """Accepts one finding by its fingerprint, or the findings of a check by namespace and name.

    `cluster`, `namespace` and `name` are shell patterns. `until` is the first moment at which it no longer
    holds. A `configured` one stands in readiness.yaml, and is shown rather than any other.
    """

    by: str
    reason: str
    until: datetime
    cluster: str = "*"
    fingerprint: str = ""
    check: str = ""
    namespace: str = "*"
    name: str = "*"
    configured: bool = True

    def holds(self, cluster: str, now: datetime) -> bool:
        """Whether it is about this cluster, and has not ended."""
        return now < self.until and fnmatchcase(cluster, self.cluster)

    def accepts(self, cluster: str, check_id: str, finding: Finding, now: datetime) -> bool:
        """Whether it holds for this finding now."""
        if not self.holds(cluster, now):
            return False
        if self.fingerprint:
            return finding.fingerprint == self.fingerprint
        return (
            check_id == self.check
            and fnmatchcase(finding.ref.namespace, self.namespace)
            and fnmatchcase(finding.ref.name, self.name)
        )


class Sorted:
    """Waivers by what they name: of many, only few are compared with each of many findings."""

    def __init__(self, waivers: Iterable[Waiver]) -> None:
        self._by_fingerprint: defaultdict[str, list[Waiver]] = defaultdict(list)
        self._by_check: defaultdict[str, list[Waiver]] = defaultdict(list)
        for waiver in waivers:
            if waiver.fingerprint:
                self._by_fingerprint[waiver.fingerprint].append(waiver)
            else:
                self._by_check[waiver.check].append(waiver)

    def naming(self, check_id: str, finding: Finding) -> Sequence[Waiver]:
        """Return those that may accept a finding."""
        return [*self._by_fingerprint.get(finding.fingerprint, ()), *self._by_check.get(check_id, ())]


def note(
    waivers: Sequence[Waiver], cluster: str, check_id: str, finding: Finding, now: datetime
) -> WaiverNote | None:
    """Return who accepted a finding; of several a configured one, and of those the one that holds longest."""
    holding = [waiver for waiver in waivers if waiver.accepts(cluster, check_id, finding, now)]
    if not holding:
        return None
    shown = max(holding, key=lambda waiver: (waiver.configured, waiver.until))
    return WaiverNote(by=shown.by, reason=shown.reason, until=shown.until)
