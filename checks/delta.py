"""What changed between two reports of one cluster.

What one of the two could not judge whole says nothing: a finding that is gone because it could not be read
is not resolved, and one that could not be read before is not new. What neither could judge is as it was.
"""

from collections.abc import Iterable, Mapping

from checks.model import Delta, DeltaFinding, Report, Result, Status, StatusChange

UNJUDGED = (Status.UNKNOWN, Status.ERROR)


def delta(before: Report, after: Report) -> Delta:
    """Compare two reports; swapping them swaps `new` with `resolved`. The gravest comes first."""
    old, new = _by_id(before), _by_id(after)
    both = [check_id for check_id in new if check_id in old]
    readable = [check_id for check_id in both if not _unjudged(old[check_id], new[check_id])]
    return Delta(
        since=before.taken_at,
        run_id=before.run_id,
        new=_sorted(item for check_id in readable for item in _only_in(new[check_id], old[check_id])),
        resolved=_sorted(item for check_id in readable for item in _only_in(old[check_id], new[check_id])),
        changed=tuple(
            StatusChange(check_id, _status(old, check_id), _status(new, check_id))
            for check_id in sorted({*old, *new})
            if _status(old, check_id) != _status(new, check_id)
        ),
        unreadable=tuple(sorted(check_id for check_id in both if _differ(old[check_id], new[check_id]))),
    )


def knew_more(before: Report, after: Report) -> bool:
    """Whether a check that was judged whole was not so in a later report."""
    old, new = _by_id(before), _by_id(after)
    return any(
        _whole(result) and not _whole(new[check_id]) for check_id, result in old.items() if check_id in new
    )


def _sorted(items: Iterable[DeltaFinding]) -> tuple[DeltaFinding, ...]:
    """Order by what the items say, not by where two reports have their checks: those may differ."""
    return tuple(
        sorted(items, key=lambda item: (item.severity.rank, item.id, item.finding.ref, item.finding.rule))
    )


def _by_id(report: Report) -> dict[str, Result]:
    return {result.id: result for result in report.results}


def _status(results: Mapping[str, Result], check_id: str) -> Status | None:
    found = results.get(check_id)
    return found.status if found else None


def _unjudged(*results: Result) -> bool:
    return any(result.status in UNJUDGED for result in results)


def _whole(result: Result) -> bool:
    return not _unjudged(result) and not result.incomplete


def _differ(one: Result, other: Result) -> bool:
    """Whether one of two was not judged whole, where any was judged."""
    return not (_whole(one) and _whole(other)) and not (_unjudged(one) and _unjudged(other))


def _only_in(one: Result, other: Result) -> list[DeltaFinding]:
    """Return the findings of one result that the other, having been read whole, does not have."""
    if other.incomplete:
        return []
    known = {finding.fingerprint for finding in other.findings}
    return [
        DeltaFinding(one.id, one.severity, finding)
        for finding in one.findings
        if finding.fingerprint not in known
    ]
