"""What every explanation of a check tells in the same words: what it reads, and how to mend what it finds."""

from checks.model import Ref
from checks.reads import Get, List, Read
from checks.registry import Check, render

_ANY = Ref("KIND", "NAMESPACE", "NAME", "CONTAINER")
"""Stands in for an object where the fix is shown as a pattern."""


def reads(check: Check) -> list[str]:
    """Return what a check reads: `list pods`, `get configmaps/kube-system/coredns`, `GET /readyz`."""
    return [_read(read) for read in check.reads]


def pattern(check: Check) -> str:
    """Return how to mend what a check finds, with words in capitals where names belong."""
    return render(check.remediation, _ANY)


def _read(read: Read) -> str:
    match read:
        case List():
            return f"list {read.key}"
        case Get():
            return f"get {read.key}"
        case _:
            return f"GET {read.key}"
