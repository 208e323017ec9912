"""Which objects: the open findings of a report, or of a part of it."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from checks.catalogue import BY_ID
from checks.model import Finding, Report, Result
from checks.presentation.grouping import Outcome, fix, having, outcome, reason
from checks.presentation.prose import counted, flowed, named, plain
from handlers.conversation.answers import scope
from handlers.conversation.answers.standing import alike, standing
from handlers.conversation.answers.words import (
    about,
    code,
    doubts,
    flat,
    found,
    more,
    quoted,
    waived,
)
from handlers.conversation.reply import Reply, Rest, Step
from handlers.intents import Export, Format, Kind, Question, Run, Waive

SHOWN = 6
WAIVED_SHOWN = 3

Found = tuple[Result, Finding]


def which(question: Question, report: Report) -> Reply:
    """List open findings, the gravest first; all of them in a file where they are many."""
    status = question.filters.status
    if status not in (None, Outcome.FAIL) and not question.check:
        return alike(question, report, status)
    kept = scope.asked(report, question)
    every = list(scope.findings(kept))
    if not every:
        return _none(question, report, kept)
    return Reply(
        told=_told(question, report, every),
        points=tuple(_line(question, *item) for item in every[:SHOWN]),
        left=more(len(every) - SHOWN, "finding"),
        note=" ".join(filter(None, [doubts(kept.results), *_accepted(kept)])),
        steps=tuple(_steps(question, report, every)),
        rest=rest(report, every) if len(every) > SHOWN else None,
    )


def _told(question: Question, report: Report, every: Sequence[Found]) -> str:
    number = counted(len(every), "open finding")
    where = scope.place(question, report)
    if question.check:
        return f"{code(question.check)} has {number} {where}."
    checks = len({result.id for result, _ in every})
    return f"{number} {where}, of {counted(checks, 'check')}."


def _line(question: Question, result: Result, finding: Finding) -> str:
    return found(finding) if question.check else quoted(result, finding)


def _none(question: Question, report: Report, kept: Report) -> Reply:
    """Say that there are none, and what that rests on: nothing found is not the same as nothing wrong."""
    where = scope.place(question, report)
    unknown = having(kept.results, Outcome.UNKNOWN)
    told = _state(question, report, where) if question.check else f"No open finding {where}."
    if unknown and not question.check:
        told += f" But {counted(len(unknown), 'check')} could not be judged."
    points = [f"{code(result.id)}: {flat(reason(result))}" for result in unknown if not question.check]
    return Reply(
        told=told,
        points=tuple(points[:SHOWN]),
        left=more(len(points) - SHOWN, "check"),
        note=" ".join(_accepted(kept)),
        steps=(
            Step("The whole report", about(_whole(question), Kind.SUMMARY)),
            Step("Run again", Run(report.cluster)),
        ),
    )


def _whole(question: Question) -> Question:
    return Question(question.kind, question.cluster, run_id=question.run_id)


def _state(question: Question, report: Report, where: str) -> str:
    """Return what became of a check that found nothing there."""
    name = code(question.check)
    result = next((it for it in report.results if it.id == question.check), None)
    if result is None:
        return f"{name} is not in this report of {code(report.cluster)}."
    if outcome(result) is Outcome.FAIL:
        return f"{name} has no open finding {where}, but {len(result.open_findings):,} elsewhere."
    return standing(result, report)


def _accepted(kept: Report) -> list[str]:
    notes = waived(kept.results)
    shown = [f"{note}." for note in notes[:WAIVED_SHOWN]]
    return [
        *shown,
        *([f"And {counted(len(notes) - len(shown), 'more waiver')}."] if notes[len(shown) :] else []),
    ]


def rest(report: Report, every: Sequence[Found], *, fixes: bool = False) -> Rest:
    """Return findings as a text file, grouped by check: object, message and owner, and how to mend each."""
    lines = [f"{plain(report.cluster)}, run {plain(report.run_id)}: {counted(len(every), 'open finding')}"]
    for _, group in groupby(every, key=lambda item: item[0].id):
        items = list(group)
        result = items[0][0]
        title = f"{plain(result.title)} ({plain(result.id)})"
        lines += ["", f"{result.severity}: {title}, {counted(len(items), 'finding')}"]
        lines += _grouped(result, [finding for _, finding in items]) if fixes else map(_row, items)
    name = f"findings-{plain(report.run_id).replace('/', '-')}.txt"
    return Rest(
        name, f"{counted(len(every), 'open finding')} of {plain(report.cluster)}", "\n".join(lines) + "\n"
    )


def _row(item: Found) -> str:
    _, finding = item
    return "\t".join(filter(None, [named(finding.ref), _one_line(finding.message), plain(finding.owner)]))


def _one_line(message: str) -> str:
    return " ".join(flowed(message).split())


def _grouped(result: Result, findings: Sequence[Finding]) -> Iterator[str]:
    """Yield findings, each run of them that is mended alike with its fix below it."""
    for words, group in groupby(findings, key=lambda finding: fix(result, finding, BY_ID)):
        yield from (_row((result, finding)) for finding in group)
        yield f"  fix: {flowed(words, '    ')}" if words else "  no fix is known"


def _steps(question: Question, report: Report, every: Sequence[Found]) -> Iterator[Step]:
    check = question.check or every[0][0].id
    yield Step(
        "How do I fix it?" if question.check else "How do I fix the worst?", about(question, Kind.FIX, check)
    )
    yield Step("Whose are they?", about(question, Kind.OWNER))
    if question.check:
        yield Step("Why does it matter?", about(question, Kind.EXPLAIN))
        yield Step("Waive", Waive(report.cluster, check, run_id=question.run_id))
    else:
        yield Step("All as CSV", Export(report.cluster, question.run_id, Format.CSV))
    yield Step("Run again", Run(report.cluster))
