"""Why: of a check, of an object, of the verdict."""

from collections.abc import Iterator

from msgspec import structs

from checks.catalogue import BY_ID
from checks.model import Report, Result, Severity, Verdict
from checks.presentation.grouping import Outcome, having, outcome, reason
from checks.presentation.prose import counted
from checks.scorecard import ENOUGH_COVERAGE
from handlers.conversation.answers import scope
from handlers.conversation.answers.standing import REASON_MOST, standing
from handlers.conversation.answers.summary import summary
from handlers.conversation.answers.words import (
    about,
    code,
    doubts,
    expected,
    first,
    flat,
    found,
    more,
    quoted,
    sentence,
    some,
    verdict,
    waived,
)
from handlers.conversation.reply import Reply, Step
from handlers.intents import Attest, Changes, Kind, Question, Rbac, Run, Waive
from handlers.render.choices import attestable

SHOWN = 5
SERIOUS = (Severity.CRITICAL, Severity.HIGH)


def explain(question: Question, report: Report) -> Reply:
    """Say why a check fails or passes, what an object fails, what a part fails, or what the verdict is."""
    if question.check:
        return _check(question, report)
    if question.about:
        return _object(question, report)
    if scope.limited(question):
        return summary(question, report)
    return _why(question, report)


def _check(question: Question, report: Report) -> Reply:
    result = next((it for it in report.results if it.id == question.check), None)
    if result is None:
        return _missing(question, report)
    kept = next(iter(scope.asked(report, question).results), None)
    shown = kept if kept and kept.open_findings else result
    findings = shown.open_findings
    points = [found(it) for it in findings[:SHOWN]] or [flat(item) for item in result.evidence[:SHOWN]]
    return Reply(
        told=" ".join(
            filter(
                None,
                [
                    standing(result, report),
                    _elsewhere(question, result, kept),
                    _wanted(result),
                    _why_it_matters(result.id),
                ],
            )
        ),
        points=tuple(points),
        left=more(len(findings or result.evidence) - SHOWN, "finding" if findings else "line"),
        note=" ".join(_doubt(result)),
        steps=tuple(_steps(question, report, result))[:5],
    )


def _wanted(result: Result) -> str:
    """Say what the check expects, unless that it is so has been said."""
    return "" if outcome(result) is Outcome.PASS else expected(result.title)


def _why_it_matters(check_id: str) -> str:
    """Return the first paragraph of what `explain` says."""
    known = BY_ID.get(check_id)
    return flat(known.why.split("\n\n")[0], REASON_MOST) if known else ""


def _elsewhere(question: Question, result: Result, kept: Result | None) -> str:
    """Say how much of it is in the part that is asked about; empty where all is."""
    part = scope.described(question)
    if not part or not result.open_findings:
        return ""
    here = len(kept.open_findings) if kept else 0
    return f"Of these, {here} {'is' if here == 1 else 'are'} {part}." if here else f"None of these is {part}."


def _doubt(result: Result) -> Iterator[str]:
    if result.incomplete:
        yield f"Judged in part: {sentence(flat(reason(result), REASON_MOST))}"
    if result.unread:
        yield f"Could not be read: {some([code(str(item)) for item in result.unread])}."
    if outcome(result) is Outcome.FAIL:
        yield from (f"{note}." for note in waived([result]))


def _missing(question: Question, report: Report) -> Reply:
    known = BY_ID.get(question.check)
    missing = f"{code(question.check)} is not in this report of {code(report.cluster)}."
    wanted = expected(known.title) if known else ""
    return Reply(
        told=" ".join(filter(None, [missing, wanted, _why_it_matters(question.check)])),
        steps=(Step("Run again", Run(report.cluster)),),
    )


def _steps(question: Question, report: Report, result: Result) -> Iterator[Step]:
    if result.open_findings:
        yield Step("How do I fix it?", about(question, Kind.FIX))
        if len(result.open_findings) > SHOWN:
            yield Step("Which ones?", about(question, Kind.LIST))
        yield Step("Since when?", about(question, Kind.HISTORY))
        yield Step("Waive", Waive(report.cluster, result.id, run_id=question.run_id))
    if attestable(result):
        yield Step("Attest", Attest(report.cluster, result.id))
    if result.unread:
        yield Step("What may I not read?", Rbac(report.cluster))
    if not result.open_findings:
        yield Step("Since when?", about(question, Kind.HISTORY))
    yield Step("Run again", Run(report.cluster))


def _object(question: Question, report: Report) -> Reply:
    """Say what an object fails."""
    kept = scope.asked(report, question)
    every = list(scope.findings(kept))
    name = code(question.about)
    notes = [f"{note}." for note in waived(kept.results)]
    if not every:
        told = f"No open finding on {code(report.cluster)} names {name}."
        note = " ".join([*notes, doubts(report.results)]).strip()
        return Reply(told=told, note=note, steps=(Step("Run again", Run(report.cluster)),))
    checks = counted(len({result.id for result, _ in every}), "check")
    objects = {structs.replace(finding.ref, container="") for _, finding in every}
    which = f"{len(objects):,} objects that {name} means fail" if len(objects) > 1 else f"{name} fails"
    return Reply(
        told=f"{which} {checks} on {code(report.cluster)}, with {counted(len(every), 'open finding')}.",
        points=tuple(quoted(*item) for item in every[:SHOWN]),
        left=more(len(every) - SHOWN, "finding"),
        note=" ".join(notes),
        steps=(
            Step("How do I fix the worst?", about(question, Kind.FIX, every[0][0].id)),
            Step("Whose is it?", about(question, Kind.OWNER)),
            Step("Run again", Run(report.cluster)),
        ),
    )


def _why(question: Question, report: Report) -> Reply:
    """Say what the verdict rests on."""
    kept = scope.asked(report, question)
    bad = scope.failing(kept)
    serious = [result for result in bad if result.severity in SERIOUS]
    unknown = [it for it in having(kept.results, Outcome.UNKNOWN) if it.severity in SERIOUS]
    points = [
        *map(first, serious),
        *(f"{code(it.id)} ({it.severity}) could not be judged: {flat(reason(it))}" for it in unknown),
    ]
    untold = [it for it in kept.results if len(points) > SHOWN or it not in unknown]
    return Reply(
        told=f"{code(report.cluster)} is {verdict(report)}: {_rests(report)}.",
        points=tuple(points[:SHOWN]),
        left=more(len(points) - SHOWN, "check"),
        note=doubts(untold),
        steps=(
            *([Step("How do I fix the worst?", about(question, Kind.FIX, bad[0].id))] if bad else []),
            Step("What changed?", Changes(report.cluster, run_id=question.run_id)),
            Step("Run again", Run(report.cluster)),
        ),
    )


def _rests(report: Report) -> str:
    """Return the rule of `checks.scorecard` that decided, with its numbers."""
    serious = [result for result in scope.failing(report) if result.severity in SERIOUS]
    match report.verdict:
        case Verdict.NOT_READY:
            checks = counted(len(serious), "critical or high check")
            return f"{checks} {'has' if len(serious) == 1 else 'have'} findings that nobody has waived"
        case Verdict.UNDETERMINED:
            return (
                "a critical or high check could not be judged, or fewer than"
                f" {ENOUGH_COVERAGE} % of the checks were"
            )
        case Verdict.READY:
            return "no critical or high check fails, and enough could be judged"
