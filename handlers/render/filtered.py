"""A report as somebody asked to see it, and the sentence that says so."""

from msgspec import structs

from checks.catalogue import BY_ID
from checks.model import Delta, Report, Result
from checks.presentation.filters import shown
from checks.presentation.grouping import outcome
from checks.presentation.prose import counted
from handlers.intents import Filters
from handlers.render.text import code, escape


def filtered(report: Report, filters: Filters) -> Report:
    """Return the report with what the filters leave: see `checks.presentation.filters.shown`."""
    kept = shown(report, BY_ID, filters.severity, filters.namespace, filters.owner)
    if not filters.families and not filters.checks and not filters.status:
        return kept
    known = {result.id: result for result in report.results}

    def asked(check_id: str) -> bool:
        return _asked(filters, check_id, known.get(check_id))

    return structs.replace(
        kept,
        results=tuple(result for result in kept.results if asked(result.id)),
        delta=kept.delta
        and Delta(
            since=kept.delta.since,
            run_id=kept.delta.run_id,
            new=tuple(item for item in kept.delta.new if asked(item.id)),
            resolved=tuple(item for item in kept.delta.resolved if asked(item.id)),
            changed=tuple(change for change in kept.delta.changed if asked(change.id)),
            unreadable=tuple(filter(asked, kept.delta.unreadable)),
        ),
    )


def _asked(filters: Filters, check_id: str, result: Result | None) -> bool:
    return (
        (not filters.checks or check_id in filters.checks)
        and (not filters.families or (result is not None and result.family in filters.families))
        and (not filters.status or (result is not None and outcome(result) is filters.status))
    )


def remark(report: Report, kept: Report, filters: Filters) -> str:
    """Say which filters are on and what they hide, as mrkdwn; empty where none is."""
    asked = [
        *(str(family) for family in filters.families),
        *([f"severity {filters.severity} and above"] if filters.severity else []),
        *([f"status {filters.status}"] if filters.status else []),
        *([f"namespace {escape(filters.namespace)}"] if filters.namespace else []),
        *([f"owner {escape(filters.owner)}"] if filters.owner else []),
        *map(code, filters.checks),
    ]
    if not asked:
        return ""
    hidden = _failing(report) - _failing(kept)
    return (
        f"Shown: {', '.join(asked)}; {counted(hidden, 'open finding')} left out."
        " Verdict, score and coverage are the whole cluster's."
    )


def _failing(report: Report) -> int:
    return sum(len(result.open_findings) for result in report.results)
