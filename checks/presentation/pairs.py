"""Two reports check by check."""

from collections.abc import Iterator
from typing import NamedTuple

from checks.model import Report, Result
from checks.presentation.grouping import Outcome, outcome


class Pair(NamedTuple):
    """A check on two clusters; null where it was not run, `found` is one of the two."""

    found: Result
    left: Result | None
    right: Result | None

    @property
    def differs(self) -> bool:
        """Whether the outcome or the open findings do."""
        return _told(self.left) != _told(self.right)

    @property
    def shared(self) -> int:
        """How many open findings are of the same object on both sides."""
        return len(_open(self.left) & _open(self.right)) if self.left and self.right else 0


def pairs(left: Report, right: Report) -> Iterator[Pair]:
    """Yield every check that one of two reports has, first those of the left one, in its order."""
    one = {result.id: result for result in left.results}
    other = {result.id: result for result in right.results}
    for check_id, found in ({**one, **other} | one).items():
        yield Pair(found, one.get(check_id), other.get(check_id))


def _told(result: Result | None) -> tuple[Outcome, frozenset[str]] | None:
    return (outcome(result), _open(result)) if result else None


def _open(result: Result) -> frozenset[str]:
    return frozenset(finding.fingerprint for finding in result.open_findings)
