"""The part of a report that a question is about."""

from collections.abc import Callable, Iterator

from msgspec import structs

from checks.model import Finding, Report, Result, Severity
from checks.presentation.grouping import failures
from handlers.conversation.answers.words import code, some
from handlers.intents import Filters, Question
from handlers.render.filtered import filtered


def asked(report: Report, question: Question) -> Report:
    """Return the report with what a question is about: its filters, its check and its object."""
    filters = question.filters
    if question.check:
        filters = structs.replace(filters, checks=(question.check,))
    kept = filtered(report, filters)
    return _naming(kept, question.about) if question.about else kept


def limited(question: Question) -> bool:
    """Whether a question is about a part of the report."""
    return question.filters != Filters() or bool(question.check or question.about)


def described(question: Question) -> str:
    """Return the filters of a question: `in networking, high and above`; empty for none."""
    filters = question.filters
    return ", ".join(
        [
            *([f"in {some([*filters.families])}"] if filters.families else []),
            *([some([code(check_id) for check_id in filters.checks])] if filters.checks else []),
            *([_severe(filters.severity)] if filters.severity else []),
            *([f"in namespace {code(filters.namespace)}"] if filters.namespace else []),
            *([f"owned by {code(filters.owner)}"] if filters.owner else []),
            *([f"about {code(question.about)}"] if question.about else []),
        ]
    )


def _severe(least: Severity) -> str:
    return f"{least} and above" if least.rank else str(least)


def place(question: Question, report: Report) -> str:
    """Return where it is looked: `on prod, in networking, in namespace shop`."""
    return ", ".join(filter(None, [f"on {code(report.cluster)}", described(question)]))


def failing(report: Report) -> list[Result]:
    """Return what fails, the gravest first."""
    return [result for group in failures(report.results).values() for result in group]


def findings(report: Report) -> Iterator[tuple[Result, Finding]]:
    """Yield every open finding with its check, the gravest first."""
    for result in failing(report):
        for finding in result.open_findings:
            yield result, finding


def _naming(report: Report, words: str) -> Report:
    """Keep the findings on an object: by its name or, where none is called so, by what is told of it."""
    wanted = words.strip().casefold()
    for tier in (_called, _begun, _told):
        kept = _with_findings(report, lambda finding, tier=tier: tier(finding, wanted))  # type: ignore[misc]
        if kept.results:
            return kept
    return structs.replace(report, results=(), delta=None)


def _with_findings(report: Report, meant: Callable[[Finding], bool]) -> Report:
    results = (
        structs.replace(result, findings=kept, waived=all(finding.waiver for finding in kept))
        for result in report.results
        if (kept := tuple(filter(meant, result.findings)))
    )
    delta = report.delta and structs.replace(
        report.delta,
        new=tuple(item for item in report.delta.new if meant(item.finding)),
        resolved=tuple(item for item in report.delta.resolved if meant(item.finding)),
        changed=(),
    )
    return structs.replace(report, results=tuple(results), delta=delta)


def _called(finding: Finding, wanted: str) -> bool:
    ref = finding.ref
    path = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
    names = [ref.name, path, f"{ref.kind} {ref.name}", f"{ref.kind}/{ref.name}", f"{ref.kind} {path}"]
    names += [str(ref), ref.namespace, ref.container]
    return wanted in (name.casefold() for name in names if name)


def _begun(finding: Finding, wanted: str) -> bool:
    """Whether it is about the owner of a pod: `cart-6d8f9-x2x4z` is of `cart`."""
    name = finding.ref.name.casefold()
    return bool(name) and wanted.rpartition("/")[2].startswith(f"{name}-")


def _told(finding: Finding, wanted: str) -> bool:
    return wanted in finding.message.casefold()
