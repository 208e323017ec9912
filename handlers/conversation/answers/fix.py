"""How to mend it, with the names of this cluster."""

from collections.abc import Iterator, Sequence

from checks.catalogue import BY_ID
from checks.model import Finding, Report, Result
from checks.presentation import grouping
from checks.presentation.commands import commands
from checks.presentation.grouping import Outcome, having
from checks.presentation.prose import Form, counted, pieces
from handlers.conversation.answers import scope
from handlers.conversation.answers.findings import rest, which
from handlers.conversation.answers.words import (
    about,
    code,
    doubts,
    flat,
    found,
    more,
    sentence,
)
from handlers.conversation.reply import Reply, Step
from handlers.intents import Kind, Question, Run, Waive

SHOWN = 4
FIX_MOST = 700


def fix(question: Question, report: Report) -> Reply:
    """Say how to mend what a check found, or the worst that fails; the first finding first."""
    kept = scope.asked(report, question)
    bad = scope.failing(kept)
    if not bad:
        return _nothing(question, report)
    worst, finding = bad[0], bad[0].open_findings[0]
    words = grouping.fix(worst, finding, BY_ID)
    every = list(scope.findings(kept))
    others = [_next(result) for result in bad[1 : 1 + SHOWN]]
    others = others or [f"also {found(other)}" for other in worst.open_findings[1 : 1 + SHOWN]]
    return Reply(
        told=f"{_begin(question, report, bad)} {sentence(found(finding))} {_mend(words)}",
        points=tuple(others),
        left=_left(bad),
        commands=(*_blocks(words), *commands(words, finding.ref)),
        note=doubts(kept.results),
        steps=tuple(_steps(question, report, bad)),
        rest=rest(report, every, fixes=True) if len(every) > 1 else None,
    )


def _left(bad: Sequence[Result]) -> str:
    if len(bad) > 1:
        return more(len(bad) - 1 - SHOWN, "failing check")
    return more(len(bad[0].open_findings) - 1 - SHOWN, "finding")


def _begin(question: Question, report: Report, bad: Sequence[Result]) -> str:
    worst, where = bad[0], scope.place(question, report)
    if len(bad) == 1:
        return f"{code(worst.id)} has {counted(len(worst.open_findings), 'open finding')} {where}."
    return f"{len(bad)} checks fail {where}. Begin with {code(worst.id)}, severity {worst.severity}."


def _mend(words: str) -> str:
    return f"To mend it: {flat(words, FIX_MOST)}" if words else "No fix is known for it."


def _next(result: Result) -> str:
    """Return another failing check on one line, with the first thing it found."""
    number = counted(len(result.open_findings), "finding")
    return f"then {code(result.id)} ({result.severity}, {number}): {found(result.open_findings[0])}"


def _blocks(words: str) -> Iterator[str]:
    """Yield what a fix holds to be applied as it stands."""
    return (piece.text for piece in pieces(words) if piece.form is Form.BLOCK)


def _nothing(question: Question, report: Report) -> Reply:
    """Say that there is nothing to mend, with what that rests on."""
    none = which(question, report)
    doubtful = having(scope.asked(report, question).results, Outcome.UNKNOWN)
    told = "Nothing is known that needs fixing." if doubtful else "There is nothing to fix."
    return Reply(
        told=f"{none.told} {told}",
        points=none.points,
        left=none.left,
        note=none.note,
        steps=none.steps,
    )


def _steps(question: Question, report: Report, bad: Sequence[Result]) -> Iterator[Step]:
    worst: Result = bad[0]
    findings: Sequence[Finding] = worst.open_findings
    yield Step("Why does it matter?", about(question, Kind.EXPLAIN, worst.id))
    if len(findings) > 1:
        yield Step("Which ones?", about(question, Kind.LIST, worst.id))
    if len(bad) > 1:
        yield Step("And the next one?", about(question, Kind.FIX, bad[1].id))
    yield Step("Waive", Waive(report.cluster, worst.id, run_id=question.run_id))
    yield Step("Run again", Run(report.cluster))
